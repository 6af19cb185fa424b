package dev.belvedere.api.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchRoutesTest {

    private static final String END = "{\"status\":\"success\",\"has_more\":false}\n";

    private final PrometheusServer server = new PrometheusServer();

    @BeforeEach
    void write() {
        for (String metric : new String[] {"http_requests_total", "http_request_seconds", "up", "Uptime"}) {
            server.write(Labels.of("__name__", metric, "job", "api", "instance", "a:1"), 0, 1);
        }
        server.write(Labels.of("__name__", "old", "job", "gone"), 7200, 1);
        try (MetricAppender appender = server.store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.updateMetadata("up", new MetricMetadata(MetricType.GAUGE, "", "whether <it> is"));
            appender.commit();
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String search(String what) {
        return server.get("/api/v1/search/" + what);
    }

    @Test
    void names_of_the_last_hour_come_in_their_order() {
        assertThat(search("metric_names"))
                .isEqualTo("200 {\"results\":[{\"name\":\"Uptime\"},{\"name\":\"http_request_seconds\"},"
                        + "{\"name\":\"http_requests_total\"},{\"name\":\"up\"}]}\n" + END);
        assertThat(search("metric_names?start=0&sort_by=alpha&sort_dir=dsc&match[]=%7Bjob%3D%22gone%22%7D"))
                .isEqualTo("200 {\"results\":[{\"name\":\"old\"}]}\n" + END);
        assertThat(search("label_names"))
                .isEqualTo("200 {\"results\":[{\"name\":\"__name__\"},{\"name\":\"instance\"},{\"name\":\"job\"}]}\n"
                        + END);
        assertThat(search("label_values?label=job&start=0&match[]=up&match[]=old&sort_by=alpha&sort_dir=dsc"))
                .isEqualTo("200 {\"results\":[{\"value\":\"gone\"},{\"value\":\"api\"}]}\n" + END);
        assertThat(search("label_values?label=none")).isEqualTo("200 {\"results\":[]}\n" + END);
        assertThat(server.post("/api/v1/search/label_values", "label=job"))
                .isEqualTo("200 {\"results\":[{\"value\":\"api\"}]}\n" + END);
    }

    @Test
    void results_come_in_batches_and_tell_whether_there_are_more() {
        assertThat(search("metric_names?limit=3&batch_size=2"))
                .isEqualTo("200 {\"results\":[{\"name\":\"Uptime\"},{\"name\":\"http_request_seconds\"}]}\n"
                        + "{\"results\":[{\"name\":\"http_requests_total\"}]}\n"
                        + "{\"status\":\"success\",\"has_more\":true}\n");
    }

    @Test
    void what_fits_best_comes_first() {
        assertThat(search("metric_names?search[]=up&sort_by=score&include_score=true"))
                .isEqualTo("200 {\"results\":[{\"name\":\"up\",\"score\":1}]}\n" + END);
        assertThat(search("metric_names?search[]=UP&case_sensitive=false"))
                .isEqualTo("200 {\"results\":[{\"name\":\"Uptime\"},{\"name\":\"up\"}]}\n" + END);
        assertThat(search("metric_names?search[]=hrqt&search[]=upp&sort_by=score"))
                .contains("{\"name\":\"http_requests_total\"}")
                .doesNotContain("\"up\"");
        assertThat(search("metric_names?search[]=http_reqests_total&fuzz_alg=jarowinkler&fuzz_threshold=95"))
                .isEqualTo("200 {\"results\":[{\"name\":\"http_requests_total\"}]}\n" + END);
        assertThat(search("metric_names?search[]=quest&fuzz_alg=jarowinkler&limit=1"))
                .isEqualTo("200 {\"results\":[{\"name\":\"http_request_seconds\"}]}\n"
                        + "{\"status\":\"success\",\"has_more\":true}\n");
    }

    @Test
    void metric_names_come_with_what_is_known_of_them() {
        assertThat(search("metric_names?search[]=up&include_metadata=1"))
                .isEqualTo(
                        "200 {\"results\":[{\"name\":\"up\",\"type\":\"gauge\",\"help\":\"whether \\u003cit\\u003e is\"}]}\n"
                                + END);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metric_names?start=x | invalid time value for 'start': cannot parse \\\"x\\\" to a valid timestamp",
                "metric_names?start=2&end=1 | end timestamp must not be before start timestamp",
                "metric_names?fuzz_threshold=101 | invalid fuzz_threshold \\\"101\\\": must be 0-100",
                "metric_names?fuzz_alg=x | unsupported fuzz_alg \\\"x\\\": must be one of [subsequence jarowinkler]",
                "metric_names?case_sensitive=x | invalid case_sensitive \\\"x\\\": must be boolean",
                "metric_names?include_metadata=x | invalid include_metadata \\\"x\\\": must be boolean",
                "metric_names?sort_dir=asc | sort_dir is only valid when sort_by is set",
                "metric_names?sort_by=score&sort_dir=asc | sort_dir is not supported for sort_by=score",
                "metric_names?sort_by=alpha&sort_dir=x | invalid sort_dir \\\"x\\\": must be \\\"asc\\\" or \\\"dsc\\\"",
                "metric_names?sort_by=score | sort_by=score requires search[] to be set",
                "label_names?sort_by=x | invalid sort_by \\\"x\\\" for label_names: must be \\\"alpha\\\" or \\\"score\\\"",
                "metric_names?limit=0 | invalid limit \\\"0\\\": must be a positive integer",
                "metric_names?limit=1001 | limit 1001 exceeds the configured maximum (1000, see query.maxSearchLimit)",
                "metric_names?batch_size=-1 | invalid batch_size \\\"-1\\\": must be a positive integer",
                "label_values | missing required parameter \\\"label\\\"",
            })
    void bad_searches_get_prometheus_errors(String path, String message) {
        assertThat(search(path))
                .isEqualTo("400 {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + message + "\"}");
    }

    @Test
    void the_number_of_terms_is_bounded() {
        assertThat(search("metric_names?" + "search[]=a&".repeat(33)))
                .contains("too many search[] terms: got 33, maximum is 32");
    }

    @Test
    void searches_are_off_without_their_feature() {
        server.maxSearchLimit = -1;
        assertThat(search("label_names"))
                .isEqualTo(
                        "503 {\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"search API disabled\"}");
    }
}
