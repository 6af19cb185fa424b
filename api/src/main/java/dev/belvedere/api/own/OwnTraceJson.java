package dev.belvedere.api.own;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Writes spans and log records for the UI. Nanoseconds are strings: a JavaScript number would lose digits.
final class OwnTraceJson {

    private OwnTraceJson() {}

    /// One line of a search result. The root is the span without parent, or the earliest if that has not arrived.
    static void summary(List<Span> spans, JsonWriter json) {
        Span root = spans.stream()
                .filter(Span::isRoot)
                .findFirst()
                .orElseGet(() -> spans.stream()
                        .min(Comparator.comparingLong(Span::startNanos))
                        .orElseThrow());
        long start = spans.stream().mapToLong(Span::startNanos).min().orElse(0);
        long end = spans.stream().mapToLong(Span::endNanos).max().orElse(0);
        Map<String, Integer> services = new TreeMap<>();
        spans.forEach(span -> services.merge(span.resource().serviceName(), 1, Integer::sum));
        json.beginObject().name("traceId").value(root.traceId().hex());
        json.name("rootService").value(root.resource().serviceName());
        json.name("rootOperation").value(root.name());
        json.name("startTimeNanos").value(Long.toString(start));
        json.name("durationNanos").value(end - start);
        json.name("spanCount").value(spans.size());
        json.name("errorCount")
                .value(spans.stream().filter(OwnTraceJson::isError).count());
        json.name("services").beginArray();
        services.forEach((name, count) -> json.beginObject()
                .name("name")
                .value(name)
                .name("spanCount")
                .value(count)
                .endObject());
        json.endArray().endObject();
    }

    private static boolean isError(Span span) {
        return span.status() == Span.Status.ERROR;
    }

    static void span(Span span, JsonWriter json) {
        json.beginObject().name("spanId").value(span.id().hex());
        json.name("parentSpanId")
                .value(span.parentId().isPresent() ? span.parentId().hex() : "");
        json.name("service").value(span.resource().serviceName());
        json.name("operation").value(span.name());
        json.name("kind").value(span.kind().name().toLowerCase(Locale.ROOT));
        json.name("startTimeNanos").value(Long.toString(span.startNanos()));
        json.name("durationNanos").value(span.durationNanos());
        json.name("status").value(span.status().name().toLowerCase(Locale.ROOT));
        json.name("statusMessage").value(span.statusMessage());
        attributes("attributes", span.attributes(), json);
        attributes("resource", span.resource().attributes(), json);
        json.name("scope").beginObject().name("name").value(span.scope().name());
        json.name("version").value(span.scope().version()).endObject();
        json.name("events").beginArray();
        for (Span.Event event : span.events()) {
            json.beginObject().name("timeNanos").value(Long.toString(event.timestampNanos()));
            json.name("name").value(event.name());
            attributes("attributes", event.attributes(), json);
            json.endObject();
        }
        json.endArray().name("links").beginArray();
        for (Span.Link link : span.links()) {
            json.beginObject().name("traceId").value(link.traceId().hex());
            json.name("spanId").value(link.spanId().hex()).endObject();
        }
        json.endArray().endObject();
    }

    static void logRecord(LogRecord entry, JsonWriter json) {
        json.beginObject().name("timeNanos").value(Long.toString(entry.timestampNanos()));
        json.name("line").value(entry.line());
        json.name("severity").value(Severity.word(entry.severity()));
        json.name("labels").beginObject();
        entry.stream().forEach((name, value) -> json.name(name).value(value));
        json.endObject();
        attributes("attributes", entry.attributes(), json);
        json.name("spanId").value(entry.spanId().isPresent() ? entry.spanId().hex() : "");
        json.endObject();
    }

    private static void attributes(String name, Attributes attributes, JsonWriter json) {
        json.name(name).beginObject();
        attributes.forEach((key, value) -> {
            json.name(key);
            value(value, json);
        });
        json.endObject();
    }

    private static void value(AttributeValue value, JsonWriter json) {
        switch (value) {
            case AttributeValue.Text text -> json.value(text.value());
            case AttributeValue.Bool flag -> json.value(flag.value());
            case AttributeValue.Int number -> json.value(number.value());
            case AttributeValue.Real number -> json.value(number.value());
            case AttributeValue.Bytes bytes -> json.value(bytes.toString());
            case AttributeValue.Array array -> {
                json.beginArray();
                array.values().forEach(element -> value(element, json));
                json.endArray();
            }
            case AttributeValue.KeyValues pairs -> {
                json.beginObject();
                pairs.attributes().forEach((key, nested) -> {
                    json.name(key);
                    value(nested, json);
                });
                json.endObject();
            }
        }
    }
}
