package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus scrapes everything an exposition can hold and passes it on by remote write: both then hold the
/// same series, samples, histograms, exemplars and metadata.
final class RemoteWritePeersTest {

    private static final int SCRAPES = 9;

    private static final String CONFIG = """
            global: {scrape_interval: 1s, convert_classic_histograms_to_nhcb: %4$b}
            scrape_configs:
            - job_name: rich
              metrics_path: /protobuf
              scrape_protocols: [PrometheusProto]
              always_scrape_classic_histograms: true
              static_configs: [{targets: ["127.0.0.1:%1$d"]}]
            - job_name: text
              metrics_path: /text
              scrape_protocols: [OpenMetricsText1.0.0]
              static_configs: [{targets: ["127.0.0.1:%1$d"]}]
            remote_write:
            - url: %2$s
              protobuf_message: %3$s
              send_exemplars: true
              send_native_histograms: true
              metadata_config: {send_interval: 1s}
              queue_config: {min_shards: 2, batch_send_deadline: 200ms}
            """;

    @Test
    void version_2_of_a_real_sender_brings_all_that_it_scraped(@TempDir Path folder)
            throws IOException, InterruptedException {
        bringsAll(folder, "io.prometheus.write.v2.Request", false);
    }

    @Test
    void version_2_of_a_real_sender_brings_histograms_with_custom_bounds(@TempDir Path folder)
            throws IOException, InterruptedException {
        bringsAll(folder, "io.prometheus.write.v2.Request", true);
    }

    @Test
    void version_1_of_a_real_sender_brings_all_that_it_scraped(@TempDir Path folder)
            throws IOException, InterruptedException {
        bringsAll(folder, "prometheus.WriteRequest", false);
    }

