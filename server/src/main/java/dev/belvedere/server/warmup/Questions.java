package dev.belvedere.server.warmup;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What dashboards, alerts and people typically ask, over the metrics of [SampleStore].
final class Questions {

    static final List<String> EXPRESSIONS = List.of(
            "load1{instance=\"host-1\"}",
            "gpu_power_watts",
            "sum by (mode) (rate(cpu_seconds_total[5m]))",
            "100 * (1 - avg by (instance) (rate(cpu_seconds_total{mode=\"idle\"}[5m])))",
            "topk(5, sum by (instance) (gpu_power_watts))",
            "count by (job) ({__name__=~\".+_total\",instance=~\"host-[01]\"})",
            "topk(20, count by (__name__) ({__name__=~\".+\"}))",
            "count by (job) ({__name__=~\".+_total\"})",
            "topk(10, gpu_power_watts)",
            "load1 or machine_info",
            "max_over_time(sum(rate(network_bytes_total{instance=~\"host-.*\"}[5m]))[10m:1m])",
            "histogram_quantile(0.99, sum by (le, instance) (rate(latency_seconds_bucket[5m])))",
            "sum by (release) (network_bytes_total * on (instance) group_left (release) machine_info)",
            "rate(network_bytes_total{device=~\"eth.*\"}[5m])",
            "sum by (device) (irate(network_bytes_total{device!~\"eth0|lo\"}[2m]))",
            "quantile_over_time(0.95, gpu_temperature[30m])",
            "max by (gpu) (max_over_time(gpu_temperature[10m]))",
            "avg by (instance) (avg_over_time(gpu_temperature[30m]))",
            "predict_linear(filesystem_avail_bytes[15m], 14400)",
            "max_over_time(sum by (instance) (rate(network_bytes_total[5m]))[10m:1m])",
            "(1 - filesystem_avail_bytes / filesystem_size_bytes) * 100 > 30 and on (instance) load1 > 0",
            "filesystem_avail_bytes / filesystem_size_bytes");

    /// What is asked of all series there are, at a moment.
    static final List<String> COUNTS = List.of(
            "count({__name__=~\".+\"})",
            "topk(20, count by (__name__) ({__name__=~\".+\"}))",
            "count by (job) ({__name__=~\"metric_.*[0-7]\",instance=~\"host-[0-5]\"})");

    /// What clients say of themselves, as lines of a request's head: browsers, dashboards, programs.
    private static final List<String> HEADERS =
            List.of("user-agent: curl/8.14.1\r\naccept: */*\r\n", "Accept-Encoding: identity\r\n", """
            User-Agent: Grafana/12.2.0\r
            Accept-Encoding: gzip\r
            X-Dashboard-Uid: a1b2\r
            X-Panel-Id: 7\r
            X-Datasource-Uid: metrics\r
            X-Forwarded-For: 127.0.0.1\r
            """, """
            Connection: keep-alive\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r
            Accept: */*\r
            Sec-Fetch-Site: same-origin\r
            Sec-Fetch-Mode: cors\r
            Sec-Fetch-Dest: empty\r
            Referer: http://127.0.0.1/\r
            Accept-Encoding: deflate\r
            Accept-Language: en-GB,en;q=0.9\r
            """);

    /// So often names and series are asked for in each round: each costs little, and code that runs once a question
    /// is compiled when it has run a few hundred times.
    private static final int NAMES_PER_ROUND = 8;

    private Questions() {}

    /// What the client of a round says of itself.
    static String headers(int round) {
        return HEADERS.get(round % HEADERS.size());
    }

    /// How far back a range reaches and its step, by turns: some look at what is there, some at a day of which little
    /// is.
    private static final long[][] RANGES = {
        {SampleStore.SPAN_MILLIS / 2, 15}, {SampleStore.SPAN_MILLIS, 60}, {24 * SampleStore.SPAN_MILLIS, 300}
    };

    /// Paths with queries, at a moment that is a little later in every round, as dashboards ask. What is small the
    /// event loop answers. Two of four rounds ask for ranges anew, the other two as most people do: what is kept of
    /// one answers the same once more, and most of it a step later.
    static List<String> paths(long endMillis, int round) {
        long end = endMillis + round;
        long[] range = RANGES[round % RANGES.length];
        boolean isAnew = round / 2 % 2 == 0;
        List<String> paths = new ArrayList<>();
        for (String expression : EXPRESSIONS) {
            paths.add(instant(expression, end));
            String overTime = "/api/v1/query_range?" + query(expression) + "&step=" + range[1] + "&";
            if (isAnew) {
                paths.add(overTime + between(end, range[0]) + "&nocache=1");
            } else {
                paths.add(overTime + between(end, range[0]));
                paths.add(overTime + between(end, range[0]));
                paths.add(overTime + between(end + range[1] * 1000, range[0]));
            }
        }
        for (int i = 0; i < NAMES_PER_ROUND; i++) {
            paths.addAll(namePaths(between(end, range[0]), "gpu_temperature"));
        }
        return paths;
    }

    private static List<String> namePaths(String within, String metric) {
        return List.of(
                "/api/v1/labels?" + within,
                "/api/v1/label/__name__/values?" + within,
                "/api/v1/series?match%5B%5D=" + metric + "&" + within);
    }

    /// Paths with the queries that count, as [#paths], and with the names there are.
    static List<String> countingPaths(long endMillis, int round) {
        long end = endMillis + round;
        List<String> paths = new ArrayList<>(namePaths(between(end, SampleStore.SPAN_MILLIS), "metric_1"));
        for (String expression : COUNTS) {
            paths.add(instant(expression, end));
        }
        return paths;
    }

    private static String instant(String expression, long millis) {
        return "/api/v1/query?" + query(expression) + "&time=" + seconds(millis);
    }

    private static String query(String expression) {
        return "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private static String between(long endMillis, long spanMillis) {
        return "start=" + seconds(endMillis - spanMillis) + "&end=" + seconds(endMillis);
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
    }
}
