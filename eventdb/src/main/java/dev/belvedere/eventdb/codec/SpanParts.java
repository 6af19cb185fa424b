package dev.belvedere.eventdb.codec;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Events, links and enumerations of spans as bytes. Names and keys are references into `texts`, or spelt out where
/// that is null.
public final class SpanParts {

    private static final Span.Kind[] KINDS = Span.Kind.values();
    private static final Span.Status[] STATUSES = Span.Status.values();

    private SpanParts() {}

    public static Span.Kind kind(long number) {
        if (number < 0 || number >= KINDS.length) {
            throw new MalformedBytesException("span kind " + number);
        }
        return KINDS[(int) number];
    }

    public static Span.Status status(long number) {
        if (number < 0 || number >= STATUSES.length) {
            throw new MalformedBytesException("span status " + number);
        }
        return STATUSES[(int) number];
    }

    public static void writeEvents(
            BytesWriter into, List<Span.Event> events, long startNanos, @Nullable TextTable texts) {
        into.putVarint(events.size());
        for (Span.Event event : events) {
            into.putZigzag(event.timestampNanos() - startNanos);
            if (texts == null) {
                into.putText(event.name());
            } else {
                into.putVarint(texts.index(event.name()));
            }
            AttributeCodec.write(into, event.attributes(), texts);
        }
    }

    public static List<Span.Event> readEvents(BytesReader from, long startNanos, String @Nullable [] texts) {
        int count = from.getCount(3);
        List<Span.Event> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long time = startNanos + from.getZigzag();
            String name = texts == null ? from.getText() : texts[from.getIndex(texts.length)];
            events.add(new Span.Event(time, name, AttributeCodec.read(from, texts)));
        }
        return events;
    }

    public static void writeLinks(BytesWriter into, List<Span.Link> links, @Nullable TextTable texts) {
        into.putVarint(links.size());
        for (Span.Link link : links) {
            into.putLong(link.traceId().high());
            into.putLong(link.traceId().low());
            into.putLong(link.spanId().bits());
            into.putText(link.traceState());
            AttributeCodec.write(into, link.attributes(), texts);
        }
    }

    public static List<Span.Link> readLinks(BytesReader from, String @Nullable [] texts) {
        int count = from.getCount(26);
        List<Span.Link> links = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TraceId trace = new TraceId(from.getLong(), from.getLong());
            SpanId span = new SpanId(from.getLong());
            String traceState = from.getText();
            Attributes attributes = AttributeCodec.read(from, texts);
            links.add(new Span.Link(trace, span, traceState, attributes));
        }
        return links;
    }
}
