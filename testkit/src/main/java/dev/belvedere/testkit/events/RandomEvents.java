package dev.belvedere.testkit.events;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Log records and spans as unpleasant as they come: odd bytes, every type of attribute, times that repeat and go
/// back. The same generator gives the same events.
public final class RandomEvents {

    private static final String[] WORDS = {
        "",
        "GET",
        "/v1/chat",
        "status=200",
        "CUDA out of memory",
        "0",
        "-0",
        "00",
        "1.50",
        "-0.5",
        "7",
        "1e5",
        "550e8400-e29b-41d4-a716-446655440000",
        "deadbeefdeadbeef",
        "DEADBEEF",
        "a\u0000b",
        "line\r\nline",
        "\u001b[31mred",
        "na\u00efve \u65e5\u672c \ud83d\ude80",
        "{\"a\":{\"b\":[1,2",
        "9223372036854775807",
        "-9223372036854775808",
        " ",
    };

    private final RandomGenerator random;

    public RandomEvents(RandomGenerator random) {
        this.random = random;
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            text.append(
                    switch (random.nextInt(8)) {
                        case 0 -> bytesAsText();
                        case 1 -> Integer.toString(random.nextInt(1000));
                        case 2 -> Long.toHexString(random.nextLong());
                        default -> oneOf(WORDS);
                    });
            if (random.nextBoolean()) {
                text.append(' ');
            }
        }
        // Two invalid pieces may make a valid one: text is what its bytes decode to.
        byte[] bytes = Utf8Text.encode(text.toString());
        return Utf8Text.decode(bytes, 0, bytes.length);
    }

    /// Bytes that are seldom UTF-8, read as a face would read them.
    private String bytesAsText() {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return Utf8Text.decode(bytes, 0, bytes.length);
    }

    public AttributeValue value(int depth) {
        return switch (random.nextInt(depth > 2 ? 5 : 7)) {
            case 0 -> AttributeValue.of(text());
            case 1 -> AttributeValue.of(random.nextBoolean());
            case 2 -> AttributeValue.of(random.nextBoolean() ? random.nextLong() : random.nextInt(100));
            case 3 -> AttributeValue.of(random.nextBoolean() ? Double.longBitsToDouble(random.nextLong()) : 0.25);
            case 4 -> {
                byte[] bytes = new byte[random.nextInt(5)];
                random.nextBytes(bytes);
                yield new AttributeValue.Bytes(bytes);
            }
            case 5 -> {
                List<AttributeValue> values = new ArrayList<>();
                int count = random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    values.add(value(depth + 1));
                }
                yield new AttributeValue.Array(values);
            }
            default -> new AttributeValue.KeyValues(attributes(depth + 1));
        };
    }

    public Attributes attributes(int depth) {
        if (random.nextInt(3) == 0) {
            return Attributes.EMPTY;
        }
        Attributes.Builder builder = Attributes.builder();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            builder.put("key" + random.nextInt(6), value(depth));
        }
        return builder.build();
    }

    public TraceId traceId(int ids) {
        int number = random.nextInt(ids);
        return number == 0 ? TraceId.NONE : new TraceId(number * 0x9E3779B97F4A7C15L, number);
    }

    public Labels stream(int streams) {
        int number = random.nextInt(streams);
        return Labels.of("app", "app" + number % 3, "pod", "pod-" + number);
    }

    /// @param startNanos times lie within a few seconds from here on and repeat
    public LogRecord record(long startNanos) {
        long time = startNanos + random.nextInt(50) * 100_000_000L;
        return new LogRecord(
                stream(7),
                time,
                random.nextInt(3) == 0 ? 0 : time + random.nextInt(3) - 1,
                random.nextInt(25),
                text(),
                attributes(0),
                traceId(10),
                new SpanId(random.nextInt(3)));
    }

    public List<LogRecord> records(long startNanos, int count) {
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record(startNanos));
        }
        return records;
    }

    /// A span whose identity is `id`; its other fields are at random.
    public Span span(long startNanos, TraceId trace, long id) {
        long start = startNanos + random.nextInt(50) * 100_000_000L;
        List<Span.Event> events = new ArrayList<>();
        List<Span.Link> links = new ArrayList<>();
        for (int i = random.nextInt(6) - 4; i > 0; i--) {
            events.add(new Span.Event(start + random.nextInt(1000), text(), attributes(0)));
            links.add(new Span.Link(traceId(10), new SpanId(random.nextLong()), text(), attributes(0)));
        }
        Resource resource = random.nextInt(5) == 0
                ? Resource.EMPTY
                : new Resource(Attributes.of(Resource.SERVICE_NAME, "service" + random.nextInt(4)));
        Scope scope = random.nextBoolean() ? Scope.EMPTY : new Scope("scope", "1." + random.nextInt(2), attributes(1));
        return new Span(
                trace,
                new SpanId(id),
                new SpanId(random.nextInt(4)),
                random.nextInt(4) == 0 ? text() : "",
                resource,
                scope,
                "operation" + random.nextInt(5),
                oneOf(Span.Kind.values()),
                start,
                random.nextInt(4) == 0 ? 0 : random.nextInt(2_000_000_000),
                attributes(0),
                events,
                links,
                oneOf(Span.Status.values()),
                random.nextInt(4) == 0 ? text() : "");
    }

    /// Spans of a few traces, each span with an id of its own from `firstId` on.
    public List<Span> spans(long startNanos, long firstId, int count) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = 1 + random.nextInt(9);
            spans.add(span(startNanos, new TraceId(number * 0x9E3779B97F4A7C15L, number), firstId + i));
        }
        return spans;
    }
}
