package dev.belvedere.testkit.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogRequest.Direction;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.memory.MemoryLogStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What every [LogStore] does. A store of several layers runs it once per layer, by what it does in
/// [#afterAppend].
public abstract class LogStoreContract {

    protected static final Tenant TENANT = new Tenant("one");

    private static final Tenant OTHER = new Tenant("other");
    private static final long START = 1_772_431_200_000_000_000L;
    private static final Labels API = Labels.of("app", "api", "pod", "api-0");
    private static final Labels WEB = Labels.of("app", "web", "pod", "web-0");

    /// The store under test; a fresh one per test.
    protected abstract LogStore logs();

    /// Called after each append: to flush, to reopen, to compact.
    protected void afterAppend() {}

    private void append(Tenant tenant, List<LogRecord> records) {
        logs().append(tenant, records);
        afterAppend();
    }

    private void append(LogRecord... records) {
        append(TENANT, List.of(records));
    }

    private static LogRecord record(Labels stream, long atNanos, String line) {
        return LogRecord.of(stream, START + atNanos, line);
    }

    protected static List<LogRecord> read(LogStore logs, Tenant tenant, LogRequest request) {
        List<LogRecord> records = new ArrayList<>();
        try (LogCursor cursor = logs.select(tenant, request, QueryBudget.unlimited())) {
            while (cursor.next()) {
                records.add(cursor.entry());
            }
        }
        return records;
    }

    private List<LogRecord> read(LogRequest request) {
        return read(logs(), TENANT, request);
    }

    private static LogRequest request(Direction direction, LabelMatcher... matchers) {
        return new LogRequest(List.of(matchers), Long.MIN_VALUE, Long.MAX_VALUE, direction, List.of());
    }

    private static LogRequest between(long fromNanos, long toNanos) {
        return new LogRequest(List.of(), START + fromNanos, START + toNanos, Direction.FORWARD, List.of());
    }

    @Test
    void records_come_in_time_order_of_either_direction() {
        append(record(API, 3, "three"), record(WEB, 1, "one"));
        append(record(API, 2, "two"));
        assertThat(read(request(Direction.FORWARD))).extracting(LogRecord::line).containsExactly("one", "two", "three");
        assertThat(read(request(Direction.BACKWARD)))
                .extracting(LogRecord::line)
                .containsExactly("three", "two", "one");
    }

    @Test
    void records_of_one_time_come_in_the_order_of_their_arrival() {
        append(record(API, 1, "c"), record(API, 1, "a"));
        append(record(API, 1, "b"));
        assertThat(read(request(Direction.FORWARD))).extracting(LogRecord::line).containsExactly("c", "a", "b");
        assertThat(read(request(Direction.BACKWARD)))
                .extracting(LogRecord::line)
                .containsExactly("b", "a", "c");
    }

    @Test
    void the_start_is_inclusive_and_the_end_exclusive() {
        append(record(API, 1, "one"), record(API, 2, "two"), record(API, 3, "three"));
        assertThat(read(between(1, 3))).extracting(LogRecord::line).containsExactly("one", "two");
        assertThat(read(between(2, 2))).isEmpty();
        assertThat(read(between(4, 1))).isEmpty();
    }

