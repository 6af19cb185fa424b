package dev.belvedere.promql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.belvedere.model.Tenant;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class EvaluationTest {

    private static final long END = 1_790_000_000_000L;

    @Test
    void moments_of_a_subquery_are_made_once_there_is_room_for_them() {
        PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
        QueryBudget budget =
                new QueryBudget(QueryBudget.Limits.NONE, () -> 0, new QueryMemory(1 << 20), QueryMemory.Rank.CLIENT);
        String query = "count_over_time(vector(1)[" + (Steps.MAX - 1) + "ms:1ms])";
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(
                        () -> engine.instant(new MemoryMetricStore(), Tenant.DEFAULT, engine.parse(query), END, budget))
                .isInstanceOf(QueryCancelledException.class)
                .hasMessageContaining("memory");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(Steps.MAX * (long) Long.BYTES / 2);
    }
}
