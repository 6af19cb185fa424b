package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same exemplars, pushed to a real Prometheus and to us: both answer the same to `query_exemplars`.
final class ExemplarsPeersTest {

    private static final long MINUTE = 60_000;
    private static final String[] QUERIES = {
        "requests_total",
        "requests_total{code=\"200\"}",
        "sum by (le) (rate(latency_bucket[5m])) / on () group_left requests_total",
        "{job=\"x\"}",
        "requests_total or requests_total{code=\"200\"}",
        "requests_total offset 1h",
        "quiet",
        "nothing",
        "1 + 1",
        "histogram_quantile(0.9, latency_bucket{le=\"1\"})"
    };

    private record Exemplar(long atMillis, double value, String... labels) {}

    private record Series(List<String> labels, List<Exemplar> exemplars) {}

    private final long now = System.currentTimeMillis() / 1000 * 1000;

    /// In order, twice the same, one with too long labels, two of the same time, one without labels.
    private List<Series> everyKind() {
        String tooLong = "x".repeat(200);
        return List.of(
                new Series(
                        List.of("__name__", "requests_total", "code", "200", "job", "x"),
                        List.of(
                                new Exemplar(now - 5 * MINUTE, 1.5, "trace_id", "a"),
                                new Exemplar(now - 5 * MINUTE, 1.5, "trace_id", "a"),
                                new Exemplar(now - 3 * MINUTE, 3, "span_id", "s", "trace_id", "b"),
                                new Exemplar(now - 3 * MINUTE, Double.POSITIVE_INFINITY, "trace_id", "c"),
                                new Exemplar(now - 2 * MINUTE, 1e-9))),
                new Series(
                        List.of("__name__", "requests_total", "code", "500", "job", "x"),
                        List.of(new Exemplar(now - MINUTE, -2, "user", "\u00fc \"quoted\" <b>"))),
                new Series(
                        List.of("__name__", "latency_bucket", "job", "x", "le", "1"),
                        List.of(
                                new Exemplar(now - 4 * MINUTE, 0.25, "trace_id", tooLong),
                                new Exemplar(now - 4 * MINUTE + 1, 0.25, "trace_id", "short"))),
                new Series(List.of("__name__", "quiet", "job", "x"), List.of()));
    }

    @Test
    void pushed_exemplars_are_answered_as_prometheus_answers_them(@TempDir Path folder)
            throws IOException, InterruptedException {
        PromqlReference.version(folder);
        Path own = folder.resolve("belvedere.yml");
        Files.writeString(own, "agent: {host: false}\nself: {scrapeInterval: 0s}\n");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", own.toString());
                PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        "global: {}\n",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=exemplar-storage")) {
            for (String url : List.of(server.url("/api/v1/write"), prometheus.url("/api/v1/write"))) {
                send(url, "application/x-protobuf", firstVersion(everyKind().subList(0, 1)));
                send(
                        url,
                        "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                        secondVersion(everyKind().subList(1, 4)));
            }
            long start = now / 1000 - 3600;
            for (String range : List.of(
                    "&start=" + start + "&end=" + now / 1000,
                    "&start=" + (now - 3 * MINUTE) / 1000 + "&end=" + (now - 3 * MINUTE) / 1000,
                    "&start=" + (now - 4 * MINUTE) / 1000 + "&end=" + (now - 2 * MINUTE - 1) / 1000.0)) {
                for (String query : QUERIES) {
                    String path = "/api/v1/query_exemplars?query=" + Http.encoded(query) + range;
                    Http.Answer theirs = Http.get(prometheus.url(path));
                    Http.Answer ours = Http.get(server.url(path));
                    if (theirs.status() == 204) {
                        // A query without selectors has no answer there, and an empty one here.
                        assertThat(ours.json().path("data")).isEmpty();
                    } else {
                        assertThat(ours.json()).as(query + range).isEqualTo(theirs.json());
                    }
                }
            }
        }
    }

    private static void send(String url, String contentType, ProtobufWriter request)
            throws IOException, InterruptedException {
        byte[] body = SnappyBlock.compress(request.array(), 0, request.size());
        Http.Answer answer = Http.post(url, contentType, body, "content-encoding", "snappy");
        // One of them is too long: both pass over it.
        assertThat(answer.status()).as(url + ": " + answer.body()).isEqualTo(204);
        assertThat(answer.header("x-prometheus-remote-write-exemplars-written")).isIn("", "2");
    }

    private ProtobufWriter firstVersion(List<Series> all) {
        ProtobufWriter out = new ProtobufWriter();
        for (Series series : all) {
            int one = out.beginMessage(1);
            labels(out, series.labels());
            sample(out, 2);
            for (Exemplar exemplar : series.exemplars()) {
                int message = out.beginMessage(3);
                labels(out, List.of(exemplar.labels()));
                out.float64(2, exemplar.value());
                out.int64(3, exemplar.atMillis());
                out.endMessage(message);
            }
            out.endMessage(one);
        }
        return out;
    }

    private static void labels(ProtobufWriter out, List<String> labels) {
        for (int i = 0; i < labels.size(); i += 2) {
            int label = out.beginMessage(1);
            out.string(1, labels.get(i));
            out.string(2, labels.get(i + 1));
            out.endMessage(label);
        }
    }

    private void sample(ProtobufWriter out, int field) {
        int sample = out.beginMessage(field);
        out.float64(1, 7);
        out.int64(2, now);
        out.endMessage(sample);
    }

    private ProtobufWriter secondVersion(List<Series> all) {
        Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
        ProtobufWriter series = new ProtobufWriter();
        for (Series one : all) {
            int message = series.beginMessage(5);
            series.packedVarints(1, references(one.labels(), symbols));
            sample(series, 2);
            for (Exemplar exemplar : one.exemplars()) {
                int inner = series.beginMessage(4);
                series.packedVarints(1, references(List.of(exemplar.labels()), symbols));
                series.float64(2, exemplar.value());
                series.int64(3, exemplar.atMillis());
                series.endMessage(inner);
            }
            series.endMessage(message);
        }
        ProtobufWriter out = new ProtobufWriter();
        List<String> texts = new ArrayList<>(symbols.keySet());
        texts.forEach(text -> out.string(4, text));
        out.raw(series.array(), series.size());
        return out;
    }

    private static long[] references(List<String> texts, Map<String, Integer> symbols) {
        long[] references = new long[texts.size()];
        for (int i = 0; i < references.length; i++) {
            references[i] = symbols.computeIfAbsent(texts.get(i), text -> symbols.size());
        }
        return references;
    }
}
