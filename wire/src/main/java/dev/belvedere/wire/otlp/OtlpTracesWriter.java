package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes an OTLP `ExportTraceServiceRequest`.
public final class OtlpTracesWriter {

    private OtlpTracesWriter() {}

    /// @param spans of any resources and scopes; those of one are sent together
    public static byte[] write(List<Span> spans) {
        Map<Resource, Map<Scope, List<Span>>> grouped = new LinkedHashMap<>();
        for (Span span : spans) {
            grouped.computeIfAbsent(span.resource(), key -> new LinkedHashMap<>())
                    .computeIfAbsent(span.scope(), key -> new ArrayList<>())
                    .add(span);
        }
        ProtobufWriter out = new ProtobufWriter(512 * (spans.size() + 1));
        grouped.forEach((resource, scopes) -> {
            int resourceSpans = out.beginMessage(1);
            OtlpFields.writeResource(out, 1, resource);
            scopes.forEach((scope, members) -> writeScopeSpans(out, scope, members));
            out.endMessage(resourceSpans);
        });
        return out.toByteArray();
    }

    private static void writeScopeSpans(ProtobufWriter out, Scope scope, List<Span> spans) {
        int scopeSpans = out.beginMessage(2);
        OtlpFields.writeScope(out, 1, scope);
        for (Span span : spans) {
            int message = out.beginMessage(2);
            write(out, span);
            out.endMessage(message);
        }
        out.endMessage(scopeSpans);
    }

    private static void write(ProtobufWriter out, Span span) {
        OtlpFields.writeTraceId(out, 1, span.traceId());
        OtlpFields.writeSpanId(out, 2, span.id());
        OtlpFields.writeText(out, 3, span.traceState());
        OtlpFields.writeSpanId(out, 4, span.parentId());
        out.string(5, span.name());
        out.int64(6, span.kind().ordinal());
        out.fixed64(7, span.startNanos());
        out.fixed64(8, span.endNanos());
        OtlpFields.writeAttributes(out, 9, span.attributes());
        for (Span.Event event : span.events()) {
            int message = out.beginMessage(11);
            out.fixed64(1, event.timestampNanos());
            out.string(2, event.name());
            OtlpFields.writeAttributes(out, 3, event.attributes());
            out.endMessage(message);
        }
        for (Span.Link link : span.links()) {
            int message = out.beginMessage(13);
            OtlpFields.writeTraceId(out, 1, link.traceId());
            OtlpFields.writeSpanId(out, 2, link.spanId());
            OtlpFields.writeText(out, 3, link.traceState());
            OtlpFields.writeAttributes(out, 4, link.attributes());
            out.endMessage(message);
        }
        int status = out.beginMessage(15);
        OtlpFields.writeText(out, 2, span.statusMessage());
        out.int64(3, span.status().ordinal());
        out.endMessage(status);
    }
}
