package dev.belvedere.server.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuestionsTest {

    @Test
    void every_question_finds_series_at_once_and_over_time() {
        findAll(SampleStore.Shape.YOUNG, Questions.EXPRESSIONS);
        findAll(SampleStore.Shape.OLD, Questions.EXPRESSIONS);
        findAll(SampleStore.Shape.WIDE, Questions.COUNTS);
    }

    private static void findAll(SampleStore.Shape shape, List<String> expressions) {
        PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
        try (SampleStore samples = new SampleStore(new ManualTime(1_700_000_000_000L), shape)) {
            for (String expression : expressions) {
                QueryAnswer atOnce = engine.instant(
                        samples.store(),
                        Tenant.DEFAULT,
                        engine.parse(expression),
                        samples.endMillis(),
                        QueryBudget.unlimited());
                assertThat(((Value.VectorValue) atOnce.value()).samples())
                        .as(expression)
                        .isNotEmpty();
                QueryAnswer overTime = engine.range(
                        samples.store(),
                        Tenant.DEFAULT,
                        engine.parse(expression),
                        samples.endMillis() - 600_000,
                        samples.endMillis(),
                        15_000,
                        QueryBudget.unlimited());
                assertThat(((Value.MatrixValue) overTime.value()).series())
                        .as(expression)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void no_two_rounds_ask_the_same() {
        List<String> first = Questions.paths(1_700_000_000_000L, 0);
        assertThat(Questions.paths(1_700_000_000_000L, 1)).hasSameSizeAs(first).doesNotContainAnyElementsOf(first);
    }

    @Test
    void each_round_asks_for_newer_time_as_the_event_loop_wants_it() {
        long end = 1_700_000_000_000L;
        for (int round = 0; round < 3; round++) {
            assertThat(moment(Questions.paths(end, round))).isLessThan(moment(Questions.paths(end, round + 1)));
        }
    }

    @Test
    void half_of_the_rounds_ask_for_what_is_kept() {
        int again = 0;
        for (int round = 0; round < 12; round++) {
            List<String> ranges = Questions.paths(1_700_000_000_000L, round).stream()
                    .filter(path -> path.contains("/query_range?"))
                    .toList();
            boolean isAnew = ranges.stream().allMatch(path -> path.endsWith("&nocache=1"));
            assertThat(ranges).hasSize(Questions.EXPRESSIONS.size() * (isAnew ? 1 : 3));
            assertThat(ranges.stream().distinct()).hasSize(Questions.EXPRESSIONS.size() * (isAnew ? 1 : 2));
            again += isAnew ? 0 : 1;
        }
        assertThat(again).isEqualTo(6);
    }

    @Test
    void names_and_series_are_asked_for_within_the_range_of_the_round() {
        assertThat(Questions.paths(1_700_000_000_000L, 0))
                .filteredOn(path -> !path.contains("/query"))
                .hasSize(24)
                .allMatch(path -> path.endsWith("start=1699998200.000&end=1700000000.000"));
    }

    @Test
    void clients_of_several_kinds_ask() {
        assertThat(IntStream.range(0, 8).mapToObj(Questions::headers).distinct())
                .hasSize(4)
                .allMatch(headers -> headers.matches("([A-Za-z-]+: [^\r\n]+\r\n)+"));
    }

    private static double moment(List<String> paths) {
        String first = paths.getFirst();
        return Double.parseDouble(first.substring(first.indexOf("&time=") + "&time=".length()));
    }
}
