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

    private Questions() {}

    /// How far back a range reaches and its step, by turns: some look at what is there, some at a day of which little
    /// is.
    private static final long[][] RANGES = {
        {SampleStore.SPAN_MILLIS / 2, 15}, {SampleStore.SPAN_MILLIS, 60}, {24 * SampleStore.SPAN_MILLIS, 300}
    };

    /// Paths with queries, at a moment that is a little later in every round, as dashboards ask: no answer is kept.
    /// What is small the event loop answers.
    static List<String> paths(long endMillis, int round) {
        long end = endMillis + round;
        String moment = seconds(end);
        long[] range = RANGES[round % RANGES.length];
        String span = "&start=" + seconds(end - range[0]) + "&end=" + moment + "&step=" + range[1];
        List<String> paths = new ArrayList<>();
        for (String expression : EXPRESSIONS) {
            paths.add(instant(expression, moment));
            paths.add("/api/v1/query_range?" + query(expression) + span + "&nocache=1");
        }
        paths.add("/api/v1/labels?end=" + moment);
        paths.add("/api/v1/label/__name__/values?end=" + moment);
        paths.add("/api/v1/series?match%5B%5D=gpu_temperature&end=" + moment);
        return paths;
    }

    /// Paths with the queries that count, as [#paths].
    static List<String> countingPaths(long endMillis, int round) {
        String moment = seconds(endMillis + round);
        return COUNTS.stream().map(expression -> instant(expression, moment)).toList();
    }

    private static String instant(String expression, String moment) {
        return "/api/v1/query?" + query(expression) + "&time=" + moment;
    }

    private static String query(String expression) {
        return "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
    }
}
