package dev.belvedere.eventdb.frame;

import dev.belvedere.eventdb.codec.AttributeCodec;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.codec.SpanParts;
import dev.belvedere.eventdb.codec.TextTable;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.events.TraceStore;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/// A frame of spans: the bytes that are in the ingest log, with its tables decoded and the place of each span
/// known. Immutable; spans are decoded when asked for.
public final class SpanFrame implements EventFrame<TraceId> {

    private static final int TRACE_AT = Long.BYTES;
    private static final int DURATION_AT = 5 * Long.BYTES;

    private final FrameRows rows;
    private final Resource[] resources;
    private final Scope[] scopes;

    private SpanFrame(FrameRows rows, Resource[] resources, Scope[] scopes) {
        this.rows = rows;
        this.resources = resources;
        this.scopes = scopes;
    }

    /// Encodes spans of one partition, as several frames where they are many.
    ///
    /// @throws dev.belvedere.model.OperationException `record_too_large`, `attribute_too_deep`
    public static List<SpanFrame> encode(Tenant tenant, List<Span> spans) {
        List<SpanFrame> frames = new ArrayList<>(1);
        int next = 0;
        while (next < spans.size()) {
            Encoder encoder = new Encoder(tenant);
            do {
                encoder.add(spans.get(next++));
            } while (next < spans.size() && encoder.sizeBytes() < FrameHeader.SPLIT_BYTES);
            frames.add(SpanFrame.decode(encoder.finish()));
        }
        return frames;
    }

    /// Reads the tables and finds the spans.
    ///
    /// @throws MalformedBytesException if the bytes are no frame of spans
    public static SpanFrame decode(byte[] bytes) {
        BytesReader reader = new BytesReader(bytes);
        Tenant tenant = FrameHeader.read(reader, FrameHeader.SPANS);
        String[] texts = TextTable.read(reader);
        Resource[] resources = new Resource[reader.getCount(1)];
        for (int i = 0; i < resources.length; i++) {
            resources[i] = new Resource(AttributeCodec.read(reader, texts));
        }
        Scope[] scopes = new Scope[reader.getCount(3)];
        for (int i = 0; i < scopes.length; i++) {
            String name = texts[reader.getIndex(texts.length)];
            String version = texts[reader.getIndex(texts.length)];
            scopes[i] = new Scope(name, version, AttributeCodec.read(reader, texts));
        }
        return new SpanFrame(FrameRows.read(reader, bytes, tenant, texts), resources, scopes);
    }

    @Override
    public FrameRows rows() {
        return rows;
    }

    @Override
    public void verify() {
        for (int i = 0; i < rows.count(); i++) {
            span(i);
        }
    }

    /// The trace of a span.
    @Override
    public TraceId key(int row) {
        BytesReader reader = rows.reader(row, TRACE_AT);
        return new TraceId(reader.getLong(), reader.getLong());
    }

    public long durationNanos(int row) {
        return rows.reader(row, DURATION_AT).getVarint();
    }

    /// Service, name and kind of a span.
    public TraceStore.Operation operation(int row) {
        BytesReader reader = rows.reader(row, DURATION_AT);
        reader.getVarint();
        String service = resources[reader.getIndex(resources.length)].serviceName();
        reader.getVarint();
        String name = rows.texts[reader.getIndex(rows.texts.length)];
        return new TraceStore.Operation(service, name, SpanParts.kind(reader.getByte()));
    }

    public Span span(int row) {
        BytesReader reader = rows.reader(row);
        long start = reader.getLong();
        TraceId trace = new TraceId(reader.getLong(), reader.getLong());
        SpanId id = new SpanId(reader.getLong());
        SpanId parent = new SpanId(reader.getLong());
        long duration = reader.getVarint();
        if (duration < 0) {
            throw new MalformedBytesException("span lasts " + duration + " ns");
        }
        Resource resource = resources[reader.getIndex(resources.length)];
        Scope scope = scopes[reader.getIndex(scopes.length)];
        String name = rows.texts[reader.getIndex(rows.texts.length)];
        Span.Kind kind = SpanParts.kind(reader.getByte());
        Span.Status status = SpanParts.status(reader.getByte());
        String traceState = reader.getText();
        String statusMessage = reader.getText();
        Attributes attributes = AttributeCodec.read(reader, rows.texts);
        List<Span.Event> events = SpanParts.readEvents(reader, start, rows.texts);
        List<Span.Link> links = SpanParts.readLinks(reader, rows.texts);
        return new Span(
                trace,
                id,
                parent,
                traceState,
                resource,
                scope,
                name,
                kind,
                start,
                duration,
                attributes,
                events,
                links,
                status,
                statusMessage);
    }

