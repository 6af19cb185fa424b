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

    private static double moment(List<String> paths) {
        String first = paths.getFirst();
        return Double.parseDouble(first.substring(first.indexOf("&time=") + "&time=".length()));
    }
}