    @Test
    void matchers_select_streams() {
        append(record(API, 1, "api"), record(WEB, 2, "web"));
        assertThat(read(request(Direction.FORWARD, LabelMatcher.equal("app", "web"))))
                .extracting(LogRecord::line)
                .containsExactly("web");
        assertThat(read(request(
                        Direction.FORWARD,
                        LabelMatcher.of(LabelMatcher.Type.REGEX, "app", "a.*|w.*"),
                        LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "pod", "web-0"))))
                .extracting(LogRecord::line)
                .containsExactly("api");
        assertThat(read(request(Direction.FORWARD, LabelMatcher.equal("absent", ""))))
                .hasSize(2);
    }

    @Test
    void every_field_comes_back() {
        LogRecord full = new LogRecord(
                API,
                START,
                START + 5,
                Severity.ERROR,
                "line",
                Attributes.builder()
                        .put("b", "text")
                        .put("a", AttributeValue.of(7))
                        .build(),
                new TraceId(1, 2),
                new SpanId(3));
        LogRecord observedAtOnce = new LogRecord(WEB, START, START, 0, "", Attributes.EMPTY, TraceId.NONE, SpanId.NONE);
        append(full, observedAtOnce);
        assertThat(read(request(Direction.FORWARD))).containsExactlyInAnyOrder(full, observedAtOnce);
        LogRecord read = read(request(Direction.FORWARD, LabelMatcher.equal("app", "api")))
                .getFirst();
        assertThat(read.attributes().key(0)).as("attributes keep their order").isEqualTo("b");
    }

    @Test
    void a_retry_is_not_seen_twice() {
        LogRecord record = record(API, 1, "once");
        append(record, record(API, 1, "another"));
        append(record);
        assertThat(read(request(Direction.FORWARD))).extracting(LogRecord::line).containsExactly("once", "another");
    }

    @Test
    void equal_lines_of_other_streams_times_or_traces_are_no_retries() {
        LogRecord record = record(API, 1, "line");
        LogRecord traced =
                new LogRecord(API, START + 1, 0, 0, "line", Attributes.EMPTY, new TraceId(0, 9), SpanId.NONE);
        append(record, record(WEB, 1, "line"), record(API, 2, "line"), traced);
        assertThat(read(request(Direction.FORWARD))).hasSize(4);
    }

    @Test
    void tenants_do_not_see_each_other() {
        append(TENANT, List.of(record(API, 1, "mine")));
        append(OTHER, List.of(record(API, 2, "theirs"), record(WEB, 3, "theirs")));
        assertThat(read(request(Direction.FORWARD))).extracting(LogRecord::line).containsExactly("mine");
        assertThat(logs().streams(TENANT, List.of(List.of()), Long.MIN_VALUE, Long.MAX_VALUE, QueryBudget.unlimited()))
                .containsExactly(API);
        assertThat(logs().statistics(TENANT).recordCount()).isEqualTo(1);
    }

    @Test
    void required_text_loses_no_record_that_has_it() {
        append(record(API, 1, "GPU has fallen off the bus"), record(API, 2, "all well"), record(WEB, 3, "the bus GPU"));
        LogRequest request =
                new LogRequest(List.of(), Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD, List.of("GPU", "the bus"));
        assertThat(read(request)).extracting(LogRecord::line).contains("GPU has fallen off the bus", "the bus GPU");
    }

    @Test
    void the_records_of_a_trace_are_found_oldest_first() {
        TraceId trace = new TraceId(0x1234, 0x5678);
        List<LogRecord> records = new ArrayList<>();
        for (int i = 9; i >= 0; i--) {
            Labels stream = i % 2 == 0 ? API : WEB;
            TraceId id = i < 5 ? trace : new TraceId(i, i);
            records.add(new LogRecord(stream, START + i, 0, 0, "line " + i, Attributes.EMPTY, id, SpanId.NONE));
        }
        append(TENANT, records.subList(0, 7));
        append(TENANT, records.subList(7, 10));
        QueryBudget budget = QueryBudget.unlimited();
        assertThat(logs().ofTrace(TENANT, trace, 100, budget))
                .extracting(LogRecord::line)
                .containsExactly("line 0", "line 1", "line 2", "line 3", "line 4");
        assertThat(logs().ofTrace(TENANT, trace, 2, budget))
                .extracting(LogRecord::line)
                .containsExactly("line 0", "line 1");
        assertThat(logs().ofTrace(TENANT, new TraceId(1, 1), 10, budget)).isEmpty();
        assertThat(logs().ofTrace(OTHER, trace, 10, budget)).isEmpty();
    }

    @Test
    void streams_are_those_with_records_in_the_range() {
        append(record(API, 1, "a"), record(API, 1_000, "a"), record(WEB, 500, "w"));
        LogStore logs = logs();
        List<List<LabelMatcher>> all = List.of(List.of());
        assertThat(logs.streams(TENANT, all, START, START + 2, QueryBudget.unlimited()))
                .containsExactly(API);
        assertThat(logs.streams(TENANT, all, START + 400, START + 600, QueryBudget.unlimited()))
                .containsExactly(WEB);
        assertThat(logs.streams(TENANT, all, START, START + 1_001, QueryBudget.unlimited()))
                .containsExactly(API, WEB);
        assertThat(logs.streams(
                        TENANT,
                        List.of(
                                List.of(LabelMatcher.equal("app", "web")),
                                List.of(LabelMatcher.equal("app", "api"), LabelMatcher.equal("pod", "other"))),
                        START,
                        START + 1_001,
                        QueryBudget.unlimited()))
                .containsExactly(WEB);
        assertThat(logs.streams(TENANT, List.of(), START, START + 1_001, QueryBudget.unlimited()))
                .isEmpty();
    }

    @Test
    void statistics_count_what_is_there() {
        assertThat(logs().statistics(TENANT)).isEqualTo(new LogStore.Statistics(0, 0, 0, 0, 0));
        append(record(API, 5, "a"), record(WEB, 1, "b"), record(API, 9, "c"));
        LogStore.Statistics statistics = logs().statistics(TENANT);
        assertThat(statistics.recordCount()).isEqualTo(3);
        assertThat(statistics.streamCount()).isEqualTo(2);
        assertThat(statistics.minNanos()).isEqualTo(START + 1);
        assertThat(statistics.maxNanos()).isEqualTo(START + 9);
    }

    @Test
    void any_bytes_come_back_as_they_were() {
        byte[] ugly = new byte[1 << 20];
        new SplittableRandom(7).nextBytes(ugly);
        List<byte[]> lines = List.of(
                ugly,
                new byte[0],
                new byte[] {0, 13, 10, 0},
                new byte[] {(byte) 0xff, (byte) 0xc3, 'x', (byte) 0xed, (byte) 0xa0, (byte) 0x80},
                "\u001b[31mred\u001b[0m {\"a\": [1, {\"b\": \"\\u0000\"".getBytes(StandardCharsets.UTF_8));
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            records.add(record(API, i, Utf8Text.decode(lines.get(i), 0, lines.get(i).length)));
        }
        append(TENANT, records);
        List<LogRecord> read = read(request(Direction.FORWARD));
        assertThat(read).hasSize(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertThat(Utf8Text.encode(read.get(i).line())).isEqualTo(lines.get(i));
        }
    }

    @Test
    void a_cursor_closed_early_leaves_the_store_in_order() {
        append(TENANT, new RandomEvents(new SplittableRandom(1)).records(START, 100));
        for (int i = 0; i < 3; i++) {
            try (LogCursor cursor = logs().select(TENANT, request(Direction.BACKWARD), QueryBudget.unlimited())) {
                assertThat(cursor.next()).isTrue();
            }
        }
        afterAppend();
        assertThat(read(request(Direction.FORWARD))).isNotEmpty();
    }

    @Test
    void a_query_over_its_budget_ends() {
        append(TENANT, new RandomEvents(new SplittableRandom(2)).records(START, 200));
        QueryBudget small = new QueryBudget(new QueryBudget.Limits(1, 10, 1_000), () -> 0);
        assertThatThrownBy(() -> {
                    try (LogCursor cursor = logs().select(TENANT, request(Direction.FORWARD), small)) {
                        while (cursor.next()) {
                            assertThat(cursor.entry()).isNotNull();
                        }
                    }
                })
                .isInstanceOf(QueryCancelledException.class);
    }

    @Test
    void it_answers_as_the_reference_does() {
        long seed = Long.getLong("seed", 20261125);
        RandomEvents events = new RandomEvents(new SplittableRandom(seed));
        LogStore reference = new MemoryLogStore();
        for (int request = 0; request < 12; request++) {
            List<LogRecord> records = events.records(START + request * 1_000_000_000L, 60);
            reference.append(TENANT, records);
            append(TENANT, records);
            if (request % 4 == 0) {
                append(TENANT, records);
            }
        }
        for (LabelMatcher matcher :
                List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "app", ".+"), LabelMatcher.equal("app", "app1"))) {
            for (Direction direction : Direction.values()) {
                for (long[] range : new long[][] {{0, 20_000}, {2_000, 2_001}, {1_500, 6_300}}) {
                    LogRequest request = new LogRequest(
                            List.of(matcher),
                            START + range[0] * 1_000_000,
                            START + range[1] * 1_000_000,
                            direction,
                            List.of());
                    assertThat(byStream(read(request)))
                            .as("seed %d, %s", seed, request)
                            .isEqualTo(byStream(read(reference, TENANT, request)));
                    assertThat(read(request))
                            .extracting(LogRecord::timestampNanos)
                            .isSortedAccordingTo(
                                    direction == Direction.FORWARD
                                            ? Comparator.naturalOrder()
                                            : Comparator.reverseOrder());
                }
            }
        }
        for (int id = 0; id < 10; id++) {
            TraceId trace = new TraceId(id * 0x9E3779B97F4A7C15L, id);
            if (trace.isPresent()) {
                assertThat(logs().ofTrace(TENANT, trace, 1_000, QueryBudget.unlimited()))
                        .as("seed %d, trace %s", seed, trace)
                        .containsExactlyInAnyOrderElementsOf(
                                reference.ofTrace(TENANT, trace, 1_000, QueryBudget.unlimited()));
            }
        }
    }

    /// Order counts within a stream only; a retry's observed time does not.
    private static Map<Labels, List<LogRecord>> byStream(List<LogRecord> records) {
        Map<Labels, List<LogRecord>> streams = new TreeMap<>();
        for (LogRecord record : records) {
            streams.computeIfAbsent(record.stream(), key -> new ArrayList<>()).add(record);
        }
        return streams;
    }
}
