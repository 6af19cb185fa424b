package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.acceptance.promql.Examination;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Remote read beside a real Prometheus: as its server, and as a server like it.
final class RemoteReadTest {

    private static final String[] QUERIES = {
        "up offset 3m",
        "rate(requests_total[5m])",
        "sum by (code) (increase(requests_total{code=~\"2..\"}[10m]))",
        "temperature",
        "latency",
        "rate(latency[5m])",
        "histogram_quantile(0.9, sum(rate(latency[5m])))",
        "bounded",
        "histogram_avg(gauged)",
        "last_over_time({job=\"test\"}[10m])",
        "absent(nothing)"
    };

    @Test
    void prometheus_answers_from_our_data(@TempDir Path folder) throws IOException, InterruptedException {
        PromqlReference.version(folder);
        // A Prometheus asks only for series with its own external labels, and takes them off the answer again.
        String global = "global: {external_labels: {replica: p}}\n";
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(own, global + "agent: {host: false}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString())) {
            SampleWriter samples = SampleWriter.everyKind(System.currentTimeMillis() - 1_800_000, 15_000, 100);
            samples.sendTo(server);
            String config =
                    global + "remote_read: [{url: \"" + server.url("/api/v1/read") + "\", read_recent: true}]\n";
            try (PrometheusProcess prometheus = PrometheusProcess.start(folder.resolve("tsdb"), config)) {
                long end = samples.endMillis() / 1000;
                for (String query : QUERIES) {
                    PrometheusProcess.assertSameAnswer(
                            prometheus, server, "/api/v1/query?time=" + end + "&query=" + Http.encoded(query));
                    PrometheusProcess.assertSameAnswer(
                            prometheus,
                            server,
                            "/api/v1/query_range?step=37&start=" + (end - 1700) + "&end=" + (end + 400) + "&query="
                                    + Http.encoded(query));
                }
            }
        }
    }

    /// The same in every build; what finds more is another `-Dseed=`.
    private static final long BUILD_SEED = 479_427;

    private static final List<LabelMatcher> SELECTORS = List.of(
            LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, ".+"),
            LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, "latency|size|mixed|odd_latency"),
            LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "instance", "a.*"),
            LabelMatcher.of(LabelMatcher.Type.EQUAL, "instance", ""),
            LabelMatcher.of(LabelMatcher.Type.EQUAL, "replica", "p"),
            LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "replica", "p"));

    /// Random data of every kind, read from both in both forms. Prometheus may leave out of chunks what it has in
    /// samples, where a series is floats and histograms by turns.
    @Test
    void reads_have_the_samples_that_prometheus_answers(@TempDir Path folder) throws IOException, InterruptedException {
        PromqlReference.version(folder);
        long seed = Long.getLong("seed", BUILD_SEED);
        System.out.println("seed " + seed);
        Examination examination = new Examination(seed, false);
        String global = "global: {external_labels: {replica: p}}\n";
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(
                own,
                global
                        + "storage: {tsdb: {retention: {time: 100y}}}\nagent: {host: false}\nself: {scrapeInterval: 0s}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString());
                PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        global + PromqlReference.CONFIG,
                        "--storage.tsdb.min-block-duration=1d",
                        "--storage.tsdb.max-block-duration=1d",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=native-histograms")) {
            PromqlReference.load(server.url("/api/v1/write"), examination.requests(0));
            PromqlReference.load(prometheus.url("/api/v1/write"), examination.requests(0));
            long start = examination.startMillis() + 600_000;
            for (LabelMatcher selector : SELECTORS) {
                TreeSet<String> inAnyForm = new TreeSet<>();
                for (int form = 0; form <= 1; form++) {
                    byte[] request = request(selector, start, start + 1_200_000, form);
                    TreeSet<String> theirs = read(prometheus.url(""), request, form, start);
                    TreeSet<String> ours = read(server.url(""), request, form, start);
                    assertThat(theirs).as(selector.toString()).isNotEmpty();
                    TreeSet<String> missing = new TreeSet<>(theirs);
                    missing.removeAll(ours);
                    inAnyForm.addAll(theirs);
                    ours.removeAll(inAnyForm);
                    String question = "seed " + seed + ", " + selector + ", form " + form;
                    assertThat(missing).as("only theirs: " + question).isEmpty();
                    assertThat(ours).as("only ours: " + question).isEmpty();
                }
            }
        }
    }

    private static TreeSet<String> read(String server, byte[] request, int form, long start)
            throws IOException, InterruptedException {
        byte[] body = Http.postForBytes(server + "/api/v1/read", "application/x-protobuf", request);
        return ReadAnswer.samples(body, form == 1, start, start + 1_200_000);
    }

    private static byte[] request(LabelMatcher selector, long start, long end, int form) {
        ProtobufWriter request = new ProtobufWriter();
        int query = request.beginMessage(1);
        request.int64(1, start);
        request.int64(2, end);
        int matcher = request.beginMessage(3);
        request.int64(1, selector.type().ordinal());
        request.string(2, selector.name());
        request.string(3, selector.value());
        request.endMessage(matcher);
        request.endMessage(query);
        request.int64(2, form);
        return SnappyBlock.compress(request.array(), 0, request.size());
    }
}
