package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The limit on what all queries hold together, as clients meet it.
@Timeout(120)
class SharedQueryMemoryTest {

    private static final long MIB = 1 << 20;
    private static final String OWN = "/api/belvedere/v1/queries";
    private static final long NOW = PrometheusServer.NOW / 1000;

    private final AtomicReference<HeldStore> wrapped = new AtomicReference<>();
    private final QueryMemory memory = new QueryMemory(8 * MIB);

    /// Two at once, of which one computes.
    private final PrometheusServer server = new PrometheusServer(
            new QueryOptions(2, 1, 10, 11_000, 0, 10, 10, 0), PromqlOptions.DEFAULT, memory, store -> {
                wrapped.set(new HeldStore(store));
                return wrapped.get();
            });

    private final HeldStore store = wrapped.get();

    @AfterEach
    void close() {
        server.close();
    }

    private static String instant(String query) {
        return "/api/v1/query?query=" + encoded(query);
    }

    private void letEverybodyGo() {
        store.gate.countDown();
        for (int i = 0; i < 60; i++) {
            server.write(Labels.of("__name__", "up", "n", Integer.toString(i)), 290, 1, 60, 1);
        }
    }

    /// Returns once the query holds so much.
    private CompletableFuture<HttpResponse<String>> beginHolding(long bytes) throws InterruptedException {
        store.heldBytes = bytes;
        CompletableFuture<HttpResponse<String>> begun = server.begin(instant("up"));
        store.awaitReaders(1);
        return begun;
    }

    private void awaitNothingHeld() {
        while (memory.heldBytes() != 0) {
            Thread.onSpinWait();
        }
    }

    private void awaitWaiting() {
        while (memory.waiting() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void who_wants_more_than_one_may_have_is_told_the_limit_and_its_key() {
        letEverybodyGo();
        assertThat(server.get(instant("sum_over_time(up[5m:1ms])")))
                .isEqualTo("422 {\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query would hold more "
                        + "than 6 MiB in memory, the most that one may have of the 8 MiB of all: narrow the range, raise "
                        + "the step, select fewer series or raise query.memoryBytes\"}");
        awaitNothingHeld();
        assertThat(server.get("/metrics"))
                .contains("belvedere_query_memory_refused_total{reason=\"too_large\"} 1")
                .contains("belvedere_queries_total{language=\"promql\",result=\"limit\"} 1")
                .contains("belvedere_query_memory_max_bytes 8388608");
    }

    @Test
    void a_query_waits_without_a_turn_until_another_one_is_over() throws Exception {
        CompletableFuture<HttpResponse<String>> first = beginHolding(4 * MIB);
        CompletableFuture<HttpResponse<String>> second = server.begin(instant("up + 1"));
        awaitWaiting();
        assertThat(memory.heldBytes()).isEqualTo(4 * MIB);
        assertThat(server.get(OWN)).contains("\"bytesHeld\":4194304").contains("\"waitsFor\":\"memory\"");
        store.gate.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        awaitNothingHeld();
        assertThat(server.get("/metrics"))
                .contains("belvedere_query_memory_waits_total 1")
                .contains("belvedere_query_memory_refused_total{reason=\"others\"} 0");
    }

    @Test
    void who_waits_too_long_is_told_what_for() throws Exception {
        CompletableFuture<HttpResponse<String>> first = beginHolding(4 * MIB);
        assertThat(server.get(instant("up") + "&timeout=200ms"))
                .isEqualTo("503 {\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out while it "
                        + "waited for memory: queries hold 4 MiB of the 8 MiB that all may hold together; try again later, "
                        + "ask for less, or raise query.memoryBytes or query.timeout\"}");
        store.gate.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        awaitNothingHeld();
    }

    @Test
    void who_is_ended_for_others_is_told_when_to_come_again() throws Exception {
        CompletableFuture<HttpResponse<String>> client = beginHolding(4 * MIB);
        try (QueryBudget rule =
                new QueryBudget(QueryBudget.Limits.DEFAULT, System::nanoTime, memory, QueryMemory.Rank.RULE)) {
            rule.holdBytes(6 * MIB);
            assertThat(client.get().statusCode()).isEqualTo(503);
            assertThat(client.get().body()).contains("query was ended for older ones or rules to go on");
            assertThat(client.get().headers().firstValue("retry-after")).contains("5");
        }
        awaitNothingHeld();
        assertThat(server.begin(instant("up") + "&timeout=50ms").get().headers().firstValue("retry-after"))
                .as("what was too slow will be so again")
                .isEmpty();
        store.gate.countDown();
    }

    @Test
    void what_is_held_comes_back_after_answers_of_every_size_and_after_errors() {
        letEverybodyGo();
        String range = "&start=" + (NOW - 298) + "&end=" + NOW + "&step=0.1";
        assertThat(server.get(instant("up"))).startsWith("200 ");
        awaitNothingHeld();
        assertThat(server.get("/api/v1/query_range?query=" + encoded("up{n=~\"..\"}") + range))
                .as("sent in pieces")
                .startsWith("200 ")
                .endsWith("]]}]}}");
        awaitNothingHeld();
        assertThat(server.get(instant("up + on () up"))).startsWith("422 ");
        awaitNothingHeld();
        assertThat(server.get(instant("up[5m:1s]"))).startsWith("200 ");
        awaitNothingHeld();
        assertThat(server.get("/api/belvedere/v1/queries/explain?query=up")).startsWith("200 ");
        awaitNothingHeld();
        assertThat(server.get("/api/v1/series?match%5B%5D=up&match%5B%5D=up")).startsWith("200 ");
        awaitNothingHeld();
    }

    @Test
    void what_is_held_comes_back_when_the_query_is_cancelled_or_its_client_leaves() throws Exception {
        CompletableFuture<HttpResponse<String>> cancelled = beginHolding(MIB);
        assertThat(memory.heldBytes()).isEqualTo(MIB);
        server.delete(OWN + "/" + server.queries.runs().active().getFirst().id());
        assertThat(cancelled.get().statusCode()).isEqualTo(499);
        awaitNothingHeld();
        try (Socket client = server.connect(instant("up"))) {
            assertThat(client.isConnected()).isTrue();
            store.awaitReaders(1);
            assertThat(memory.heldBytes()).isEqualTo(MIB);
        }
        awaitNothingHeld();
        assertThat(server.get(instant("up") + "&timeout=100ms")).startsWith("503 ");
        awaitNothingHeld();
    }
}
