package dev.belvedere.eventdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.TraceSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What reading logs and traces holds counts against the memory that all queries share, and comes back.
@Timeout(120)
class HeldMemoryTest {

    private static final int COUNT = 3000;
    private static final TraceSearch ALL =
            new TraceSearch("", "", Map.of(), 0, Long.MAX_VALUE, 0, Long.MAX_VALUE, COUNT);
    private static final LogRequest ALL_LINES =
            new LogRequest(List.of(), 0, Long.MAX_VALUE, LogRequest.Direction.FORWARD, List.of());

    private StoreLayer layer = StoreLayer.head();
    private final QueryMemory memory = new QueryMemory(64 << 20);

    @AfterEach
    void close() {
        layer.close();
    }

    private void fill(boolean isFlushed) {
        layer.close();
        layer = isFlushed ? StoreLayer.flushed() : StoreLayer.head();
        List<Span> spans = new ArrayList<>();
        List<LogRecord> lines = new ArrayList<>();
        for (int i = 1; i <= COUNT; i++) {
            Attributes attributes = Attributes.of("request", "number " + i);
            spans.add(span(i, i, attributes));
            lines.add(new LogRecord(
                    Labels.of("app", "api", "pod", Integer.toString(i % 100)),
                    i,
                    0,
                    0,
                    "line " + i + " " + "x".repeat(i % 50),
                    attributes,
                    new TraceId(1, 1),
                    SpanId.NONE));
        }
        layer.store().traces().append(Tenant.DEFAULT, spans);
        layer.store().logs().append(Tenant.DEFAULT, lines);
        layer.afterAppend();
    }

    private static Span span(int number, long startNanos, Attributes attributes) {
        return new Span(
                new TraceId(1, number),
                new SpanId(startNanos),
                SpanId.NONE,
                "",
                new Resource(Attributes.of("service.name", "api")),
                Scope.EMPTY,
                "GET /" + number,
                Span.Kind.SERVER,
                startNanos,
                1,
                attributes,
                List.of(),
                List.of(),
                Span.Status.UNSET,
                "");
    }

    private static QueryBudget budget(QueryMemory memory) {
        return new QueryBudget(QueryBudget.Limits.DEFAULT, () -> 0, memory, QueryMemory.Rank.CLIENT);
    }

    /// Spans of at least 200 bytes, and where they lie in segments the columns that they were read from.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_search_of_traces_holds_what_it_found_and_lets_go_of_what_it_read(boolean isFlushed) {
        fill(isFlushed);
        QueryBudget budget = budget(memory);
        assertThat(layer.store().traces().search(Tenant.DEFAULT, ALL, budget)).hasSize(COUNT);
        assertThat(budget.bytesHeld()).isBetween(COUNT * 200L, COUNT * 400L);
        assertThat(budget.peakBytesHeld() - budget.bytesHeld()).isGreaterThanOrEqualTo(isFlushed ? COUNT * 16L : 0);
        assertThat(memory.heldBytes()).isGreaterThanOrEqualTo(budget.bytesHeld());
        budget.close();
        assertThat(memory.heldBytes()).isZero();
    }

    /// Within the range of each of the first half of them are no spans but at its ends, so the spans have to be looked
    /// at.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_list_of_operations_holds_their_names_and_lets_go_of_what_it_read(boolean isFlushed) {
        fill(isFlushed);
        List<Span> later = new ArrayList<>();
        for (int i = 1; i <= COUNT / 2; i++) {
            later.add(span(i, 10L * COUNT + i, Attributes.EMPTY));
        }
        layer.store().traces().append(Tenant.DEFAULT, later);
        layer.afterAppend();
        QueryBudget budget = budget(memory);
        assertThat(layer.store().traces().operations(Tenant.DEFAULT, "api", COUNT / 2 + 1, 2L * COUNT, budget))
                .hasSize(COUNT / 2);
        assertThat(budget.bytesHeld()).isBetween(COUNT / 2 * 96L, COUNT / 2 * 120L);
        budget.close();
        assertThat(memory.heldBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void more_than_one_query_may_have_is_refused(boolean isFlushed) {
        fill(isFlushed);
        assertRefused(256 << 10, budget -> layer.store().traces().search(Tenant.DEFAULT, ALL, budget));
        assertRefused(
                256 << 10, budget -> layer.store().logs().ofTrace(Tenant.DEFAULT, new TraceId(1, 1), COUNT, budget));
        assertRefused(
                256 << 10,
                budget -> layer.store().traces().operations(Tenant.DEFAULT, "api", 0, Long.MAX_VALUE, budget));
        assertRefused(256 << 10, budget -> layer.store().traces().services(Tenant.DEFAULT, 0, Long.MAX_VALUE, budget));
        assertRefused(
                8 << 10,
                budget -> layer.store().logs().streams(Tenant.DEFAULT, List.of(List.of()), 0, Long.MAX_VALUE, budget));
    }

    private static void assertRefused(long maxBytes, Consumer<QueryBudget> query) {
        assertThatThrownBy(() -> query.accept(budget(new QueryMemory(maxBytes))))
                .isInstanceOfSatisfying(
                        QueryCancelledException.class, e -> assertThat(e.code()).isEqualTo("query_too_much_memory"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, COUNT / 2, COUNT})
    void row_groups_of_logs_are_held_until_they_are_read_or_the_cursor_is_closed(int lines) {
        fill(true);
        QueryBudget budget = budget(memory);
        try (LogCursor cursor = layer.store().logs().select(Tenant.DEFAULT, ALL_LINES, budget)) {
            for (int i = 0; i < lines; i++) {
                assertThat(cursor.next()).isTrue();
            }
            assertThat(budget.bytesHeld()).isGreaterThan(COUNT * 8L / 4);
            if (lines == COUNT) {
                assertThat(cursor.next()).isFalse();
                assertThat(budget.bytesHeld()).isZero();
            }
        }
        assertThat(budget.bytesHeld()).isZero();
    }
}
