package dev.belvedere.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.storage.QueryMemory.Rank;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueryMemoryTest {

    private static final long MIB = 1 << 20;

    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    /// An eighth for rules: 56 for clients, of which 49 for large queries and 28 for all but the oldest.
    private final QueryMemory memory = new QueryMemory(64 * MIB);

    private final AtomicLong nanos = new AtomicLong();

    private QueryBudget budget(Rank rank) {
        return new QueryBudget(new QueryBudget.Limits(Long.MAX_VALUE, 0, 1000), nanos::get, memory, rank);
    }

    private QueryBudget query() {
        return budget(Rank.CLIENT);
    }

    /// Holds on a thread of its own; returns once that is done, has failed or waits.
    private CompletableFuture<Void> holding(QueryBudget budget, long bytes) {
        long before = memory.waits();
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> budget.holdBytes(bytes), THREADS);
        while (!done.isDone() && memory.waits() == before) {
            Thread.yield();
        }
        return done;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
            CompletableFuture<Void> failed, String code) {
        return assertThatThrownBy(failed::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void what_is_held_counts_in_steps_until_the_query_is_closed() {
        QueryBudget budget = query();
        budget.hold(10, 80);
        assertThat(memory.heldBytes()).isEqualTo(64 << 10);
        budget.holdBytes(MIB);
        budget.release(10, 80);
        budget.release(0, MIB);
        assertThat(memory.heldBytes()).as("little is kept for what comes next").isEqualTo(64 << 10);
        assertThat(budget.peakBytesHeld()).isEqualTo(MIB + 80);
        budget.close();
        assertThat(memory.heldBytes()).isZero();
        budget.holdBytes(MIB);
        assertThat(memory.heldBytes()).as("an end is an end").isZero();
    }

    @Test
    void a_large_query_waits_for_an_older_one_and_goes_on_after_it() {
        QueryBudget first = query();
        QueryBudget second = query();
        first.holdBytes(20 * MIB);
        second.holdBytes(5 * MIB);
        CompletableFuture<Void> waiting = holding(second, 10 * MIB);
        assertThat(waiting).isNotDone();
        first.holdBytes(15 * MIB);
        first.release(0, 15 * MIB);
        first.close();
        waiting.join();
        assertThat(memory.heldBytes()).isEqualTo(15 * MIB);
        second.close();
        assertThat(memory.heldBytes()).isZero();
        assertThat(memory.refusedForOthers()).isZero();
    }

    @Test
    void small_queries_go_on_beside_large_ones_that_wait() {
        QueryBudget first = query();
        QueryBudget second = query();
        first.holdBytes(47 * MIB);
        CompletableFuture<Void> waiting = holding(second, 4 * MIB);
        for (int i = 0; i < 8; i++) {
            query().holdBytes(800 << 10);
        }
        assertThat(waiting).isNotDone();
        first.close();
        waiting.join();
    }

    @Test
    void where_everybody_waits_the_youngest_is_refused_and_the_oldest_goes_on() {
        QueryBudget first = query();
        QueryBudget second = query();
        QueryBudget third = query();
        first.holdBytes(8 * MIB);
        second.holdBytes(8 * MIB);
        third.holdBytes(8 * MIB);
        CompletableFuture<Void> ofThird = holding(third, 10 * MIB);
        CompletableFuture<Void> ofSecond = holding(second, 10 * MIB);
        assertThat(memory.refusedForOthers()).isZero();
        CompletableFuture<Void> ofFirst = holding(first, 30 * MIB);
        assertFailure(ofThird, "query_memory_full")
                .hasMessageContaining("64 MiB")
                .hasMessageContaining("query.memoryBytes");
        assertThat(ofFirst).as("the third still holds its part").isNotDone();
        assertThat(ofSecond).isNotDone();
        assertThatThrownBy(third::check).hasMessageContaining("was ended for older ones");
        third.close();
        ofFirst.join();
        assertThat(ofSecond).isNotDone();
        first.close();
        ofSecond.join();
        assertThat(memory.refusedForOthers()).isOne();
    }

    @Test
    void a_rule_does_not_wait_for_a_query_that_computes_but_ends_the_youngest() {
        QueryBudget old = query();
        QueryBudget young = query();
        old.holdBytes(20 * MIB);
        young.holdBytes(7 * MIB);
        old.holdBytes(20 * MIB);
        QueryBudget rule = budget(Rank.RULE);
        rule.holdBytes(8 * MIB);
        assertThat(memory.waits()).as("an eighth is theirs alone").isZero();
        CompletableFuture<Void> waiting = holding(rule, 12 * MIB);
        assertThatThrownBy(young::check).isInstanceOfSatisfying(OperationException.class, e -> {
            assertThat(e.code()).isEqualTo("query_memory_full");
            assertThat(e.fault()).isEqualTo(Fault.OVERLOAD);
        });
        old.check();
        young.close();
        waiting.join();
        assertThat(memory.refusedForOthers()).isOne();
    }

    @Test
    void a_query_that_wants_more_than_one_may_have_is_refused_at_once() {
        QueryBudget budget = query();
        budget.holdBytes(20 * MIB);
        assertThatThrownBy(() -> budget.holdBytes(30 * MIB))
                .isInstanceOfSatisfying(OperationException.class, e -> {
                    assertThat(e.code()).isEqualTo("query_too_much_memory");
                    assertThat(e.fault()).isEqualTo(Fault.USER);
                })
                .hasMessageContaining("more than 49 MiB")
                .hasMessageContaining("query.memoryBytes");
        assertThat(memory.heldBytes()).isEqualTo(20 * MIB);
        assertThat(memory.refusedAsTooLarge()).isOne();
    }

    @Test
    void who_waits_is_ended_by_cancellation_and_by_its_time() {
        query().holdBytes(40 * MIB);
        QueryBudget cancelled = query();
        CompletableFuture<Void> ofCancelled = holding(cancelled, 5 * MIB);
        cancelled.cancel("cancelled: its client has gone");
        assertFailure(ofCancelled, "query_cancelled");
        CompletableFuture<Void> late = holding(query(), 5 * MIB);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertFailure(late, "query_timeout")
                .hasMessageContaining("waited for memory: queries hold 40 MiB of the 64 MiB")
                .hasMessageContaining("query.memoryBytes");
        assertThat(memory.waiting()).isZero();
        assertThat(memory.heldBytes()).isEqualTo(40 * MIB);
    }

    @Test
    void a_query_that_waits_leaves_its_turn_to_others() {
        QueryBudget first = query();
        first.holdBytes(40 * MIB);
        List<String> events = new ArrayList<>();
        QueryBudget second = query();
        second.take(new QueryBudget.Turn() {
            @Override
            public void passOn(long nowNanos) {}

            @Override
            public void pause() {
                events.add("paused, " + memory.waits() + " waited before");
            }

            @Override
            public void resume() {
                events.add("resumed, " + memory.heldBytes() / MIB + " MiB held");
            }
        });
        CompletableFuture<Void> waiting = holding(second, 5 * MIB);
        first.close();
        waiting.join();
        assertThat(events).containsExactly("paused, 0 waited before", "resumed, 5 MiB held");
    }

    /// Whatever queries do and however they end, all end, and nothing is left held.
    @Test
    void nothing_is_stuck_and_nothing_is_left_after_random_queries() {
        long seed = Long.getLong("seed", System.nanoTime());
        AtomicInteger ended = new AtomicInteger();
        AtomicLong most = new AtomicLong();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int q = 0; q < 40; q++) {
            Random random = new Random(seed + q);
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 20; i++) {
                            runRandomly(random, most);
                            ended.incrementAndGet();
                        }
                    },
                    THREADS));
        }
        all.forEach(CompletableFuture::join);
        assertThat(ended).as("seed " + seed).hasValue(800);
        assertThat(memory.heldBytes()).as("seed " + seed).isZero();
        assertThat(memory.waiting()).as("seed " + seed).isZero();
        assertThat(most.get()).as("seed " + seed).isBetween(28 * MIB, 64 * MIB);
    }

    private void runRandomly(Random random, AtomicLong most) {
        try (QueryBudget budget = budget(random.nextInt(8) == 0 ? Rank.RULE : Rank.CLIENT)) {
            long held = 0;
            for (int step = random.nextInt(12); step > 0; step--) {
                if (random.nextInt(3) == 0) {
                    long bytes = (long) (random.nextDouble() * held);
                    budget.release(0, bytes);
                    held -= bytes;
                } else {
                    long bytes = random.nextLong(10 * MIB);
                    budget.holdBytes(bytes);
                    held += bytes;
                }
                most.accumulateAndGet(memory.heldBytes(), Math::max);
                budget.check();
                Thread.yield();
                if (random.nextInt(30) == 0) {
                    budget.cancel("cancelled by the test");
                }
            }
        } catch (QueryCancelledException e) {
            assertThat(e.code()).isIn("query_memory_full", "query_too_much_memory", "query_cancelled");
        }
    }
}
