package dev.belvedere.eventdb.query;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Span;

/// What events take in memory, roughly. Streams, resources and scopes are shared and do not count.
final class EventSizes {

    private static final int EVENT_BYTES = 200;
    private static final int ENTRY_BYTES = 48;

    private EventSizes() {}

    static long bytes(Span span) {
        long bytes = EVENT_BYTES + span.name().length() + bytes(span.attributes());
        for (Span.Event event : span.events()) {
            bytes += ENTRY_BYTES + event.name().length() + bytes(event.attributes());
        }
        for (Span.Link link : span.links()) {
            bytes += 2 * ENTRY_BYTES + bytes(link.attributes());
        }
        return bytes + span.statusMessage().length() + span.traceState().length();
    }

    static long bytes(LogRecord record) {
        return EVENT_BYTES + record.line().length() + bytes(record.attributes());
    }

    private static long bytes(Attributes attributes) {
        long bytes = 0;
        for (int i = 0; i < attributes.size(); i++) {
            bytes += ENTRY_BYTES + bytes(attributes.value(i));
        }
        return bytes;
    }

    private static long bytes(AttributeValue value) {
        return switch (value) {
            case AttributeValue.Text text -> text.value().length();
            case AttributeValue.Bytes binary -> binary.value().length;
            case AttributeValue.KeyValues nested -> bytes(nested.attributes());
            case AttributeValue.Array array -> bytes(array);
            case AttributeValue.Int number -> 0;
            case AttributeValue.Real number -> 0;
            case AttributeValue.Bool flag -> 0;
        };
    }

    private static long bytes(AttributeValue.Array array) {
        long bytes = 0;
        for (AttributeValue value : array.values()) {
            bytes += ENTRY_BYTES + bytes(value);
        }
        return bytes;
    }
}
