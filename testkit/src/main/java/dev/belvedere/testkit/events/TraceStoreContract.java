package dev.belvedere.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.storage.events.TraceStore.Operation;
import dev.belvedere.storage.memory.MemoryTraceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What every [TraceStore] does. A store of several layers runs it once per layer, by what it does in
/// [#afterAppend].
public abstract class TraceStoreContract {

    protected static final Tenant TENANT = new Tenant("one");

    private static final Tenant OTHER = new Tenant("other");
    private static final long START = 1_772_431_200_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final TraceId A = new TraceId(0xA, 1);
    private static final TraceId B = new TraceId(0xB, 2);

    /// The store under test; a fresh one per test.
    protected abstract TraceStore traces();

    /// Called after each append: to flush, to reopen, to compact.
    protected void afterAppend() {}

    private void append(Tenant tenant, List<Span> spans) {
        traces().append(tenant, spans);
        afterAppend();
    }

    private void append(Span... spans) {
        append(TENANT, List.of(spans));
    }

    /// A span of kind SERVER that lasts one second.
    private static Span span(TraceId trace, long id, String service, String name, long startSecond) {
        return new Span(
                trace,
                new SpanId(id),
                SpanId.NONE,
                "",
                new Resource(Attributes.of(Resource.SERVICE_NAME, service, "host", "host-" + service)),
                Scope.EMPTY,
                name,
                Span.Kind.SERVER,
                START + startSecond * SECOND,
                SECOND,
                Attributes.of("http.method", "GET", "n", Long.toString(id)),
                List.of(),
                List.of(),
                id % 2 == 0 ? Span.Status.ERROR : Span.Status.UNSET,
                "");
    }

    private List<Span> trace(TraceId id) {
        return traces().trace(TENANT, id, QueryBudget.unlimited());
    }

    private List<List<Span>> search(TraceSearch search) {
        return traces().search(TENANT, search, QueryBudget.unlimited());
    }

    private List<TraceId> found(TraceSearch search) {
        return search(search).stream().map(trace -> trace.getFirst().traceId()).toList();
    }

    private static TraceSearch any(int limit) {
        return new TraceSearch("", "", Map.of(), Long.MIN_VALUE, Long.MAX_VALUE, 0, Long.MAX_VALUE, limit);
    }

    private static TraceSearch of(String service, String operation, Map<String, String> attributes) {
        return new TraceSearch(service, operation, attributes, Long.MIN_VALUE, Long.MAX_VALUE, 0, Long.MAX_VALUE, 10);
    }

    @Test
    void a_trace_has_all_its_spans_by_start() {
        append(span(A, 1, "web", "late", 5), span(B, 2, "web", "other", 1), span(A, 3, "api", "early", 2));
        assertThat(trace(A)).extracting(Span::name).containsExactly("early", "late");
        assertThat(trace(new TraceId(9, 9))).isEmpty();
        assertThat(traces().trace(OTHER, A, QueryBudget.unlimited())).isEmpty();
    }

    @Test
    void spans_that_come_late_join_their_trace() {
        append(span(A, 1, "web", "first", 5));
        append(span(B, 1, "web", "between", 6));
        append(span(A, 2, "api", "before it", 1));
        append(span(A, 3, "api", "a day later", 100_000));
        assertThat(trace(A)).extracting(Span::name).containsExactly("before it", "first", "a day later");
    }

    @Test
    void a_span_sent_again_is_dropped_but_another_kind_is_not() {
        Span server = span(A, 1, "web", "server", 1);
        Span client = new Span(
                A,
                server.id(),
                server.parentId(),
                "",
                server.resource(),
                server.scope(),
                "client",
                Span.Kind.CLIENT,
                server.startNanos(),
                1,
                server.attributes(),
                List.of(),
                List.of(),
                Span.Status.OK,
                "");
        append(server);
        append(server, client);
        append(server);
        assertThat(trace(A)).containsExactlyInAnyOrder(server, client);
        assertThat(search(any(10))).hasSize(1);
        assertThat(search(any(10)).getFirst()).hasSize(2);
    }

    @Test
    void every_field_comes_back() {
        RandomEvents events = new RandomEvents(new SplittableRandom(3));
        List<Span> spans = events.spans(START, 1, 200);
        append(TENANT, spans);
        for (Span span : spans) {
            assertThat(trace(span.traceId())).contains(span);
        }
    }

    @Test
    void search_conditions_apply_to_one_span_together() {
        append(span(A, 1, "web", "read", 1), span(A, 2, "api", "write", 2), span(B, 3, "api", "read", 3));
        assertThat(found(of("web", "", Map.of()))).containsExactly(A);
        assertThat(found(of("", "read", Map.of()))).containsExactly(B, A);
        assertThat(found(of("web", "write", Map.of()))).isEmpty();
        assertThat(found(of("api", "", Map.of("n", "2", "http.method", "GET")))).containsExactly(A);
        assertThat(found(of("", "", Map.of("host", "host-api", "n", "3")))).containsExactly(B);
        assertThat(found(of("", "", Map.of("error", "true")))).containsExactly(A);
        assertThat(found(of("", "", Map.of("absent", "1")))).isEmpty();
    }

