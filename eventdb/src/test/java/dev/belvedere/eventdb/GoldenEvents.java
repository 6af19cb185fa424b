package dev.belvedere.eventdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.TraceSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Makes the data directory of logs and spans in the present format that later releases have to read
/// (docs/format/data-directory.md, "Versions"), with every record and span of it as text. Run by hand once for each new
/// format:
///
///     GoldenEvents eventdb/src/test/resources/golden/NAME
///
/// It has merged segments and ones as they came from the head, of two partitions, two tenants and two days, and logs
/// with what is in no segment. The seed is fixed.
public final class GoldenEvents {

    static final long START_MILLIS = 1_772_431_200_000L;
    static final Tenant OTHER = new Tenant("other");
    static final EventStoreOptions OPTIONS =
            EventStoreOptions.DEFAULT.withRetention(Duration.ofDays(3650), Duration.ofDays(3650));

    private static final long SEED = 28;
    private static final String[] WORDS = {"loaded", "model", "step", "λ", "\"quoted\"", "timeout\n at x", "0x1f"};

    private final SplittableRandom random = new SplittableRandom(SEED);

    private GoldenEvents() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Files.createDirectories(root);
        new GoldenEvents().make(root);
        try (Stream<Path> files = Files.walk(root)) {
            Files.write(
                    root.resolve("files.txt"),
                    files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString())
                            .filter(name -> !name.endsWith(".txt"))
                            .sorted()
                            .toList());
        }
    }

    private void make(Path root) throws IOException {
        try (EventStoreFixture opened =
                new EventStoreFixture(new LocalDisk(), root, OPTIONS, new ManualTime(START_MILLIS))) {
            for (int round = 0; round < 6; round++) {
                append(opened, round);
                opened.store.flush();
                if (round == 3) {
                    opened.compactAll();
                }
            }
            append(opened, 6);
            Files.write(root.resolve("events.txt"), describe(opened));
        }
    }

    private void append(EventStoreFixture opened, int round) {
        List<LogRecord> records = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        long nanos = (START_MILLIS + round * 600_000L - round / 4 * 86_400_000L) * 1_000_000;
        for (int i = 0; i < 25; i++) {
            records.add(record(nanos + i * 1_000_003L, i));
        }
        for (int t = 0; t < 8; t++) {
            TraceId trace = new TraceId(random.nextLong(), random.nextLong());
            SpanId parent = SpanId.NONE;
            for (int s = 0; s < 4; s++) {
                Span span = span(trace, parent, nanos + t * 7_000_000L + s * 1000);
                spans.add(span);
                parent = span.id();
            }
        }
        opened.store.logs().append(Tenant.DEFAULT, records);
        opened.store.logs().append(OTHER, records.subList(0, 3));
        opened.store.traces().append(Tenant.DEFAULT, spans);
    }

    private LogRecord record(long nanos, int i) {
        boolean hasTrace = i % 5 == 0;
        String line = i % 7 == 0
                ? "{\"level\":\"info\",\"step\":" + random.nextInt(1000) + ",\"loss\":" + random.nextInt(100) / 16.0
                        + "}"
                : WORDS[i % WORDS.length] + " " + random.nextInt(100) + " of " + WORDS[random.nextInt(WORDS.length)];
        return new LogRecord(
                Labels.of("app", "a" + i % 3, "host", "h" + i % 2),
                nanos,
                i % 4 == 0 ? 0 : nanos + 17,
                i % 25,
                line,
                attributes(i),
                hasTrace ? new TraceId(random.nextLong(), random.nextLong()) : TraceId.NONE,
                hasTrace ? new SpanId(random.nextLong()) : SpanId.NONE);
    }

    private Attributes attributes(int i) {
        Attributes.Builder attributes = Attributes.builder().put("user", "u" + random.nextInt(5));
        if (i % 3 == 0) {
            attributes.put("n", new AttributeValue.Int(random.nextLong()));
            attributes.put("d", new AttributeValue.Real(random.nextInt(1000) / 8.0));
            attributes.put("is", new AttributeValue.Bool(random.nextBoolean()));
        }
        return attributes.build();
    }

    private Span span(TraceId trace, SpanId parent, long nanos) {
        int i = random.nextInt(12);
        return new Span(
                trace,
                new SpanId(random.nextLong() | 1),
                parent,
                i % 4 == 0 ? "a=b" : "",
                new Resource(Attributes.of("service.name", "s" + i % 3)),
                new Scope("lib", "1." + i % 2, Attributes.EMPTY),
                "op-" + i % 4,
                Span.Kind.values()[i % 6],
                nanos,
                random.nextInt(5_000_000),
                attributes(i),
                i % 5 == 0
                        ? List.of(new Span.Event(nanos + 5, "exception", Attributes.of("message", WORDS[i % 7])))
                        : List.of(),
                i % 6 == 0 ? List.of(new Span.Link(trace, new SpanId(7), "", Attributes.of("k", "v"))) : List.of(),
                Span.Status.values()[i % 3],
                i % 3 == 2 ? "failed" : "");
    }

    /// Every record and span as text, one a line.
    static List<String> describe(EventStoreFixture opened) {
        List<String> lines = new ArrayList<>();
        LogRequest all =
                new LogRequest(List.of(), Long.MIN_VALUE, Long.MAX_VALUE, LogRequest.Direction.FORWARD, List.of());
        for (Tenant tenant : List.of(Tenant.DEFAULT, OTHER)) {
            List<String> records = new ArrayList<>();
            try (LogCursor cursor = opened.store.logs().select(tenant, all, QueryBudget.unlimited())) {
                while (cursor.next()) {
                    records.add(escaped(tenant.name() + " " + cursor.entry()));
                }
            }
            records.sort(String::compareTo);
            lines.addAll(records);
        }
        TraceSearch everything = new TraceSearch("", "", Map.of(), 0, Long.MAX_VALUE, 0, Long.MAX_VALUE, 10_000);
        List<String> spans = new ArrayList<>();
        for (List<Span> trace : opened.store.traces().search(Tenant.DEFAULT, everything, QueryBudget.unlimited())) {
            TraceId id = trace.getFirst().traceId();
            opened.store
                    .traces()
                    .trace(Tenant.DEFAULT, id, QueryBudget.unlimited())
                    .forEach(span -> spans.add(escaped(span.toString())));
        }
        spans.sort(String::compareTo);
        lines.addAll(spans);
        return lines;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }
}
