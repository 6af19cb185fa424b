package dev.belvedere.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.belvedere.logql.engine.LogAnswer;
import dev.belvedere.logql.engine.LogqlEngine;
import dev.belvedere.logql.syntax.LogqlExpr;
import dev.belvedere.logql.syntax.LogqlParser;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.memory.MemoryLogStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogqlEngineTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Labels API = Labels.of("app", "api");
    private static final Labels WEB = Labels.of("app", "web");

    private final MemoryLogStore store = new MemoryLogStore();
    private final LogqlEngine engine = new LogqlEngine(store);

    private void add(Labels stream, long second, String line) {
        store.append(Tenant.DEFAULT, List.of(LogRecord.of(stream, second * SECOND, line)));
    }

    private List<String> lines(String query) {
        return answer(query).entries().stream().map(LogAnswer.Entry::line).toList();
    }

    private LogAnswer answer(String query) {
        return engine.lines(
                Tenant.DEFAULT,
                (LogqlExpr.LogQuery) LogqlParser.parse(query),
                0,
                1_000 * SECOND,
                LogRequest.Direction.FORWARD,
                100,
                QueryBudget.unlimited());
    }

    private Map<String, Double> instant(String query, long second) {
        Value value = engine.instant(
                        Tenant.DEFAULT,
                        (LogqlExpr.MetricQuery) LogqlParser.parse(query),
                        second * 1000,
                        QueryBudget.unlimited())
                .value();
        Map<String, Double> result = new LinkedHashMap<>();
        switch (value) {
            case Value.ScalarValue scalar -> result.put("scalar", scalar.value());
            case Value.VectorValue vector ->
                vector.samples().forEach(s -> result.put(s.labels().toString(), s.value()));
            default -> throw new IllegalStateException("unexpected " + value.type());
        }
        return result;
    }

    @Test
    void line_filters_keep_and_drop_by_text_and_expression() {
        add(API, 1, "GET /a 200");
        add(API, 2, "GET /b 500 timeout");
        add(API, 3, "POST /b 503");
        add(WEB, 4, "GET /c 500");
        assertThat(lines("{app=\"api\"} |= \"GET\"")).containsExactly("GET /a 200", "GET /b 500 timeout");
        assertThat(lines("{app=\"api\"} |~ \"5\\\\d\\\\d\" != \"timeout\"")).containsExactly("POST /b 503");
        assertThat(lines("{app=\"api\"} |= \"/a\" or \"503\"")).containsExactly("GET /a 200", "POST /b 503");
        assertThat(lines("{app=~\".+\"} !~ `/[ab]`")).containsExactly("GET /c 500");
    }

    @Test
    void the_newest_lines_come_first_and_the_limit_ends_the_search() {
        for (int i = 0; i < 10; i++) {
            add(API, i, "line " + i);
        }
        LogAnswer newest = engine.lines(
                Tenant.DEFAULT,
                (LogqlExpr.LogQuery) LogqlParser.parse("{app=\"api\"}"),
                2 * SECOND,
                8 * SECOND,
                LogRequest.Direction.BACKWARD,
                2,
                QueryBudget.unlimited());
        assertThat(newest.entries()).extracting(LogAnswer.Entry::line).containsExactly("line 7", "line 6");
        assertThat(newest.linesScanned()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "json#{\"a\":{\"b\":1,\"c\":[1]},\"d\":\"x y\",\"e\":true,\"f\":null,\"app\":\"other\"}#"
                        + "a_b=1 app=api app_extracted=other d=x y e=true",
                "json x=\"a.b\", y=\"list[1]\"#{\"a\":{\"b\":2.50},\"list\":[1,{\"z\":0}]}#app=api x=2.50 y={\"z\":0}",
                "json#not json#__error__=JSONParserErr app=api",
                "logfmt#level=warn msg=\"a \\\"quoted\\\" text\" empty= took=5ms bare#app=api level=warn msg=a \"quoted\" text"
                        + " took=5ms",
                "logfmt lvl=\"level\"#level=warn x=y#app=api lvl=warn",
                "regexp \"(?P<method>\\\\w+) (?P<path>\\\\S+)\"#GET /x 200#app=api method=GET path=/x",
                "pattern \"<ip> - <_> [<when>]\"#10.0.0.1 - bob [noon] rest#app=api ip=10.0.0.1 when=noon",
                "unpack#{\"pod\":\"p1\",\"_entry\":\"inner\"}#app=api pod=p1",
                "logfmt | drop level#level=warn x=y#app=api x=y",
                "logfmt | keep level#level=warn x=y#level=warn",
                "logfmt | label_format lvl=level, both=\"{{.level}}/{{.x}}\"#level=warn x=y#app=api both=/y lvl=warn x=y",
                "logfmt | took > 1s#took=5#__error__=LabelFilterErr app=api took=5"
            })
    void a_stage_finds_labels_in_a_line(String stage, String line, String expected) {
        add(API, 1, line);
        Labels labels = answer("{app=\"api\"} | " + stage).entries().getFirst().labels();
        List<String> found = new ArrayList<>();
        labels.without(List.of("__error_details__")).forEach((name, value) -> found.add(name + "=" + value));
        assertThat(String.join(" ", found)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "status >= 500#true",
                "status < 500#false",
                "took > 100ms#true",
                "took > 1s#false",
                "size <= 2KB#true",
                "size > 1KiB#true",
                "status = 503 and method = \"GET\"#true",
                "status = 200 or method =~ \"P.*\"#false",
                "(status = 200 or status = 503), method != \"POST\"#true",
                "absent > 5#false",
                "absent = \"\"#true"
            })
    void a_label_filter_compares_numbers_durations_sizes_and_text(String filter, boolean isKept) {
        add(API, 1, "status=503 took=250ms size=1.5KB method=GET");
        assertThat(lines("{app=\"api\"} | logfmt | " + filter)).hasSize(isKept ? 1 : 0);
    }

    @Test
    void structured_metadata_ids_and_level_are_labels_of_their_own_origin() {
        store.append(
                Tenant.DEFAULT,
                List.of(new LogRecord(
                        API,
                        SECOND,
                        0,
                        17,
                        "level=x",
                        Attributes.of("k8s.pod", "p-1"),
                        new TraceId(1, 2),
                        new SpanId(3))));
        LogAnswer.Entry entry =
                answer("{app=\"api\"} | logfmt | k8s_pod=\"p-1\"").entries().getFirst();
        assertThat(entry.streamLabels()).isEqualTo(API);
        assertThat(entry.structuredMetadata())
                .isEqualTo(Labels.of(
                        "detected_level", "error",
                        "k8s_pod", "p-1",
                        "span_id", "0000000000000003",
                        "trace_id", "00000000000000010000000000000002"));
        assertThat(entry.parsed()).isEqualTo(Labels.of("level", "x"));
    }

    @Test
    void a_window_begins_after_its_start_and_ends_with_its_end() {
        for (int i = 0; i <= 20; i++) {
            add(API, i, "abc");
        }
        assertThat(instant("count_over_time({app=\"api\"}[10s])", 20)).containsEntry("{app=\"api\"}", 10.0);
        assertThat(instant("rate({app=\"api\"}[10s])", 20)).containsEntry("{app=\"api\"}", 1.0);
        assertThat(instant("bytes_rate({app=\"api\"}[10s])", 20)).containsEntry("{app=\"api\"}", 3.0);
        assertThat(instant("count_over_time({app=\"api\"}[10s] offset 15s)", 20))
                .containsEntry("{app=\"api\"}", 6.0);
        assertThat(instant("count_over_time({app=\"api\"}[10s])", 100)).isEmpty();
    }

    @Test
    void aggregations_and_operators_work_over_windows() {
        for (int i = 1; i <= 4; i++) {
            add(API, i, "level=error");
            add(WEB, i, i % 2 == 0 ? "level=error" : "level=info");
        }
        assertThat(instant("sum(count_over_time({app=~\".+\"}[1m]))", 60)).containsEntry("{}", 8.0);
        assertThat(instant("sum by (level) (count_over_time({app=~\".+\"} | logfmt [1m]))", 60))
                .containsEntry("{level=\"error\"}", 6.0)
                .containsEntry("{level=\"info\"}", 2.0);
        assertThat(instant("topk(1, sum by (app) (count_over_time({app=~\".+\"} |= \"error\" [1m])))", 60))
                .containsOnlyKeys("{app=\"api\"}");
        assertThat(instant(
                        "sum(count_over_time({app=\"web\"} |= \"error\" [1m])) / sum(count_over_time({app=\"web\"}[1m])) * 100",
                        60))
                .containsEntry("{}", 50.0);
        assertThat(instant("count_over_time({app=\"api\"}[1m]) > 10", 60)).isEmpty();
        assertThat(instant("1 + 2 * 3", 60)).containsEntry("scalar", 7.0);
        assertThat(instant("absent_over_time({app=\"none\"}[1m])", 60)).containsEntry("{app=\"none\"}", 1.0);
        assertThat(instant("absent_over_time({app=\"api\"}[1m])", 60)).isEmpty();
    }

    @Test
    void unwrapped_numbers_are_aggregated_over_windows() {
        double[] seconds = {0.1, 0.2, 0.3, 0.4};
        for (int i = 0; i < seconds.length; i++) {
            add(API, i + 1, "took=" + seconds[i] + "s path=/x");
        }
        String source = "{app=\"api\"} | logfmt | unwrap duration(took) [1m]";
        assertThat(instant("sum_over_time(" + source + ") by (path)", 60).get("{path=\"/x\"}"))
                .isCloseTo(1.0, within(1e-9));
        assertThat(instant("max_over_time(" + source + ") by (path)", 60)).containsEntry("{path=\"/x\"}", 0.4);
        assertThat(instant("quantile_over_time(0.5, " + source + ") by (path)", 60)
                        .get("{path=\"/x\"}"))
                .isCloseTo(0.25, within(1e-9));
        assertThat(instant("first_over_time(" + source + ")", 60)).containsEntry("{app=\"api\", path=\"/x\"}", 0.1);
    }

    @Test
    void a_line_that_a_parser_does_not_understand_fails_a_metric_query_unless_it_is_filtered() {
        add(API, 1, "not json");
        add(API, 2, "{\"a\":1}");
        assertThatThrownBy(() -> instant("count_over_time({app=\"api\"} | json [1m])", 60))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("pipeline error: 'JSONParserErr'");
        assertThat(instant("sum(count_over_time({app=\"api\"} | json | __error__=\"\" [1m]))", 60))
                .containsEntry("{}", 1.0);
    }

    @Test
    void a_range_query_has_a_point_for_each_step_with_lines() {
        add(API, 10, "x");
        add(API, 30, "x");
        Value.MatrixValue matrix = (Value.MatrixValue) engine.range(
                        Tenant.DEFAULT,
                        (LogqlExpr.MetricQuery) LogqlParser.parse("count_over_time({app=\"api\"}[10s])"),
                        0,
                        60_000,
                        10_000,
                        QueryBudget.unlimited())
                .value();
        assertThat(matrix.series()).hasSize(1);
        assertThat(matrix.series().getFirst().timestamps()).containsExactly(10_000, 30_000);
        assertThat(matrix.series().getFirst().values()).containsExactly(1, 1);
    }

    @Test
    void a_query_that_makes_a_point_for_every_millisecond_is_refused() {
        assertThatThrownBy(() -> engine.range(
                        Tenant.DEFAULT,
                        (LogqlExpr.MetricQuery) LogqlParser.parse("rate({app=\"api\"}[1s])"),
                        0,
                        3_600_000,
                        1,
                        QueryBudget.unlimited()))
                .hasMessageContaining("11000 points");
    }

    @Test
    void lines_and_samples_that_are_held_count_against_the_memory_of_all_queries() {
        for (int i = 0; i < 3000; i++) {
            add(API, 1 + i % 900, "line " + i);
        }
        QueryMemory memory = new QueryMemory(1 << 20);
        QueryBudget budget = new QueryBudget(QueryBudget.Limits.NONE, () -> 0, memory, QueryMemory.Rank.CLIENT);
        LogqlExpr.MetricQuery counts = (LogqlExpr.MetricQuery) LogqlParser.parse("count_over_time({app=\"api\"}[15m])");
        engine.instant(Tenant.DEFAULT, counts, 900_000, budget);
        assertThat(budget.peakBytesHeld()).as("24 for each sample").isBetween(72_000L, 80_000L);
        assertThat(budget.bytesHeld()).as("the answer").isLessThan(2_000);
        LogqlExpr.LogQuery lines = (LogqlExpr.LogQuery) LogqlParser.parse("{app=\"api\"}");
        assertThatThrownBy(() -> engine.lines(
                        Tenant.DEFAULT, lines, 0, 1_000 * SECOND, LogRequest.Direction.FORWARD, 3000, budget))
                .hasMessageContaining("query.memoryBytes");
        budget.close();
        assertThat(memory.heldBytes()).isZero();
    }
}
