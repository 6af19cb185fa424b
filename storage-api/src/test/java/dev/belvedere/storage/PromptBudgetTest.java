package dev.belvedere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PromptBudgetTest {

    private static final long MIB = 1 << 20;
    private static final QueryBudget.Limits LIMITS = new QueryBudget.Limits(Long.MAX_VALUE, 0, 1000);

    private final AtomicLong nanos = new AtomicLong();

    private QueryBudget prompt(QueryMemory memory) {
        QueryBudget budget = new QueryBudget(LIMITS, nanos::get, memory, QueryMemory.Rank.CLIENT);
        budget.requirePrompt(2_000_000);
        return budget;
    }

    @Test
    void a_prompt_query_gives_up_at_the_first_check_after_its_time() {
        QueryBudget budget = prompt(QueryMemory.unlimited());
        assertThat(budget.isPrompt()).isTrue();
        nanos.set(2_000_000);
        budget.check();
        nanos.set(2_000_001);
        assertThatThrownBy(budget::check).isInstanceOf(NotPromptException.class);
        assertThatThrownBy(() -> budget.chargeSamplesRead(5000)).isInstanceOf(NotPromptException.class);
    }

    @Test
    void samples_that_are_charged_a_few_at_a_time_are_a_check_once_in_a_while() {
        QueryBudget budget = prompt(QueryMemory.unlimited());
        nanos.set(2_000_001);
        budget.chargeSamplesRead(4000);
        assertThatThrownBy(() -> budget.chargeSamplesRead(100)).isInstanceOf(NotPromptException.class);
        assertThat(budget.samplesRead()).isEqualTo(4100);
        budget.chargeSamplesRead(100);
    }

    @Test
    void a_prompt_query_gives_up_instead_of_waiting_for_memory() {
        QueryMemory memory = new QueryMemory(8 * MIB);
        QueryBudget other = new QueryBudget(LIMITS, nanos::get, memory, QueryMemory.Rank.CLIENT);
        other.holdBytes(5 * MIB);
        QueryBudget budget = prompt(memory);
        assertThatThrownBy(() -> budget.holdBytes(2 * MIB)).isInstanceOf(NotPromptException.class);
        assertThat(memory.waits()).isZero();
        other.close();
        budget.close();
        assertThat(memory.heldBytes()).isZero();
    }
}
