package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.belvedere.acceptance.promql.Examination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parameters of queries and of what selects series, good, odd and bad ones: both answer, or refuse with the same
/// status and type of error.
///
/// Left out is what Prometheus takes where no sense can be made of it: moments and steps that are NaN or infinite.
final class QueryParametersDifferentialTest {

    private static final int REQUESTS = Integer.getInteger("parameters.requests", 500);
    private static final long BUILD_SEED = 8000;
    private static final int USUAL = 3;

    private static final List<String> ODD_TIMES = List.of(
            "2017-02-24",
            "2017-02-24T06:20:00",
            "2017-02-24T06:20:00+01:00",
            "now",
            "0x10",
            " 5",
            "5 ",
            "",
            "9223372036.854",
            "+5",
            ".5",
            "5.",
            "-1",
            "0");
    private static final List<String> DURATIONS = List.of(
            "15", "1m", "1h30m", "15s", "0.5", "5", "1y", "100y", "106751d", "106752d", "293y", "200000d", "1d12h",
            "1h1d", "5m5", "m", "1.5m", "", " 1m", "1us", "1h-5m", "+5", "x");
    private static final List<String> STEPS = List.of("0", "0s", "-1", "-1s");
    private static final List<String> LIMITS = List.of(
            "0",
            "1",
            "3",
            "-1",
            "x",
            "1.5",
            "",
            "9223372036854775807",
            "9223372036854775808",
            "+2",
            " 2",
            "0x2",
            "007");
    private static final List<String> QUERIES = List.of(
            "temperature",
            "rate(http_requests_total[5m])",
            "1",
            "\"text\"",
            "up[1m]",
            "up{",
            "",
            "sum(up)",
            "absent_metric",
            "up @ 0",
            "up offset 1y");
    private static final List<String> STATISTICS = List.of("", "true", "all", "x", "false", "ALL");
    private static final List<String> SELECTORS = List.of(
            "temperature",
            "{job=\"api\"} ",
            "{\"http.requests\"}",
            "up{",
            "{}",
            "{job=~\".*\"}",
            "",
            "up[5m]",
            "sum(up)",
            "{__name__=~\".+\"}");
    private static final List<String> LABELS =
            List.of("job", "__name__", "missing", "U__dotted_2e_label", "a-b", "1a", "U__", "dotted.label");

    private final long seed = Long.getLong("seed", BUILD_SEED);
    private final Random random = new Random(seed ^ 0x9a7a);

    /// @param isPost whether the parameters travel as a form
    private record Request(String path, String parameters, boolean isPost) {

        Http.Answer send(String server) throws IOException, InterruptedException {
            return isPost
                    ? Http.post(
                            server + path,
                            "application/x-www-form-urlencoded",
                            parameters.getBytes(StandardCharsets.UTF_8))
                    : Http.get(server + path + "?" + parameters);
        }

        /// Which series are left is for each to choose.
        boolean isLimited() {
            return parameters.contains("limit=");
        }
    }

