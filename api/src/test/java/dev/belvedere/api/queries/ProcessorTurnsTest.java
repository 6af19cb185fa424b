package dev.belvedere.api.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.storage.QueryBudget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProcessorTurnsTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private QueryBudget budget() {
        return new QueryBudget(QueryBudget.Limits.NONE, nanos::get);
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /// Does something on a thread of its own; returns once that is done or waits for a turn.
    private static <T> CompletableFuture<T> started(ProcessorTurns turns, Supplier<T> work) {
        long before = turns.waiting() + turns.passes();
        CompletableFuture<T> done = CompletableFuture.supplyAsync(work, Executors.newVirtualThreadPerTaskExecutor());
        while (turns.waiting() + turns.passes() == before && !done.isDone()) {
            Thread.yield();
        }
        return done;
    }

    private CompletableFuture<Boolean> passedOn(ProcessorTurns turns, ProcessorTurns.Turn turn) {
        return started(turns, () -> {
            turn.passOn(nanos.get());
            return true;
        });
    }

    @Test
    void as_many_compute_as_there_are_processors() {
        ProcessorTurns turns = new ProcessorTurns(2, nanos::get);
        ProcessorTurns.Turn first = turns.begin(budget());
        turns.begin(budget());
        CompletableFuture<ProcessorTurns.Turn> third = started(turns, () -> turns.begin(budget()));
        assertThat(third).isNotDone();
        assertThat(turns.computing()).isEqualTo(2);
        first.end();
        third.join().end();
        assertThat(turns.waiting()).isZero();
        assertThat(turns.computing()).isOne();
    }

    @Test
    void a_turn_lasts_and_is_then_passed_on_to_the_one_that_waits_longest() {
        ProcessorTurns turns = new ProcessorTurns(1, nanos::get);
        QueryBudget budget = budget();
        ProcessorTurns.Turn first = turns.begin(budget);
        CompletableFuture<ProcessorTurns.Turn> second = started(turns, () -> turns.begin(budget()));
        pass(1);
        CompletableFuture<ProcessorTurns.Turn> third = started(turns, () -> turns.begin(budget()));
        budget.check();
        assertThat(turns.passes()).as("a millisecond is no turn").isZero();
        pass(5);
        CompletableFuture<Boolean> again = started(turns, () -> {
            budget.check();
            return true;
        });
        ProcessorTurns.Turn ofSecond = second.join();
        assertThat(third).isNotDone();
        assertThat(again).isNotDone();
        assertThat(first.isWaiting()).isTrue();
        assertThat(ofSecond.isWaiting()).isFalse();
        assertThat(TimeUnit.NANOSECONDS.toMillis(ofSecond.waitedNanos())).isEqualTo(6);
        pass(2);
        assertThat(TimeUnit.NANOSECONDS.toMillis(first.waitedNanos())).isEqualTo(2);
        ofSecond.end();
        third.join().end();
        assertThat(again.join()).isTrue();
        first.end();
        assertThat(turns.computing()).isZero();
    }

    @Test
    void a_large_query_lets_small_ones_go_first_but_for_one_turn_in_four() {
        ProcessorTurns turns = new ProcessorTurns(1, nanos::get);
        ProcessorTurns.Turn large = turns.begin(budget());
        pass(50);
        large.passOn(nanos.get());
        assertThat(turns.computing()).as("nobody else wants it").isOne();
        CompletableFuture<ProcessorTurns.Turn> small = started(turns, () -> turns.begin(budget()));
        pass(5);
        CompletableFuture<Boolean> back = passedOn(turns, large);
        for (int i = 0; i < 2; i++) {
            ProcessorTurns.Turn now = small.join();
            small = started(turns, () -> turns.begin(budget()));
            now.end();
            assertThat(back).as("small query " + i).isNotDone();
        }
        ProcessorTurns.Turn now = small.join();
        small = started(turns, () -> turns.begin(budget()));
        now.end();
        assertThat(back.join()).isTrue();
        assertThat(small).isNotDone();
        large.end();
        small.join().end();
    }

    @Test
    void large_queries_leave_one_of_several_processors_and_follow_each_other_as_they_began() {
        ProcessorTurns turns = new ProcessorTurns(2, nanos::get);
        ProcessorTurns.Turn older = turns.begin(budget());
        pass(1);
        ProcessorTurns.Turn younger = turns.begin(budget());
        pass(50);
        younger.passOn(nanos.get());
        CompletableFuture<Boolean> olderPassed = passedOn(turns, older);
        assertThat(olderPassed).isNotDone();
        turns.begin(budget()).end();
        pass(5);
        CompletableFuture<Boolean> youngerPassed = passedOn(turns, younger);
        assertThat(olderPassed.join()).isTrue();
        pass(5);
        older.passOn(nanos.get());
        assertThat(youngerPassed).isNotDone();
        pass(2000);
        CompletableFuture<Boolean> behind = passedOn(turns, older);
        assertThat(youngerPassed.join()).as("the older has had its share").isTrue();
        younger.end();
        assertThat(behind.join()).isTrue();
        older.end();
        assertThat(turns.computing()).isZero();
    }

    @Test
    void one_that_is_cancelled_while_it_waits_leaves_no_trace() {
        ProcessorTurns turns = new ProcessorTurns(1, nanos::get);
        ProcessorTurns.Turn first = turns.begin(budget());
        QueryBudget cancelled = budget();
        cancelled.cancel("cancelled by a test");
        assertThatThrownBy(() -> turns.begin(cancelled)).hasMessage("query was cancelled by a test");
        assertThat(turns.waiting()).isZero();
        assertThat(turns.computing()).isOne();
        first.end();
        turns.begin(budget()).end();
        assertThat(turns.computing()).isZero();
    }

    @Test
    void a_query_that_waits_for_something_else_leaves_its_turn_and_queues_for_it_again() {
        ProcessorTurns turns = new ProcessorTurns(1, nanos::get);
        ProcessorTurns.Turn first = turns.begin(budget());
        CompletableFuture<ProcessorTurns.Turn> second = started(turns, () -> turns.begin(budget()));
        first.pause();
        first.pause();
        ProcessorTurns.Turn ofSecond = second.join();
        assertThat(turns.computing()).isOne();
        CompletableFuture<Boolean> resumed = started(turns, () -> {
            first.resume();
            return true;
        });
        assertThat(resumed).isNotDone();
        ofSecond.end();
        assertThat(resumed.join()).isTrue();
        first.resume();
        first.end();
        assertThat(turns.computing()).isZero();
        assertThat(turns.waiting()).isZero();
    }
}