    private static final class Encoder {

        private final FrameRows.Writer rows = new FrameRows.Writer();
        private final Tenant tenant;
        private final TextTable texts = new TextTable();
        private final BytesWriter resources = new BytesWriter();
        private final BytesWriter scopes = new BytesWriter();
        private final Object2IntOpenHashMap<Resource> resourceIndexes = new Object2IntOpenHashMap<>();
        private final Object2IntOpenHashMap<Scope> scopeIndexes = new Object2IntOpenHashMap<>();
        private Resource lastResource = Resource.EMPTY;
        private int lastResourceIndex = -1;
        private Scope lastScope = Scope.EMPTY;
        private int lastScopeIndex = -1;

        Encoder(Tenant tenant) {
            this.tenant = tenant;
            resourceIndexes.defaultReturnValue(-1);
            scopeIndexes.defaultReturnValue(-1);
        }

        int sizeBytes() {
            return rows.body.size() + resources.size() + scopes.size();
        }

        void add(Span span) {
            rows.begin();
            BytesWriter body = rows.body;
            body.putLong(span.startNanos());
            body.putLong(span.traceId().high());
            body.putLong(span.traceId().low());
            body.putLong(span.id().bits());
            body.putLong(span.parentId().bits());
            body.putVarint(span.durationNanos());
            body.putVarint(resourceIndex(span.resource()));
            body.putVarint(scopeIndex(span.scope()));
            body.putVarint(texts.index(span.name()));
            body.putByte(span.kind().ordinal());
            body.putByte(span.status().ordinal());
            body.putText(span.traceState());
            body.putText(span.statusMessage());
            AttributeCodec.write(body, span.attributes(), texts);
            SpanParts.writeEvents(body, span.events(), span.startNanos(), texts);
            SpanParts.writeLinks(body, span.links(), texts);
            rows.end("span");
        }

        /// Spans of one resource mostly come together and share the object.
        @SuppressWarnings("ReferenceEquality")
        private int resourceIndex(Resource resource) {
            if (lastResourceIndex >= 0 && resource == lastResource) {
                return lastResourceIndex;
            }
            int index = resourceIndexes.getInt(resource);
            if (index < 0) {
                index = resourceIndexes.size();
                resourceIndexes.put(resource, index);
                AttributeCodec.write(resources, resource.attributes(), texts);
            }
            lastResource = resource;
            lastResourceIndex = index;
            return index;
        }

        @SuppressWarnings("ReferenceEquality")
        private int scopeIndex(Scope scope) {
            if (lastScopeIndex >= 0 && scope == lastScope) {
                return lastScopeIndex;
            }
            int index = scopeIndexes.getInt(scope);
            if (index < 0) {
                index = scopeIndexes.size();
                scopeIndexes.put(scope, index);
                scopes.putVarint(texts.index(scope.name()));
                scopes.putVarint(texts.index(scope.version()));
                AttributeCodec.write(scopes, scope.attributes(), texts);
            }
            lastScope = scope;
            lastScopeIndex = index;
            return index;
        }

        byte[] finish() {
            BytesWriter frame = new BytesWriter(sizeBytes() + 1024);
            FrameHeader.write(frame, FrameHeader.SPANS, tenant);
            texts.write(frame);
            frame.putVarint(resourceIndexes.size());
            frame.putRaw(resources.array(), 0, resources.size());
            frame.putVarint(scopeIndexes.size());
            frame.putRaw(scopes.array(), 0, scopes.size());
            rows.write(frame);
            return frame.toByteArray();
        }
    }
}