    @Test
    void parameters_are_taken_and_refused_as_prometheus_does_it(@TempDir Path folder)
            throws IOException, InterruptedException {
        PromqlReference.version(folder);
        Examination examination = new Examination(seed, false);
        Path config = folder.resolve("belvedere.yml");
        Files.writeString(config, """
                storage: {tsdb: {retention: {time: 100y}}}
                agent: {host: false}
                self: {scrapeInterval: 0s}
                """);
        TreeMap<Integer, Integer> statuses = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--config", config.toString());
                PrometheusProcess peer = PrometheusProcess.start(
                        folder.resolve("tsdb"),
                        PromqlReference.CONFIG,
                        "--storage.tsdb.min-block-duration=1d",
                        "--storage.tsdb.max-block-duration=1d",
                        "--web.enable-remote-write-receiver",
                        "--enable-feature=native-histograms,promql-per-step-stats")) {
            for (String url : List.of(server.url("/api/v1/write"), peer.url("/api/v1/write"))) {
                PromqlReference.load(url, examination.requests(0));
            }
            for (int i = 0; i < REQUESTS; i++) {
                Request request = next(examination.startMillis() / 1000);
                Http.Answer theirs = request.send(peer.url(""));
                Http.Answer ours = request.send(server.url(""));
                statuses.merge(theirs.status(), 1, Integer::sum);
                if (theirs.status() != ours.status()
                        || !comparable(request, theirs.json()).equals(comparable(request, ours.json()))) {
                    failures.add(request + "\n    " + theirs.status() + " " + theirs.body() + "\n    " + ours.status()
                            + " " + ours.body());
                }
            }
        }
        System.out.println("seed " + seed + ": " + statuses);
        assertThat(failures).as("seed " + seed + ", theirs and ours").isEmpty();
    }

    private Request next(long start) {
        List<String> parameters = new ArrayList<>();
        String path = switch (random.nextInt(8)) {
            case 0, 1 -> instant(start, parameters);
            case 2, 3, 4 -> range(start, parameters);
            case 5 -> selection(start, parameters, "/api/v1/series");
            case 6 -> selection(start, parameters, "/api/v1/labels");
            default ->
                selection(start, parameters, "/api/v1/label/" + LABELS.get(random.nextInt(LABELS.size())) + "/values");
        };
        maybe(4, "limit", LIMITS, parameters);
        Collections.shuffle(parameters, random);
        return new Request(path, String.join("&", parameters), random.nextInt(3) == 0 && !path.contains("/label/"));
    }

    /// Always says when: what is now is not the same for both.
    private String instant(long start, List<String> parameters) {
        parameters.add("query=" + Http.encoded(any(QUERIES)));
        parameters.add("time=" + Http.encoded(random.nextInt(3) == 0 ? moment() : start + 900 + ".123"));
        query(parameters);
        return "/api/v1/query";
    }

    private String range(long start, List<String> parameters) {
        maybe(1, "query", QUERIES, parameters);
        if (random.nextInt(20) > 0) {
            parameters.add("start=" + Http.encoded(random.nextInt(6) == 0 ? moment() : Long.toString(start + 600)));
        }
        if (random.nextInt(20) > 0) {
            parameters.add("end=" + Http.encoded(random.nextInt(6) == 0 ? moment() : Long.toString(start + 900)));
        }
        if (random.nextInt(20) > 0) {
            parameters.add("step=" + Http.encoded(any(random.nextInt(10) == 0 ? STEPS : DURATIONS)));
        }
        query(parameters);
        return "/api/v1/query_range";
    }

    private void query(List<String> parameters) {
        maybe(4, "timeout", DURATIONS, parameters);
        maybe(4, "lookback_delta", DURATIONS, parameters);
        maybe(5, "stats", STATISTICS, parameters);
    }

    /// Moments around all data, or bad ones: of some data both answer with what whole chunks have.
    private String selection(long start, List<String> parameters, String path) {
        maybe(1, "match[]", SELECTORS, parameters);
        maybe(5, "match[]", SELECTORS, parameters);
        if (random.nextInt(3) == 0) {
            parameters.add("start=" + Http.encoded(random.nextInt(2) == 0 ? ODD_TIMES.get(3) : start - 1000 + ""));
        }
        if (random.nextInt(3) == 0) {
            parameters.add("end=" + Http.encoded(random.nextInt(2) == 0 ? ODD_TIMES.get(5) : start + 9000 + ".5"));
        }
        return path;
    }

    /// An empty one means now.
    private String moment() {
        String time = ODD_TIMES.get(random.nextInt(ODD_TIMES.size()));
        return time.isEmpty() ? "now" : time;
    }

    private void maybe(int oneIn, String name, List<String> values, List<String> parameters) {
        if (random.nextInt(oneIn) == 0 && random.nextInt(30) > 0) {
            parameters.add(Http.encoded(name) + "=" + Http.encoded(any(values)));
        }
    }

    /// Mostly one of those that make sense.
    private String any(List<String> values) {
        int count = random.nextInt(2) == 0 ? Math.min(USUAL, values.size()) : values.size();
        return values.get(random.nextInt(count));
    }

    private static JsonNode comparable(Request request, JsonNode answer) {
        ObjectNode copy = answer.deepCopy();
        copy.remove(List.of("error", "infos"));
        if (copy.path("data") instanceof ObjectNode data && data.has("stats")) {
            data.put("stats", data.at("/stats/samples").has("totalQueryableSamplesPerStep"));
        }
        // From 3.15 on a warning says which values of this parameter will be refused.
        if (copy.path("warnings") instanceof ArrayNode warnings) {
            warnings.removeIf(warning -> warning.asText().contains("parameter \"stats\""));
            if (warnings.isEmpty()) {
                copy.remove("warnings");
            }
        }
        boolean isQuery = copy.path("data").isObject();
        JsonNode listed = isQuery ? copy.at("/data/result") : copy.path("data");
        boolean isText =
                List.of("scalar", "string").contains(copy.at("/data/resultType").asText());
        if (listed instanceof ArrayNode array && !isText) {
            TreeSet<String> sorted = new TreeSet<>();
            array.forEach(one -> sorted.add(labels(one)));
            int size = array.size();
            array.removeAll();
            if (request.isLimited()) {
                array.add(size);
            } else {
                sorted.forEach(array::add);
            }
        }
        return copy;
    }

    /// Values are for others to compare.
    private static String labels(JsonNode one) {
        JsonNode labels = one.has("metric") ? one.path("metric") : one;
        TreeMap<String, String> sorted = new TreeMap<>();
        labels.properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        return labels.isObject() ? sorted.toString() : labels.toString();
    }
}
