package dev.belvedere.api.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueryGateTest {

    private static final Tenant BUSY = new Tenant("busy");
    private static final Tenant OTHER = new Tenant("other");

    private final QueryBudget budget = QueryBudget.unlimited();
    private final LinkedBlockingQueue<String> admitted = new LinkedBlockingQueue<>();

    /// Waits for a place on a thread of its own; returns once it stands in the queue.
    private CompletableFuture<Void> queued(QueryGate gate, Tenant tenant, String name) {
        int before = gate.waiting();
        CompletableFuture<Void> done = CompletableFuture.runAsync(
                () -> {
                    gate.enter(tenant, budget);
                    admitted.add(name);
                },
                Executors.newVirtualThreadPerTaskExecutor());
        while (gate.waiting() == before && !done.isDone()) {
            Thread.onSpinWait();
        }
        return done;
    }

    private String next() throws InterruptedException {
        return String.valueOf(admitted.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void tenants_take_turns_and_the_queries_of_one_come_in_order() throws InterruptedException {
        QueryGate gate = new QueryGate(1, 10);
        gate.enter(BUSY, budget);
        queued(gate, BUSY, "busy 1");
        queued(gate, BUSY, "busy 2");
        queued(gate, BUSY, "busy 3");
        queued(gate, OTHER, "other 1");
        List<String> order = new ArrayList<>();
        while (gate.waiting() > 0) {
            gate.leave();
            order.add(next());
        }
        assertThat(order).containsExactly("busy 1", "other 1", "busy 2", "busy 3");
        gate.leave();
        assertThat(gate.running()).isZero();
    }

    @Test
    void a_full_queue_sends_the_last_of_the_tenant_away_that_has_most() throws InterruptedException {
        QueryGate gate = new QueryGate(1, 3);
        gate.enter(BUSY, budget);
        queued(gate, BUSY, "busy 1");
        queued(gate, BUSY, "busy 2");
        CompletableFuture<Void> last = queued(gate, BUSY, "busy 3");
        assertThatThrownBy(() -> gate.enter(BUSY, budget)).hasMessageContaining("query.maxQueued");
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> {
                    gate.enter(OTHER, budget);
                    admitted.add("other");
                },
                Executors.newVirtualThreadPerTaskExecutor());
        assertThatThrownBy(last::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo("query_queue_full"));
        assertThat(gate.waiting()).isEqualTo(3);
        assertThatThrownBy(() -> gate.enter(OTHER, budget)).hasMessageContaining("query.maxQueued");
        gate.leave();
        gate.leave();
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("busy 1", "other");
        other.join();
    }

    @Test
    void one_that_is_cancelled_while_it_waits_leaves_no_trace() {
        QueryGate gate = new QueryGate(1, 3);
        gate.enter(BUSY, budget);
        QueryBudget cancelled = QueryBudget.unlimited();
        cancelled.cancel("cancelled by a test");
        assertThatThrownBy(() -> gate.enter(OTHER, cancelled)).hasMessage("query was cancelled by a test");
        assertThat(gate.waiting()).isZero();
        gate.leave();
        assertThat(gate.running()).isZero();
        gate.enter(OTHER, budget);
        assertThat(gate.running()).isOne();
    }

    @Test
    void who_must_not_wait_gets_a_place_only_where_there_is_one() {
        QueryGate gate = new QueryGate(1, 10);
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.tryEnter()).isFalse();
        gate.leave();
        assertThat(gate.tryEnter()).isTrue();
    }
}
