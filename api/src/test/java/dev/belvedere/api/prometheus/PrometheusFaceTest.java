package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusFaceTest {

    private static final String SUCCESS = "200 {\"status\":\"success\",\"data\":";

    private final PrometheusServer server = new PrometheusServer();

    @AfterEach
    void close() {
        server.close();
    }

    private String query(String expression, String... more) {
        return server.get("/api/v1/query?query=" + encoded(expression) + String.join("", more));
    }

    private void writeUp() {
        server.write(Labels.of("__name__", "up", "job", "a", "path", "/<x>&"), 30, 0, 15, 1, 0, 1.5);
        server.write(Labels.of("__name__", "up", "job", "b"), 15, 0);
    }

    @Test
    void instant_queries_answer_vectors_scalars_strings_and_matrices() {
        writeUp();
        assertThat(query("up"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"vector\",\"result\":["
                        + "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\",\"path\":\"/<x>&\"},\"value\":[1700000000,\"1.5\"]},"
                        + "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"value\":[1700000000,\"0\"]}]}}");
        assertThat(query("1 / 0", "&time=1700000000.5"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"scalar\",\"result\":[1700000000.5,\"+Inf\"]}}");
        assertThat(query("-1e21", "&time=5"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"scalar\",\"result\":[5,\"-1000000000000000000000\"]}}");
        assertThat(query("1e-7", "&time=5"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"scalar\",\"result\":[5,\"0.0000001\"]}}");
        assertThat(query("vector(1e21)", "&time=5")).contains("[5,\"1e+21\"]");
        assertThat(query("\"a<b\"", "&time=2023-11-14T22:13:20.25Z"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"string\",\"result\":[1700000000.25,\"a\\u003cb\"]}}");
        assertThat(query("up{job=\"b\"}[1m]"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"matrix\",\"result\":["
                        + "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"values\":[[1699999985,\"0\"]]}]}}");
        assertThat(query("nothing")).isEqualTo(SUCCESS + "{\"resultType\":\"vector\",\"result\":[]}}");
        assertThat(server.post("/api/v1/query", "query=" + encoded("up{job=\"b\"}")))
                .contains("\"job\":\"b\"")
                .startsWith(SUCCESS);
    }

    @Test
    void range_queries_answer_matrices() {
        writeUp();
        String range = "&start=1699999970&end=1700000000&step=15";
        String expected =
                SUCCESS + "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\",\"job\":\"a\","
                        + "\"path\":\"/<x>&\"},\"values\":[[1699999970,\"0\"],[1699999985,\"1\"],[1700000000,\"1.5\"]]}]}}";
        String query = "query=" + encoded("up{job=\"a\"}") + range;
        assertThat(server.get("/api/v1/query_range?" + query)).isEqualTo(expected);
        assertThat(server.post("/api/v1/query_range", query)).isEqualTo(expected);
        assertThat(server.get("/api/v1/query_range?query=" + encoded("vector(1)") + "&start=0&end=11000&step=1s"))
                .startsWith(SUCCESS);
    }

    @Test
    void limits_lookback_and_statistics_are_heeded() {
        writeUp();
        assertThat(query("up", "&limit=1"))
                .contains("\"job\":\"a\"")
                .doesNotContain("\"job\":\"b\"")
                .endsWith("\"warnings\":[\"results truncated due to limit\"]}");
        assertThat(query("up", "&lookback_delta=10s")).doesNotContain("\"job\":\"b\"");
        assertThat(query("up", "&stats=all"))
                .contains("\"stats\":{\"timings\":{\"evalTotalTime\":")
                .contains("\"totalQueryableSamples\":2,")
                .contains("\"peakSamples\":");
        assertThat(query("up", "&stats=1")).contains("\"warnings\":[\"value \\\"1\\\" for parameter");
    }

    @Test
    void infos_of_the_engine_are_told() {
        writeUp();
        assertThat(query("rate(up[1m])")).contains("\"infos\":[\"PromQL info: metric might not be a counter");
    }

    @Test
    void native_histograms_have_their_buckets() {
        NativeHistogram histogram = new NativeHistogram(
                ResetHint.GAUGE,
                0,
                0.001,
                2,
                9,
                18.5,
                new int[] {0, 2, 1, 1},
                new double[] {1, 2, 3},
                new int[] {1, 1},
                new double[] {1},
                new double[0]);
        server.write(Labels.of("__name__", "h"), 0, histogram);
        assertThat(query("h"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"h\"},"
                        + "\"histogram\":[1700000000,{\"count\":\"9\",\"sum\":\"18.5\",\"buckets\":["
                        + "[1,\"-2\",\"-1\",\"1\"],[3,\"-0.001\",\"0.001\",\"2\"],[0,\"0.5\",\"1\",\"1\"],"
                        + "[0,\"1\",\"2\",\"2\"],[0,\"4\",\"8\",\"3\"]]}]}]}}");
        assertThat(query("h[1m]")).contains("\"histograms\":[[1700000000,{\"count\":\"9\"");
    }

    /// A query with so many series and no data.
    private static String series(int count) {
        return String.join(
                " or ",
                IntStream.range(0, count)
                        .mapToObj(n -> "label_replace(vector(" + n + "), \"n\", \"" + n + "\", \"\", \"\")")
                        .toList());
    }

    @Test
    void a_query_beyond_its_budget_says_how_to_raise_it() {
        assertThat(server.get("/api/v1/query_range?query=" + encoded(series(15)) + "&start=0&end=11000&step=1"))
                .startsWith("422 {\"status\":\"error\",\"errorType\":\"execution\"")
                .contains("raise query.maxSamples");
    }

    @Test
    void large_answers_are_the_same_as_small_ones() {
        String body = server.get("/api/v1/query_range?query=" + encoded(series(10)) + "&start=0&end=11000&step=1");
        assertThat(body).startsWith(SUCCESS + "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"n\":\"0\"}");
        assertThat(body).endsWith("[11000,\"9\"]]}]}}");
        assertThat(body.split("\\],\\[", -1)).hasSize(10 * 11_000 + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "/query?query=up%7B ~ 400 ~ bad_data ~ invalid parameter \\\"query\\\": 1:4: parse error: unexpected end of input inside braces",
                "/query ~ 400 ~ bad_data ~ parse error: no expression found in input",
                "/query?query=1&time=soon ~ 400 ~ bad_data ~ invalid parameter \\\"time\\\": invalid time value for 'time': "
                        + "cannot parse \\\"soon\\\" to a valid timestamp",
                "/query?query=1&timeout=x ~ 400 ~ bad_data ~ invalid parameter \\\"timeout\\\": cannot parse \\\"x\\\" to a valid duration",
                "/query?query=1&limit=-1 ~ 400 ~ bad_data ~ invalid parameter \\\"limit\\\": limit must be non-negative",
                "/query?query=1&limit=x ~ 400 ~ bad_data ~ invalid parameter \\\"limit\\\": strconv.Atoi: parsing \\\"x\\\": invalid syntax",
                "/query?query=1&lookback_delta=x ~ 400 ~ bad_data ~ error parsing lookback delta duration: cannot parse \\\"x\\\"",
                "/query_range?query=1&end=1&step=1 ~ 400 ~ bad_data ~ invalid parameter \\\"start\\\": cannot parse \\\"\\\" to a valid timestamp",
                "/query_range?query=1&start=2&end=1&step=1 ~ 400 ~ bad_data ~ invalid parameter \\\"end\\\": end timestamp must not be before start time",
                "/query_range?query=1&start=0&end=1&step=0 ~ 400 ~ bad_data ~ zero or negative query resolution step widths are not accepted",
                "/query_range?query=1&start=0&end=1&step=1e300 ~ 400 ~ bad_data ~ It overflows int64",
                "/query_range?query=1&start=0&end=11001&step=1 ~ 400 ~ bad_data ~ exceeded maximum resolution of 11,000 points per timeseries. "
                        + "Try decreasing the query resolution (?step=XX)",
                "/query_range?query=up%5B1m%5D&start=0&end=1&step=1 ~ 400 ~ bad_data ~ invalid parameter \\\"query\\\": invalid expression type",
                "/query?query=up%2Bon(x)up ~ 422 ~ execution ~ found duplicate series",
                "/query_exemplars?query=%7B ~ 400 ~ bad_data ~ parse error",
                "/query_exemplars?query=up&start=2&end=1 ~ 400 ~ bad_data ~ end timestamp must not be before start timestamp",
                "/format_query?query=%28 ~ 400 ~ bad_data ~ invalid parameter \\\"query\\\": 1:2: parse error",
                "/parse_query?query=%28 ~ 400 ~ bad_data ~ invalid parameter \\\"query\\\"",
                "/series ~ 400 ~ bad_data ~ no match[] parameter provided",
                "/series?match[]=%7B%7D ~ 400 ~ bad_data ~ invalid parameter \\\"match[]\\\": match[] must contain at least one non-empty matcher",
                "/labels?match[]=%7B%7D ~ 400 ~ bad_data ~ match[] must contain at least one non-empty matcher",
                "/query?query=1&timeout=0 ~ 503 ~ timeout ~ query timed out in query execution",
                "/query_range?query=1&start=1&end=2&step=1&timeout=-5 ~ 503 ~ timeout ~ query timed out",
                "/series?match[]=%7Ba%3D%7E%22(%22%7D ~ 400 ~ bad_data ~ error parsing regexp",
                "/series?match[]=up&start=x ~ 400 ~ bad_data ~ invalid parameter \\\"start\\\"",
                "/labels?match[]=%7B ~ 400 ~ bad_data ~ parse error",
                "/labels?limit=x ~ 400 ~ bad_data ~ invalid parameter \\\"limit\\\"",
                "/label/job/values?limit=-5 ~ 400 ~ bad_data ~ limit must be non-negative",
                "/label/%FF/values ~ 400 ~ bad_data ~ invalid label name",
                "/metadata?limit=x ~ 400 ~ bad_data ~ limit must be a number",
                "/metadata?limit_per_metric=x ~ 400 ~ bad_data ~ limit_per_metric must be a number",
                "/targets/metadata?limit=x ~ 400 ~ bad_data ~ limit must be a number",
                "/targets/metadata?match_target=%7B ~ 400 ~ bad_data ~ invalid parameter \\\"match_target\\\"",
                "/rules?type=x ~ 400 ~ bad_data ~ invalid parameter \\\"type\\\": not supported value \\\"x\\\"",
                "/rules?exclude_alerts=x ~ 400 ~ bad_data ~ error converting exclude_alerts: strconv.ParseBool: parsing \\\"x\\\": invalid syntax",
                "/rules?group_next_token=x ~ 400 ~ bad_data ~ group_limit needs to be present in order to paginate over the groups",
                "/rules?group_limit=0 ~ 400 ~ bad_data ~ group_limit needs to be greater than 0",
                "/rules?group_limit=x ~ 400 ~ bad_data ~ group_limit needs to be a valid number",
                "/rules?group_limit=1&group_next_token=x ~ 400 ~ bad_data ~ invalid group_next_token 'x'. were rule groups changed?",
                "/rules?match[]=%7B ~ 400 ~ bad_data ~ parse error",
                "/status/tsdb?limit=0 ~ 400 ~ bad_data ~ limit must be a positive number",
                "/status/tsdb?limit=99999 ~ 400 ~ bad_data ~ limit must not exceed 10000",
            })
    void bad_requests_get_prometheus_errors(String path, int status, String type, String message) {
        writeUp();
        server.write(Labels.of("__name__", "up", "job", "c"), 0, 0);
        assertThat(server.get("/api/v1" + path.strip()))
                .startsWith(status + " {\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"")
                .contains(message);
    }

    @Test
    void series_labels_and_values_are_found() {
        writeUp();
        server.write(Labels.of("__name__", "x", "ü.b", "1", "job", "c"), 7200, 1);
        assertThat(server.get("/api/v1/series?match[]=up&match[]=x"))
                .isEqualTo(SUCCESS + "[{\"__name__\":\"up\",\"job\":\"a\",\"path\":\"/<x>&\"},"
                        + "{\"__name__\":\"up\",\"job\":\"b\"},{\"__name__\":\"x\",\"job\":\"c\",\"ü.b\":\"1\"}]}");
        assertThat(server.post("/api/v1/series", "match[]=up&limit=1"))
                .isEqualTo(SUCCESS + "[{\"__name__\":\"up\",\"job\":\"a\",\"path\":\"/<x>&\"}],"
                        + "\"warnings\":[\"results truncated due to limit\"]}");
        assertThat(server.get("/api/v1/labels")).isEqualTo(SUCCESS + "[\"__name__\",\"job\",\"path\",\"ü.b\"]}");
        assertThat(server.get("/api/v1/labels?match[]=x&start=1699990000&end=1700000000"))
                .isEqualTo(SUCCESS + "[\"__name__\",\"job\",\"ü.b\"]}");
        assertThat(server.get("/api/v1/labels?start=1699999000"))
                .isEqualTo(SUCCESS + "[\"__name__\",\"job\",\"path\"]}");
        assertThat(server.get("/api/v1/label/job/values")).isEqualTo(SUCCESS + "[\"a\",\"b\",\"c\"]}");
        assertThat(server.get("/api/v1/label/job/values?match[]=up&limit=1"))
                .isEqualTo(SUCCESS + "[\"a\"],\"warnings\":[\"results truncated due to limit\"]}");
        assertThat(server.get("/api/v1/label/U___fc__2e_b/values")).isEqualTo(SUCCESS + "[\"1\"]}");
        assertThat(server.get("/api/v1/label/nothing/values")).isEqualTo(SUCCESS + "[]}");
    }

    @Test
    void nothing_is_found_in_a_range_that_ends_before_it_starts() {
        writeUp();
        for (String path : List.of("/series?match[]=up&", "/labels?", "/label/job/values?")) {
            assertThat(server.get("/api/v1" + path + "start=2&end=1")).isEqualTo(SUCCESS + "[]}");
        }
    }

    @Test
    void parameters_of_a_form_come_before_those_of_the_path() {
        assertThat(server.post("/api/v1/query?query=2&time=1", "query=1&time=5"))
                .isEqualTo(SUCCESS + "{\"resultType\":\"scalar\",\"result\":[5,\"1\"]}}");
    }

    @Test
    void escaped_names_are_unescaped_only_where_they_are_well_formed() {
        assertThat(EscapedNames.unescaped("U__a__b_2e_c")).isEqualTo("a_b.c");
        assertThat(EscapedNames.unescaped("U__a_zz_")).isEqualTo("U__a_zz_");
        assertThat(EscapedNames.unescaped("U__a_2e")).isEqualTo("U__a_2e");
        assertThat(EscapedNames.unescaped("U___1F600_")).isEqualTo("\uD83D\uDE00");
        assertThat(EscapedNames.unescaped("U___d800_")).isEqualTo("U___d800_");
        assertThat(EscapedNames.unescaped("plain_name")).isEqualTo("plain_name");
    }

    @Test
    void exemplars_are_found_by_the_selectors_of_a_query() {
        try (MetricAppender appender = server.store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(Labels.of("__name__", "lat_bucket", "le", "1"));
            appender.append(ref, PrometheusServer.NOW, MetricAppender.NO_START, 1);
            appender.appendExemplar(ref, new Exemplar(Labels.of("trace_id", "abc"), 0.5, PrometheusServer.NOW - 500));
            appender.commit();
        }
        assertThat(server.get(
                        "/api/v1/query_exemplars?query=" + encoded("histogram_quantile(0.9, rate(lat_bucket[5m]))")))
                .isEqualTo(SUCCESS + "[{\"seriesLabels\":{\"__name__\":\"lat_bucket\",\"le\":\"1\"},\"exemplars\":["
                        + "{\"labels\":{\"trace_id\":\"abc\"},\"value\":\"0.5\",\"timestamp\":1699999999.5}]}]}");
        assertThat(server.get("/api/v1/query_exemplars?query=1")).startsWith("204 ");
    }

    @Test
    void queries_are_formatted_and_parsed() {
        assertThat(server.get("/api/v1/format_query?query=" + encoded("sum(up)by(job)>1")))
                .isEqualTo(SUCCESS + "\"sum by (job) (up) \\u003e 1\"}");
        assertThat(server.get("/api/v1/parse_query?query=" + encoded("-rate(up{a!=\"b\"}[5m] offset 1m)")))
                .isEqualTo(SUCCESS + "{\"expr\":{\"args\":[{\"anchored\":false,\"matchers\":["
                        + "{\"name\":\"a\",\"type\":\"!=\",\"value\":\"b\"},{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"up\"}],"
                        + "\"name\":\"up\",\"offset\":60000,\"offsetExpr\":null,\"range\":300000,\"rangeExpr\":null,"
                        + "\"smoothed\":false,\"startOrEnd\":null,\"timestamp\":null,\"type\":\"matrixSelector\"}],"
                        + "\"func\":{\"argTypes\":[\"matrix\"],\"name\":\"rate\",\"returnType\":\"vector\",\"variadic\":0},"
                        + "\"type\":\"call\"},\"op\":\"-\",\"type\":\"unaryExpr\"}}");
        assertThat(server.get("/api/v1/parse_query?query=" + encoded("a + on(x) group_left(y) b @ start()")))
                .contains("\"matching\":{\"card\":\"many-to-one\",\"fillValues\":{\"lhs\":null,\"rhs\":null},"
                        + "\"include\":[\"y\"],\"labels\":[\"x\"],\"on\":true}")
                .contains("\"startOrEnd\":\"start\"");
    }

    @Test
    void the_server_tells_of_itself() {
        assertThat(server.get("/api/v1/status/config"))
                .isEqualTo(SUCCESS + "{\"yaml\":\"global:\\n  scrape_interval: 15s\\n\"}}");
        assertThat(server.get("/api/v1/status/flags"))
                .isEqualTo(SUCCESS + "{\"config.file\":\"belvedere.yml\",\"web.listen-address\":\"127.0.0.1:9090\"}}");
        assertThat(server.get("/api/v1/status/buildinfo"))
                .isEqualTo(SUCCESS
                        + "{\"version\":\"3.14.0\",\"revision\":\"abc\",\"branch\":\"main\",\"buildUser\":\"me\","
                        + "\"buildDate\":\"20260101\",\"goVersion\":\"java25\"}}");
        assertThat(server.get("/api/v1/status/runtimeinfo"))
                .isEqualTo(
                        SUCCESS + "{\"startTime\":\"2023-11-14T22:13:15Z\",\"CWD\":\"/srv\",\"hostname\":\"host\","
                                + "\"serverTime\":\"2023-11-14T22:13:20Z\",\"reloadConfigSuccess\":true,"
                                + "\"lastConfigTime\":\"2023-11-14T22:13:16Z\",\"corruptionCount\":0,\"goroutineCount\":12,"
                                + "\"GOMAXPROCS\":2,\"GOMEMLIMIT\":1024,\"GOGC\":\"\",\"GODEBUG\":\"\",\"storageRetention\":\"15d\"}}");
        assertThat(server.get("/api/v1/status/tsdb?limit=3"))
                .isEqualTo(SUCCESS
                        + "{\"headStats\":{\"numSeries\":5,\"numLabelPairs\":11,\"chunkCount\":7,\"minTime\":1000,"
                        + "\"maxTime\":2000},\"seriesCountByMetricName\":[{\"name\":\"up\",\"value\":3}],"
                        + "\"labelValueCountByLabelName\":[{\"name\":\"job\",\"value\":2}],"
                        + "\"memoryInBytesByLabelName\":[{\"name\":\"job\",\"value\":64}],"
                        + "\"seriesCountByLabelValuePair\":[{\"name\":\"job=a\",\"value\":3}]}}");
        assertThat(server.get("/api/v1/status/walreplay")).isEqualTo(SUCCESS + "{\"min\":0,\"max\":0,\"current\":0}}");
        assertThat(server.get("/api/v1/features")).isEqualTo(SUCCESS + "{\"promql\":{\">=\":true,\"info\":false}}}");
        assertThat(server.get("/api/v1/notifications"))
                .isEqualTo(SUCCESS
                        + "[{\"text\":\"disk is nearly full\",\"date\":\"2023-11-14T22:13:20Z\",\"active\":true}]}");
    }

    @Test
    void the_resolution_of_what_is_read_is_checked() {
        for (String resolution : List.of("auto", "raw", "0s", "5m", "3600")) {
            assertThat(server.get("/api/v1/query?query=1&max_source_resolution=" + resolution))
                    .contains("success");
        }
        assertThat(server.get("/api/v1/query?query=1&max_source_resolution=fine"))
                .contains("max_source_resolution");
    }

    @Test
    void operators_delete_series_if_they_may() {
        assertThat(server.post(
                        "/api/v1/admin/tsdb/delete_series", "match[]=" + encoded("up{job=\"a\"}") + "&start=1&end=2"))
                .isEqualTo("204 ");
        assertThat(server.put("/api/v1/admin/tsdb/clean_tombstones")).isEqualTo("204 ");
        assertThat(server.post("/api/v1/admin/tsdb/flush", "")).isEqualTo("204 ");
        assertThat(server.adminCalls)
                .containsExactly("delete [job=\"a\", __name__=\"up\"] 1000..2000", "clean", "flush");
        assertThat(server.post("/api/v1/admin/tsdb/snapshot", ""))
                .isEqualTo("200 {\"status\":\"success\",\"data\":{\"name\":\"20260101T000000Z-0123456789abcdef\"}}");
        assertThat(server.put("/api/v1/admin/tsdb/snapshot?skip_head=true")).startsWith("200 ");
        assertThat(server.post("/api/v1/admin/tsdb/snapshot", "skip_head=maybe"))
                .startsWith("400 ");
        assertThat(server.adminCalls).endsWith("snapshot false", "snapshot true");
        assertThat(server.post("/api/v1/admin/tsdb/delete_series", "")).contains("no match[] parameter provided");
        assertThat(server.post("/api/v1/admin/tsdb/delete_series", "match[]=%7B"))
                .contains("invalid parameter \\\"match[]\\\"");
        assertThat(server.get("/api/v1/admin/tsdb/delete_series")).startsWith("405 ");
        server.isAdminEnabled = false;
        for (String action : List.of("delete_series", "clean_tombstones", "snapshot", "flush")) {
            assertThat(server.post("/api/v1/admin/tsdb/" + action, "match[]=up"))
                    .isEqualTo(
                            "503 {\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"admin APIs disabled\"}");
        }
    }

    @Test
    void nothing_is_answered_before_the_server_is_ready() {
        server.isReady = false;
        assertThat(query("1")).isEqualTo("503 Service Unavailable");
        assertThat(server.get("/-/ready")).isEqualTo("503 Service Unavailable");
        assertThat(server.get("/-/healthy")).isEqualTo("200 Belvedere is Healthy.\n");
        server.isReady = true;
        assertThat(server.get("/-/ready")).isEqualTo("200 Belvedere is Ready.\n");
    }

    @Test
    void the_configuration_is_read_again_on_demand() {
        assertThat(server.post("/-/reload", "")).isEqualTo("200 ");
        assertThat(server.put("/-/reload")).isEqualTo("200 ");
        assertThat(server.get("/-/reload")).isEqualTo("405 Only POST or PUT requests allowed");
        server.reloadFailure = "b.yml:3:1: unknown key";
        assertThat(server.post("/-/reload", "")).isEqualTo("500 failed to reload config: b.yml:3:1: unknown key\n");
        server.isReloadEnabled = false;
        assertThat(server.post("/-/reload", "")).isEqualTo("403 Lifecycle API is not enabled.");
    }

    @Test
    void the_process_can_be_ended_over_http_if_that_is_on() {
        assertThat(server.get("/-/quit")).isEqualTo("405 Only POST or PUT requests allowed");
        assertThat(server.post("/-/quit", "")).isEqualTo("200 Requesting termination... Goodbye!");
        assertThat(server.adminCalls).contains("quit");
        server.isAdminEnabled = false;
        assertThat(server.put("/-/quit")).isEqualTo("403 Lifecycle API is not enabled.");
    }

    @Test
    void blocks_are_described_as_prometheus_describes_its_own() {
        assertThat(server.get("/api/v1/status/tsdb/blocks"))
                .isEqualTo(
                        "200 {\"status\":\"success\",\"data\":{\"blocks\":[{\"ulid\":\"01HF7XC9E06C0YT0W8V5WFCVAF\",\"minTime\":1000,"
                                + "\"maxTime\":2000,\"stats\":{\"numSeries\":7,\"numChunks\":21},\"compaction\":{\"level\":2,"
                                + "\"sources\":[\"01HF7XC9E06C0YT0W8V5WFCVAF\"]},\"version\":1}]}}");
    }

    @Test
    void own_metrics_are_told_as_protobufs_json() {
        server.registry.counter("a_total", "As.", "kind", "x").increment();
        server.registry.gauge("b", "Bs.", () -> Double.NaN);
        server.registry.histogram("c_seconds", "Cs.", new double[] {0.5, 1}).observe(0.7);
        assertThat(server.get("/api/v1/status/self_metrics?metric_name_pattern=" + encoded("[abc](_total|_seconds)?")))
                .isEqualTo("200 {\"status\":\"success\",\"data\":["
                        + "{\"name\":\"a_total\",\"help\":\"As.\",\"type\":\"COUNTER\",\"metric\":[{\"label\":[{\"name\":"
                        + "\"kind\",\"value\":\"x\"}],\"counter\":{\"value\":1}}]},"
                        + "{\"name\":\"b\",\"help\":\"Bs.\",\"type\":\"GAUGE\",\"metric\":[{\"gauge\":{\"value\":\"NaN\"}}]},"
                        + "{\"name\":\"c_seconds\",\"help\":\"Cs.\",\"type\":\"HISTOGRAM\",\"metric\":[{\"histogram\":{"
                        + "\"sampleCount\":\"1\",\"sampleSum\":0.7,\"bucket\":[{\"cumulativeCount\":\"0\",\"upperBound\":0.5},"
                        + "{\"cumulativeCount\":\"1\",\"upperBound\":1}]}}]}]}");
        assertThat(server.get("/api/v1/status/self_metrics?metric_name_pattern=" + encoded("(")))
                .startsWith("400 ")
                .contains("invalid metric_name_pattern: error parsing regexp: ");
    }

    @Test
    void own_metrics_are_exposed() {
        server.registry.counter("belvedere_tests_total", "Tests.").add(2);
        assertThat(server.get("/metrics"))
                .startsWith("200 # HELP belvedere_queries_computing ")
                .endsWith("# HELP belvedere_tests_total Tests.\n# TYPE belvedere_tests_total counter\n"
                        + "belvedere_tests_total 2\n");
    }

    @Test
    void federation_gives_the_newest_samples() {
        server.externalLabels = Labels.of("site", "s1", "job", "never");
        writeUp();
        server.write(Labels.of("__name__", "gone", "job", "a"), 20, 1, 10, SampleValues.STALE_NAN);
        server.write(Labels.of("__name__", "old"), 400, 1);
        server.write(Labels.of("__name__", "big.name", "instance", "i\"\\"), 1, 2_000_000);
        String body =
                server.get("/federate?match[]=up&match[]=" + encoded("{__name__=~\"gone|old|big.*\"}") + "&match[]=up");
        assertThat(body)
                .isEqualTo("200 # TYPE big_name untyped\n"
                        + "big_name{instance=\"i\\\"\\\\\",job=\"never\",site=\"s1\"} 2e+06 1699999999000\n"
                        + "# TYPE up untyped\n"
                        + "up{job=\"a\",path=\"/<x>&\",instance=\"\",site=\"s1\"} 1.5 1700000000000\n"
                        + "up{job=\"b\",instance=\"\",site=\"s1\"} 0 1699999985000\n");
        assertThat(server.get("/federate?match[]=%7B")).startsWith("400 ");
        assertThat(server.get("/federate")).isEqualTo("200 ");
    }
}
