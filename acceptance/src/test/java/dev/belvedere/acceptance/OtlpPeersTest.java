package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same OTLP requests to a real Prometheus and to us make the same series with the same samples.
final class OtlpPeersTest {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int CUMULATIVE = 2;
    private static final int DELTA = 1;
    private static final int REQUESTS = 12;
    private static final long STEP_MILLIS = 10_000;

    private static final List<String> SECTIONS = List.of(
            "{}",
            "{promote_resource_attributes: [k8s.pod.name, host.name], keep_identifying_resource_attributes: true}",
            "{promote_all_resource_attributes: true, ignore_resource_attributes: [host.name],"
                    + " promote_scope_metadata: true}",
            "{translation_strategy: NoUTF8EscapingWithSuffixes, convert_histograms_to_nhcb: true}",
            "{translation_strategy: UnderscoreEscapingWithoutSuffixes, promote_scope_metadata: true}",
            "{translation_strategy: NoTranslation, promote_all_resource_attributes: true}");

    private final long seed = Long.getLong("seed", 20261125);
    private final Random random = new Random(seed);
    private final long endMillis = System.currentTimeMillis() / 1000 * 1000 - 60_000;

    @Test
    void prometheus_makes_the_same_series_of_the_same_requests(@TempDir Path folder)
            throws IOException, InterruptedException {
        String prometheus = Peers.find("prometheus");
        assumeTrue(
                Peers.run(folder, prometheus, "--help").output().contains("web.enable-otlp-receiver"),
                "skipped: this build of Prometheus has no OTLP receiver (Debian leaves it out)");
        try (PrometheusProcess peer = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        "otlp: {}\n",
                        "--web.enable-otlp-receiver",
                        "--web.enable-lifecycle",
                        "--enable-feature=otlp-deltatocumulative");
                ServerProcess server = ServerProcess.startAlone(
                        folder.resolve("data"), "--config", peer.config().toString())) {
            for (int section = 0; section < SECTIONS.size(); section++) {
                Files.writeString(peer.config(), "otlp: " + SECTIONS.get(section) + "\n");
                for (String url : List.of(peer.url(""), server.url(""))) {
                    assertThat(Http.post(url + "/-/reload", "text/plain", new byte[0])
                                    .status())
                            .isEqualTo(200);
                }
                for (int i = 0; i < REQUESTS; i++) {
                    byte[] body = request(section, i).toString().getBytes(StandardCharsets.UTF_8);
                    for (String url : List.of(peer.url(""), server.url(""))) {
                        Http.Answer answer = Http.post(url + "/api/v1/otlp/v1/metrics", "application/json", body);
                        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    }
                }
            }
            assertSame(series(peer.url("")), series(server.url("")));
        }
    }

    private void assertSame(SortedMap<String, JsonNode> theirs, SortedMap<String, JsonNode> ours) {
        assertThat(ours.keySet()).as("seed %d", seed).isEqualTo(theirs.keySet());
        assertThat(theirs.size()).isGreaterThan(100);
        theirs.forEach((labels, samples) ->
                assertThat(ours.get(labels)).as("%s, seed %d", labels, seed).isEqualTo(samples));
    }

    private SortedMap<String, JsonNode> series(String url) throws IOException, InterruptedException {
        String query =
                "/api/v1/query?time=" + (endMillis / 1000 + 1) + "&query=" + Http.encoded("{__name__=~\".+\"}[1h]");
        JsonNode answer = Http.get(url + query).json();
        assertThat(answer.at("/status").asText()).as(answer.toString()).isEqualTo("success");
        SortedMap<String, JsonNode> series = new TreeMap<>();
        for (JsonNode one : answer.at("/data/result")) {
            SortedMap<String, String> labels = new TreeMap<>();
            one.get("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            ((ObjectNode) one).remove("metric");
            series.put(labels.toString(), one);
        }
        return series;
    }

    private ObjectNode request(int section, int step) {
        ObjectNode resource = JSON.objectNode();
        ArrayNode attributes = resource.putArray("attributes");
        text(attributes, "service.name", "api");
        text(attributes, "service.namespace", "shop");
        text(attributes, "service.instance.id", "i-" + section);
        text(attributes, "k8s.pod.name", "pod-1");
        text(attributes, "host.name", "node é");
        text(attributes, "process.pid", "7");
        ObjectNode scope = JSON.objectNode();
        scope.putObject("scope").put("name", "lib").put("version", "2");
        text(((ObjectNode) scope.get("scope")).putArray("attributes"), "team", "infra");
        scope.put("schemaUrl", "http://schema");
        ArrayNode metrics = scope.putArray("metrics");
        addMetrics(metrics, "s" + section + ".", step);
        ObjectNode request = JSON.objectNode();
        ObjectNode resourceMetrics = request.putArray("resourceMetrics").addObject();
        resourceMetrics.set("resource", resource);
        resourceMetrics.putArray("scopeMetrics").add(scope);
        return request;
    }

    private static void text(ArrayNode attributes, String key, String value) {
        attributes.addObject().put("key", key).putObject("value").put("stringValue", value);
    }

    private void addMetrics(ArrayNode metrics, String prefix, int step) {
        String[] units = {"s", "By", "1", "m/s", "{packet}", "%", ""};
        ObjectNode gauge = metric(metrics, prefix + "room.temp-now", units[step % units.length]);
        numbers(gauge.putObject("gauge"), step, false);
        for (int temporality : new int[] {CUMULATIVE, DELTA}) {
            String name = prefix + (temporality == DELTA ? "delta." : "cumulative.");
            for (boolean isMonotonic : new boolean[] {true, false}) {
                ObjectNode sum =
                        metric(metrics, name + "sum" + isMonotonic, "s").putObject("sum");
                sum.put("aggregationTemporality", temporality).put("isMonotonic", isMonotonic);
                numbers(sum, step, temporality == CUMULATIVE && isMonotonic);
            }
            ObjectNode histogram = metric(metrics, name + "wait", "ms").putObject("histogram");
            histogram.put("aggregationTemporality", temporality);
            explicit(histogram.putArray("dataPoints"), step, temporality);
            ObjectNode exponential = metric(metrics, name + "size", "By").putObject("exponentialHistogram");
            exponential.put("aggregationTemporality", temporality);
            for (int kind = 0; kind < 3; kind++) {
                exponential(exponential.withArray("dataPoints").addObject(), step, temporality, kind);
            }
        }
        summary(metric(metrics, prefix + "latency", "s").putObject("summary").putArray("dataPoints"), step);
    }

    private static ObjectNode metric(ArrayNode metrics, String name, String unit) {
        return metrics.addObject().put("name", name).put("unit", unit).put("description", "Help.");
    }

    private ObjectNode point(ObjectNode point, int step, String... attributes) {
        long time = endMillis - (REQUESTS - step) * STEP_MILLIS;
        point.put("timeUnixNano", Long.toString(time * 1_000_000));
        point.put("startTimeUnixNano", Long.toString((time - STEP_MILLIS) * 1_000_000));
        ArrayNode array = point.putArray("attributes");
        text(array, "http.method", "GET");
        for (int i = 0; i < attributes.length; i += 2) {
            text(array, attributes[i], attributes[i + 1]);
        }
        return point;
    }

    private void numbers(ObjectNode kind, int step, boolean isRising) {
        ArrayNode points = kind.putArray("dataPoints");
        point(points.addObject(), step).put("asDouble", isRising ? step * 1.5 : random.nextInt(100) / 8.0);
        point(points.addObject(), step, "http.status_code", "200", "_private", "x", "1st", "y", "a:b", "z")
                .put("asInt", Integer.toString(random.nextInt(1000)));
        ObjectNode stale = point(points.addObject(), step, "mode", "stale");
        if (step == REQUESTS - 1) {
            stale.put("flags", 1);
        } else {
            stale.put("asDouble", 1);
        }
    }

    private void explicit(ArrayNode points, int step, int temporality) {
        for (int kind = 0; kind < 2; kind++) {
            ObjectNode point = point(points.addObject(), step, "kind", "k" + kind);
            double[] bounds = kind == 0 ? new double[] {0.005, 0.5, 1, 2.5, 1_000_000} : new double[0];
            long count = 0;
            ArrayNode counts = point.putArray("bucketCounts");
            for (int i = 0; i <= bounds.length; i++) {
                int observed = random.nextInt(5) + (temporality == CUMULATIVE ? step * 5 : 0);
                counts.add(Integer.toString(observed));
                count += observed;
            }
            ArrayNode explicitBounds = point.putArray("explicitBounds");
            for (double bound : bounds) {
                explicitBounds.add(bound);
            }
            point.put("count", Long.toString(count)).put("sum", count * 0.75);
        }
    }

    /// Kind 0 keeps its scale, 1 is finer than Prometheus keeps, 2 changes its scale and reach. The first bucket
    /// of kind 1 has counts: Prometheus 3.14 puts the first count behind merged buckets without any into the
    /// bucket that these became.
    private void exponential(ObjectNode point, int step, int temporality, int kind) {
        point(point, step, "kind", "k" + kind);
        boolean isCumulative = temporality == CUMULATIVE;
        int scale = kind == 0 ? 3 : kind == 1 ? 12 : isCumulative ? 2 : random.nextInt(8) - 2;
        long count = random.nextInt(3);
        point.put("scale", scale).put("zeroCount", Long.toString(count));
        for (String side : List.of("positive", "negative")) {
            int offset = kind == 2 && !isCumulative ? random.nextInt(400) - 200 : -20;
            ObjectNode buckets = point.putObject(side).put("offset", offset);
            ArrayNode counts = buckets.putArray("bucketCounts");
            for (int i = 0; i < 12; i++) {
                boolean isSeen = kind == 1 && i == 0 || random.nextInt(3) == 0;
                int observed = isSeen ? random.nextInt(1, 4) : 0;
                counts.add(Integer.toString(observed + (isCumulative && observed > 0 ? step : 0)));
                count += observed + (isCumulative && observed > 0 ? step : 0);
            }
        }
        point.put("count", Long.toString(count))
                .put("sum", count * 1.25)
                .put("min", -3.0)
                .put("max", 9.0);
    }

    private void summary(ArrayNode points, int step) {
        ObjectNode point = point(points.addObject(), step);
        point.put("count", Integer.toString(step * 3)).put("sum", step * 4.5);
        ArrayNode quantiles = point.putArray("quantileValues");
        for (double quantile : new double[] {0, 0.5, 0.99, 1}) {
            quantiles.addObject().put("quantile", quantile).put("value", random.nextInt(100) / 4.0);
        }
    }
}