    /// @param isBounded whether classic histograms become native ones with custom bounds; Prometheus 3.5 does not do
    ///     that and turn times of creation into samples at once
    private static void bringsAll(Path folder, String message, boolean isBounded)
            throws IOException, InterruptedException {
        int version = PromqlReference.version(folder);
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(own, "agent: {host: false}\nself: {scrapeInterval: 0s}\n");
        try (RichTarget target = new RichTarget();
                ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString());
                PrometheusProcess sender = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        CONFIG.formatted(target.port(), server.url("/api/v1/write"), message, isBounded),
                        "--enable-feature=native-histograms,exemplar-storage,metadata-wal-records"
                                + (isBounded ? "" : ",created-timestamp-zero-ingestion"))) {
            String scrapes = "/api/v1/query?query="
                    + Http.encoded("min(count_over_time(up[10m])) >= " + SCRAPES + " and count(up) == 2");
            Http.eventually(() ->
                    !Http.get(sender.url(scrapes)).json().at("/data/result").isEmpty());
            // A moment that both have passed: what is sent later does not change what was then.
            String at = Http.get(sender.url(scrapes))
                    .json()
                    .at("/data/result/0/value/0")
                    .decimalValue()
                    .toPlainString();
            String samples = "/api/v1/query?time=" + at + "&query=" + Http.encoded("{job=~\".+\"}[5m]");
            PrometheusProcess.awaitSameAnswer(sender, server, samples);
            // One series has ended.
            String newest = "/api/v1/query?time=" + at + "&query=" + Http.encoded("{job=~\".+\"}");
            PrometheusProcess.assertSameAnswer(sender, server, newest);
            String created =
                    "/api/v1/query?time=" + at + "&query=" + Http.encoded("min_over_time(rich_size_sum[5m]) == 0");
            assertThat(Http.get(server.url(created)).json().at("/data/result")).hasSize(isBounded ? 0 : 1);
            assertSame(sender, server, "/api/v1/series?match[]=" + Http.encoded("{job=~\".+\"}") + "&start=0");
            // Exemplars of the text bear a time before that of their scrape.
            String before = new BigDecimal(at).subtract(BigDecimal.valueOf(3)).toPlainString();
            assertSame(
                    sender,
                    server,
                    "/api/v1/query_exemplars?start=0&end=" + before + "&query=" + Http.encoded("{job=~\".+\"}"));
            TreeMap<String, String> metadata = metadata(sender.url(""));
            if (message.endsWith(".v2.Request")) {
                // It comes with the series, not with the family.
                metadata.put("rich_text_jobs_total", metadata.remove("rich_text_jobs"));
                metadata.put("rich_text_build_info", metadata.remove("rich_text_build"));
            }
            // 3.14 keeps no metadata in its log, whatever it is told, and has none to send with the series.
            if (version < PromqlReference.NEWEST || !message.endsWith(".v2.Request")) {
                Http.eventually(() -> metadata(server.url("")).equals(metadata));
            }
            requireNothingFailed(sender);
        }
    }

    private static void assertSame(PrometheusProcess sender, ServerProcess server, String path)
            throws IOException, InterruptedException {
        Http.eventually(() -> {
            Set<String> theirs = texts(Http.get(sender.url(path)).json().at("/data"));
            return !theirs.isEmpty()
                    && theirs.equals(texts(Http.get(server.url(path)).json().at("/data")));
        });
    }

    private static Set<String> texts(JsonNode all) {
        Set<String> texts = new TreeSet<>();
        all.forEach(one -> texts.add(one.toString()));
        return texts;
    }

    /// Of the families of the target.
    private static TreeMap<String, String> metadata(String url) throws IOException, InterruptedException {
        TreeMap<String, String> families = new TreeMap<>();
        Http.get(url + "/api/v1/metadata").json().at("/data").properties().forEach(family -> {
            if (family.getKey().startsWith("rich")) {
                families.put(family.getKey(), texts(family.getValue()).toString());
            }
        });
        return families;
    }

    private static void requireNothingFailed(PrometheusProcess sender) throws IOException, InterruptedException {
        String metrics = Http.get(sender.url("/metrics")).body();
        assertThat(metrics.lines()
                        .filter(
                                line -> line.matches(
                                        "prometheus_remote_storage_(samples|histograms|exemplars|metadata)_(failed|retried)_total.*"))
                        .filter(line -> !line.endsWith(" 0")))
                .isEmpty();
    }

    private static final String SECOND = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    /// What is sent, and as what.
    private record Sent(String contentType, String encoding, byte[] body) {}

    private static byte[] snappy(ProtobufWriter request) {
        return SnappyBlock.compress(request.array(), 0, request.size());
    }

    /// One series of each: good, without a name, with a name twice, and with an exemplar that is too long.
    private static byte[] goodAndBad(long now) {
        ProtobufWriter out = new ProtobufWriter();
        for (String symbol : new String[] {"", "__name__", "good", "job", "x", "y".repeat(200)}) {
            out.string(4, symbol);
        }
        long[][] series = {{1, 2, 3, 4}, {3, 4}, {1, 2, 3, 4, 3, 2}, {1, 4, 3, 4}};
        for (long[] labels : series) {
            int one = out.beginMessage(5);
            out.packedVarints(1, labels);
            int sample = out.beginMessage(2);
            out.float64(1, 7);
            out.int64(2, now);
            out.endMessage(sample);
            int exemplar = out.beginMessage(4);
            out.packedVarints(1, new long[] {3, labels.length == 4 && labels[1] == 4 ? 5 : 4});
            out.float64(2, 7);
            out.int64(3, now);
            out.endMessage(exemplar);
            out.endMessage(one);
        }
        return snappy(out);
    }

    /// A series of version 1.0 that is good, and ones without a name, with a name twice, and with a label without a
    /// name.
    private static byte[] goodAndBadOfVersion1(long now) {
        ProtobufWriter out = new ProtobufWriter();
        String[][] series = {
            {"__name__", "good"}, {"job", "x"}, {"__name__", "bad", "job", "", "job", "x"}, {"__name__", "bad", "", "x"}
        };
        for (String[] labels : series) {
            int one = out.beginMessage(1);
            for (int i = 0; i < labels.length; i += 2) {
                int label = out.beginMessage(1);
                out.string(1, labels[i]);
                out.string(2, labels[i + 1]);
                out.endMessage(label);
            }
            int sample = out.beginMessage(2);
            out.float64(1, 7);
            out.int64(2, now);
            out.endMessage(sample);
            out.endMessage(one);
        }
        return snappy(out);
    }

    /// A series without a metric's name and without samples.
    private static byte[] namelessAndEmpty() {
        ProtobufWriter out = new ProtobufWriter();
        for (String symbol : new String[] {"", "job"}) {
            out.string(4, symbol);
        }
        int series = out.beginMessage(5);
        out.packedVarints(1, new long[] {1, 1});
        out.endMessage(series);
        return snappy(out);
    }

    @Test
    void what_is_wrong_is_refused_as_by_prometheus(@TempDir Path folder) throws IOException, InterruptedException {
        PromqlReference.version(folder);
        byte[] empty = snappy(new ProtobufWriter());
        long now = System.currentTimeMillis();
        byte[] partial = goodAndBad(now);
        List<Sent> all = List.of(
                new Sent(SECOND, "snappy", partial),
                new Sent("application/x-protobuf", "snappy", goodAndBadOfVersion1(now)),
                new Sent(SECOND, "snappy", namelessAndEmpty()),
                new Sent(SECOND, "snappy", empty),
                new Sent("application/x-protobuf", "snappy", empty),
                new Sent("text/plain", "snappy", empty),
                new Sent("application/x-protobuf;proto=unknown.Message", "snappy", empty),
                new Sent(SECOND, "snappy", new byte[] {1, 2, 3}),
                new Sent("application/x-protobuf", "snappy", new byte[] {1, 2, 3}),
                new Sent(SECOND, "snappy", SnappyBlock.compress(new byte[] {42, 100}, 0, 2)));
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--set", "agent.host=false");
                PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        "{}",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=exemplar-storage")) {
            for (Sent sent : all) {
                String theirs = answer(prometheus.url("/api/v1/write"), sent);
                // Where it does not get so far as to read the request, Prometheus leaves out the headers.
                assertThat(answer(server.url("/api/v1/write"), sent))
                        .as(sent.toString())
                        .startsWith(theirs.strip());
            }
            assertThat(answer(server.url("/api/v1/write"), all.getFirst())).isEqualTo("400 2 0 1");
        }
    }

    /// Status, and how many samples, histograms and exemplars are said to be written.
    private static String answer(String url, Sent sent) throws IOException, InterruptedException {
        Http.Answer answer = Http.post(url, sent.contentType(), sent.body(), "content-encoding", sent.encoding());
        StringBuilder text = new StringBuilder().append(answer.status());
        for (String kind : new String[] {"samples", "histograms", "exemplars"}) {
            text.append(' ').append(answer.header("x-prometheus-remote-write-" + kind + "-written"));
        }
        return text.toString();
    }
}
