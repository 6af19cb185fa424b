package dev.belvedere.wire.zipkin;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import java.util.ArrayList;
import java.util.List;

/// A Zipkin span while it is read, and what it means in the model.
final class ZipkinSpan {

    private static final long NANOS_PER_MICRO = 1000;
    private static final long MAX_MICROS = Long.MAX_VALUE / NANOS_PER_MICRO;

    /// One side of a call. Texts may be empty, the port 0.
    static final class Endpoint {
        String serviceName = "";
        String address = "";
        int port;
    }

    TraceId traceId = TraceId.NONE;
    SpanId id = SpanId.NONE;
    SpanId parentId = SpanId.NONE;
    String name = "";
    Span.Kind kind = Span.Kind.INTERNAL;
    long timestampMicros;
    long durationMicros;
    boolean isShared;
    final Endpoint local = new Endpoint();
    final Endpoint remote = new Endpoint();
    final List<Span.Event> annotations = new ArrayList<>(0);
    final Attributes.Builder tags = Attributes.builder();
    int tagCount;
    String error = "";
    boolean hasError;

    void addTag(String key, String value) {
        tagCount++;
        tags.put(key, value);
        if (key.equals("error")) {
            hasError = !value.equals("false");
            error = value.equals("true") ? "" : value;
        }
    }

    void addAnnotation(long micros, String value) {
        annotations.add(new Span.Event(nanos(micros), value, Attributes.EMPTY));
    }

    private static long nanos(long micros) {
        return Math.clamp(micros, 0, MAX_MICROS) * NANOS_PER_MICRO;
    }

    /// When it began: as told, or the first thing that happened in it, or now.
    long startNanos(long nowNanos) {
        if (timestampMicros != 0) {
            return nanos(timestampMicros);
        }
        return annotations.isEmpty() ? nowNanos : annotations.getFirst().timestampNanos();
    }

    Span toSpan(long nowNanos) {
        Attributes.Builder resource = Attributes.builder();
        if (!local.serviceName.isEmpty()) {
            resource.put(Resource.SERVICE_NAME, local.serviceName);
        }
        if (!local.address.isEmpty()) {
            resource.put("host.ip", local.address);
        }
        if (!remote.serviceName.isEmpty()) {
            tags.put("peer.service", remote.serviceName);
        }
        if (!remote.address.isEmpty()) {
            tags.put("network.peer.address", remote.address);
        }
        if (remote.port != 0) {
            tags.put("network.peer.port", AttributeValue.of(remote.port));
        }
        if (isShared) {
            tags.put("zipkin.shared", AttributeValue.of(true));
        }
        return new Span(
                traceId,
                id,
                parentId,
                "",
                new Resource(resource.build()),
                Scope.EMPTY,
                name,
                kind,
                startNanos(nowNanos),
                nanos(durationMicros),
                tags.build(),
                annotations,
                List.of(),
                hasError ? Span.Status.ERROR : Span.Status.UNSET,
                error);
    }
}
