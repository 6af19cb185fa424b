package dev.belvedere.api.jaeger;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes traces as Jaeger's UI reads them: spans with tags and references, processes once for each resource.
final class JaegerJson {

    private JaegerJson() {}

    /// `{"data": ..., "total": n, ...}` around what `data` writes.
    static JsonWriter envelope(int total, Runnable data, JsonWriter json) {
        json.beginObject().name("data");
        data.run();
        return json.name("total")
                .value(total)
                .name("limit")
                .value(0)
                .name("offset")
                .value(0)
                .name("errors")
                .nullValue()
                .endObject();
    }

    /// 16 digits for ids of 64 bits, as Jaeger prints them, else 32.
    static String hex(TraceId id) {
        return id.high() == 0 ? id.hex().substring(16) : id.hex();
    }

    static void trace(List<Span> spans, JsonWriter json) {
        Map<Resource, String> processes = new LinkedHashMap<>();
        json.beginObject();
        json.name("traceID").value(hex(spans.getFirst().traceId()));
        json.name("spans").beginArray();
        for (Span span : spans) {
            String process = processes.computeIfAbsent(span.resource(), key -> "p" + (processes.size() + 1));
            span(span, process, json);
        }
        json.endArray();
        json.name("processes").beginObject();
        processes.forEach((resource, name) -> {
            json.name(name).beginObject().name("serviceName").value(resource.serviceName());
            json.name("tags").beginArray();
            resource.attributes().forEach((key, value) -> {
                if (!key.equals(Resource.SERVICE_NAME)) {
                    tag(key, value, json);
                }
            });
            json.endArray().endObject();
        });
        json.endObject().name("warnings").nullValue().endObject();
    }

    private static void span(Span span, String process, JsonWriter json) {
        json.beginObject();
        json.name("traceID").value(hex(span.traceId()));
        json.name("spanID").value(span.id().hex());
        json.name("operationName").value(span.name());
        references(span, json);
        json.name("startTime").value(span.startNanos() / 1000);
        json.name("duration").value(span.durationNanos() / 1000);
        json.name("tags").beginArray();
        span.attributes().forEach((key, value) -> tag(key, value, json));
        derivedTags(span, json);
        json.endArray();
        json.name("logs").beginArray();
        span.events().forEach(event -> log(event, json));
        json.endArray();
        json.name("processID").value(process);
        json.name("warnings").nullValue().endObject();
    }

    private static void references(Span span, JsonWriter json) {
        json.name("references").beginArray();
        if (span.parentId().isPresent()) {
            reference("CHILD_OF", span.traceId(), span.parentId().hex(), json);
        }
        span.links()
                .forEach(link ->
                        reference("FOLLOWS_FROM", link.traceId(), link.spanId().hex(), json));
        json.endArray();
    }

    private static void reference(String type, TraceId traceId, String spanId, JsonWriter json) {
        json.beginObject().name("refType").value(type);
        json.name("traceID").value(hex(traceId)).name("spanID").value(spanId).endObject();
    }

    /// What OpenTelemetry has fields for and Jaeger has tags for.
    private static void derivedTags(Span span, JsonWriter json) {
        if (span.kind() != Span.Kind.UNSPECIFIED) {
            textTag("span.kind", span.kind().name().toLowerCase(Locale.ROOT), json);
        }
        if (span.status() != Span.Status.UNSET) {
            textTag("otel.status_code", span.status().name(), json);
        }
        if (span.status() == Span.Status.ERROR && span.attributes().get("error").isEmpty()) {
            tag("error", AttributeValue.of(true), json);
        }
        if (!span.statusMessage().isEmpty()) {
            textTag("otel.status_description", span.statusMessage(), json);
        }
        Scope scope = span.scope();
        if (!scope.name().isEmpty()) {
            textTag("otel.scope.name", scope.name(), json);
        }
        if (!scope.version().isEmpty()) {
            textTag("otel.scope.version", scope.version(), json);
        }
        if (!span.traceState().isEmpty()) {
            textTag("w3c.tracestate", span.traceState(), json);
        }
    }

    private static void log(Span.Event event, JsonWriter json) {
        json.beginObject().name("timestamp").value(event.timestampNanos() / 1000);
        json.name("fields").beginArray();
        textTag("event", event.name(), json);
        fields(event.attributes(), json);
        json.endArray().endObject();
    }

    private static void fields(Attributes attributes, JsonWriter json) {
        attributes.forEach((key, value) -> tag(key, value, json));
    }

    private static void textTag(String key, String value, JsonWriter json) {
        tag(key, AttributeValue.of(value), json);
    }

    private static void tag(String key, AttributeValue value, JsonWriter json) {
        json.beginObject().name("key").value(key);
        switch (value) {
            case AttributeValue.Bool flag ->
                json.name("type").value("bool").name("value").value(flag.value());
            case AttributeValue.Int number ->
                json.name("type").value("int64").name("value").value(number.value());
            case AttributeValue.Real number ->
                json.name("type").value("float64").name("value").value(number.value());
            case AttributeValue.Bytes bytes ->
                json.name("type").value("binary").name("value").value(bytes.toString());
            case AttributeValue.Text text ->
                json.name("type").value("string").name("value").value(text.value());
            case AttributeValue.Array array ->
                json.name("type").value("string").name("value").value(array.toString());
            case AttributeValue.KeyValues pairs ->
                json.name("type").value("string").name("value").value(pairs.toString());
        }
        json.endObject();
    }
}