    @Test
    void search_gives_whole_traces_newest_match_first_up_to_the_limit() {
        List<Span> spans = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            spans.add(span(new TraceId(i, i), 1, "web", "root", i));
            spans.add(span(new TraceId(i, i), 2, "api", "child", i + 200));
        }
        append(TENANT, spans.subList(0, 20));
        append(TENANT, spans.subList(20, 60));
        TraceSearch roots = new TraceSearch("web", "", Map.of(), START, START + 26 * SECOND, 0, Long.MAX_VALUE, 3);
        assertThat(found(roots)).containsExactly(new TraceId(25, 25), new TraceId(24, 24), new TraceId(23, 23));
        assertThat(search(roots)).allSatisfy(trace -> assertThat(trace).hasSize(2));
    }

    @Test
    void search_honours_durations_both_ends_inclusive() {
        append(span(A, 1, "web", "op", 1));
        assertThat(found(new TraceSearch("", "", Map.of(), START, START + 9 * SECOND, SECOND, SECOND, 5)))
                .containsExactly(A);
        assertThat(found(new TraceSearch("", "", Map.of(), START, START + 9 * SECOND, SECOND + 1, Long.MAX_VALUE, 5)))
                .isEmpty();
        assertThat(found(new TraceSearch("", "", Map.of(), START, START + 9 * SECOND, 0, SECOND - 1, 5)))
                .isEmpty();
    }

    @Test
    void services_and_operations_are_those_seen_in_the_range() {
        append(span(A, 1, "web", "read", 1), span(A, 2, "web", "read", 9), span(B, 3, "api", "write", 5));
        TraceStore traces = traces();
        QueryBudget budget = QueryBudget.unlimited();
        assertThat(traces.services(TENANT, START, START + 10 * SECOND, budget)).containsExactly("api", "web");
        assertThat(traces.services(TENANT, START + 4 * SECOND, START + 6 * SECOND, budget))
                .containsExactly("api");
        assertThat(traces.services(OTHER, START, START + 10 * SECOND, budget)).isEmpty();
        assertThat(traces.operations(TENANT, "web", START, START + 10 * SECOND, budget))
                .containsExactly(new Operation("web", "read", Span.Kind.SERVER));
        assertThat(traces.operations(TENANT, "", START, START + 10 * SECOND, budget))
                .hasSize(2);
        assertThat(traces.operations(TENANT, "api", START, START + 2 * SECOND, budget))
                .isEmpty();
    }

    @Test
    void statistics_count_what_is_there() {
        assertThat(traces().statistics(TENANT)).isEqualTo(new TraceStore.Statistics(0, 0, 0, 0, 0));
        append(span(A, 1, "web", "read", 1), span(A, 2, "web", "read", 9), span(B, 3, "api", "write", 5));
        TraceStore.Statistics statistics = traces().statistics(TENANT);
        assertThat(statistics.spanCount()).isEqualTo(3);
        assertThat(statistics.traceCount()).isEqualTo(2);
        assertThat(statistics.minNanos()).isEqualTo(START + SECOND);
        assertThat(statistics.maxNanos()).isEqualTo(START + 9 * SECOND);
    }

    @Test
    void a_query_over_its_budget_ends() {
        append(TENANT, new RandomEvents(new SplittableRandom(5)).spans(START, 1, 100));
        QueryBudget over = new QueryBudget(QueryBudget.Limits.DEFAULT, () -> 0);
        over.cancel("cancelled by its test");
        assertThatThrownBy(() -> traces().search(TENANT, any(10), over)).isInstanceOf(QueryCancelledException.class);
        assertThatThrownBy(() -> traces().services(TENANT, 0, Long.MAX_VALUE, over))
                .isInstanceOf(QueryCancelledException.class);
        assertThatThrownBy(() -> traces().operations(TENANT, "", 0, Long.MAX_VALUE, over))
                .isInstanceOf(QueryCancelledException.class);
    }

    @Test
    void it_answers_as_the_reference_does() {
        long seed = Long.getLong("seed", 20261125);
        RandomEvents events = new RandomEvents(new SplittableRandom(seed));
        TraceStore reference = new MemoryTraceStore();
        for (int request = 0; request < 10; request++) {
            List<Span> spans = new ArrayList<>(events.spans(START + request * 3 * SECOND, 1 + 40L * request, 40));
            spans.addAll(spans.subList(0, 3));
            reference.append(TENANT, spans);
            append(TENANT, spans);
        }
        List<TraceSearch> searches = new ArrayList<>();
        for (int limit : new int[] {1, 4, 100}) {
            searches.add(any(limit));
            searches.add(
                    new TraceSearch("service1", "", Map.of(), START, START + 20 * SECOND, 0, Long.MAX_VALUE, limit));
            searches.add(new TraceSearch(
                    "",
                    "operation2",
                    Map.of("error", "true"),
                    START + 5 * SECOND,
                    START + 20 * SECOND,
                    1_000_000,
                    Long.MAX_VALUE,
                    limit));
            searches.add(new TraceSearch("", "", Map.of("key1", "true"), START, START + 90 * SECOND, 0, SECOND, limit));
        }
        QueryBudget budget = QueryBudget.unlimited();
        for (TraceSearch search : searches) {
            List<List<Span>> expected = reference.search(TENANT, search, budget);
            assertThat(found(search))
                    .as("seed %d, %s", seed, search)
                    .isEqualTo(expected.stream()
                            .map(trace -> trace.getFirst().traceId())
                            .toList());
            List<List<Span>> actual = search(search);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i)).as("seed %d, %s", seed, search).hasSameSizeAs(expected.get(i));
                for (int j = 0; j < expected.get(i).size(); j++) {
                    assertThat(actual.get(i).get(j))
                            .as("seed %d, %s", seed, search)
                            .isEqualTo(expected.get(i).get(j));
                }
            }
        }
        for (long[] range : new long[][] {{0, 60}, {4, 5}, {30, 31}}) {
            long start = START + range[0] * SECOND;
            long end = START + range[1] * SECOND;
            assertThat(traces().operations(TENANT, "", start, end, budget))
                    .as("seed %d", seed)
                    .isEqualTo(reference.operations(TENANT, "", start, end, budget));
            assertThat(traces().services(TENANT, start, end, budget))
                    .isEqualTo(reference.services(TENANT, start, end, budget));
        }
    }
}
