package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/federate` gives line by line, and as protobuf sample by sample, what a real Prometheus with the same data gives.
///
/// Gauge histograms are asked for alone: Prometheus 3.5 mixes them up with those it has read before.
final class FederationTest {

    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private static final List<List<String>> SELECTORS = List.of(
            List.of("requests_total"),
            List.of("{job=\"test\", __name__!~\"bounded|gauged\"}"),
            List.of("latency", "requests_total{code=\"200\"}"),
            List.of("gauged"),
            List.of("up"),
            List.of("nothing"),
            List.of("{__name__=~\"temp.*|lat.*\"}", "{code=~\"2..\"}"));

    private static String path(List<String> selectors) {
        StringBuilder path = new StringBuilder("/federate?");
        selectors.forEach(selector ->
                path.append("match%5B%5D=").append(Http.encoded(selector)).append('&'));
        return path.toString();
    }

    @Test
    void we_federate_as_prometheus_does(@TempDir Path folder) throws IOException, InterruptedException {
        SampleWriter samples = SampleWriter.everyKind(System.currentTimeMillis() - 300_000, 5_000, 55);
        try (PrometheusProcess prometheus = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        "{}",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=native-histograms");
                ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            samples.sendTo(server);
            samples.sendTo(prometheus.url("/api/v1/write"));
            for (List<String> selectors : SELECTORS) {
                for (String accept : new String[] {"text/plain", "text/plain;escaping=allow-utf-8", ""}) {
                    String path = path(selectors);
                    assertThat(sorted(Http.get(server.url(path), "accept", accept)))
                            .as(path + " " + accept)
                            .isEqualTo(sorted(Http.get(prometheus.url(path), "accept", accept)));
                }
                for (String escaping : new String[] {"", ";escaping=allow-utf-8"}) {
                    assertSameProtobuf(prometheus, server, path(selectors), PROTOBUF + escaping);
                }
            }
        }
    }

    /// Prometheus gives the series of a name in no order.
    private static List<String> sorted(Http.Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().lines().sorted().toList();
    }

    private static void assertSameProtobuf(
            PrometheusProcess prometheus, ServerProcess server, String path, String accept)
            throws IOException, InterruptedException {
        List<String> ours = exposed(Http.bytes(server.url(path), "accept", accept));
        assertThat(ours).as(path).isEqualTo(exposed(Http.bytes(prometheus.url(path), "accept", accept)));
    }

    private static List<String> exposed(byte[] exposition) {
        ExpositionReader reader = ExpositionReader.of(ExpositionFormat.PROTOBUF, exposition, HistogramOptions.NATIVE);
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            NativeHistogram histogram = reader.histogram();
            lines.add(reader.header().type() + " " + reader.labels() + " @" + reader.timestampMillis() + " "
                    + (histogram == null ? Double.toString(reader.value()) : text(histogram)));
        }
        lines.sort(null);
        return lines;
    }

    /// Buckets without observations say nothing: Prometheus has those of the whole chunk.
    private static String text(NativeHistogram histogram) {
        StringBuilder text = new StringBuilder();
        text.append(histogram.schema())
                .append(' ')
                .append(histogram.count())
                .append(' ')
                .append(histogram.sum());
        text.append(' ').append(histogram.zeroCount()).append(' ').append(histogram.zeroThreshold());
        buckets(histogram.positiveSpans(), histogram.positiveCounts(), text.append(" +"));
        buckets(histogram.negativeSpans(), histogram.negativeCounts(), text.append(" -"));
        return text.toString();
    }

    private static void buckets(int[] spans, double[] counts, StringBuilder into) {
        int index = 0;
        int at = 0;
        for (int i = 0; i < spans.length; i += 2) {
            index += spans[i];
            for (int k = 0; k < spans[i + 1]; k++, index++, at++) {
                if (counts[at] != 0) {
                    into.append(' ').append(index).append(':').append(counts[at]);
                }
            }
        }
    }
}
