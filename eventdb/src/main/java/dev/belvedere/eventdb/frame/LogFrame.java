package dev.belvedere.eventdb.frame;

import dev.belvedere.eventdb.codec.AttributeCodec;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.TextTable;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A frame of log records: the bytes that are in the ingest log, with its tables decoded and the place of each
/// record known. Immutable; records are decoded when asked for.
public final class LogFrame implements EventFrame<Labels> {

    private static final int HAS_OBSERVED = 1;
    private static final int HAS_SEVERITY = 2;
    private static final int HAS_TRACE = 4;
    private static final int HAS_SPAN = 8;

    private final byte[] bytes;
    private final Tenant tenant;
    private final String[] texts;
    private final Labels[] streams;
    private final int[] positions;

    private LogFrame(byte[] bytes, Tenant tenant, String[] texts, Labels[] streams, int[] positions) {
        this.bytes = bytes;
        this.tenant = tenant;
        this.texts = texts;
        this.streams = streams;
        this.positions = positions;
    }

    /// Encodes records of one partition, as several frames where they are many.
    ///
    /// @throws dev.belvedere.model.OperationException `record_too_large`, `attribute_too_deep`
    public static List<LogFrame> encode(Tenant tenant, List<LogRecord> records) {
        List<LogFrame> frames = new ArrayList<>(1);
        int next = 0;
        while (next < records.size()) {
            Encoder encoder = new Encoder(tenant);
            do {
                encoder.add(records.get(next++));
            } while (next < records.size() && encoder.body.size() < FrameHeader.SPLIT_BYTES);
            frames.add(LogFrame.decode(encoder.finish()));
        }
        return frames;
    }

    /// Reads the tables and finds the records.
    ///
    /// @throws MalformedBytesException if the bytes are no frame of logs
    public static LogFrame decode(byte[] bytes) {
        BytesReader reader = new BytesReader(bytes);
        Tenant tenant = FrameHeader.read(reader, FrameHeader.LOGS);
        String[] texts = TextTable.read(reader);
        Labels[] streams = new Labels[reader.getCount(1)];
        for (int i = 0; i < streams.length; i++) {
            Labels.Builder labels = new Labels.Builder();
            int pairs = reader.getCount(2);
            for (int pair = 0; pair < pairs; pair++) {
                labels.set(texts[reader.getIndex(texts.length)], texts[reader.getIndex(texts.length)]);
            }
            streams[i] = labels.build();
        }
        int[] positions = new int[reader.getCount(Integer.BYTES)];
        for (int i = 0; i < positions.length; i++) {
            int length = reader.getInt();
            positions[i] = reader.position();
            reader.skip(length);
        }
        return new LogFrame(bytes, tenant, texts, streams, positions);
    }

    @Override
    public void verify() {
        for (int i = 0; i < positions.length; i++) {
            record(i);
        }
    }

    @Override
    public ByteBuffer payload() {
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public int sizeBytes() {
        return bytes.length;
    }

    @Override
    public Tenant tenant() {
        return tenant;
    }

    @Override
    public int rowCount() {
        return positions.length;
    }

    @Override
    public long nanos(int row) {
        return new BytesReader(bytes, positions[row], bytes.length).getLong();
    }

    /// The stream of a record.
    @Override
    public Labels key(int row) {
        BytesReader reader = new BytesReader(bytes, positions[row] + Long.BYTES, bytes.length);
        return streams[reader.getIndex(streams.length)];
    }

    public TraceId traceId(int row) {
        BytesReader reader = new BytesReader(bytes, positions[row] + Long.BYTES, bytes.length);
        reader.getVarint();
        int flags = reader.getByte();
        if ((flags & HAS_TRACE) == 0) {
            return TraceId.NONE;
        }
        if ((flags & HAS_OBSERVED) != 0) {
            reader.getVarint();
        }
        if ((flags & HAS_SEVERITY) != 0) {
            reader.getVarint();
        }
        return new TraceId(reader.getLong(), reader.getLong());
    }

    public LogRecord record(int row) {
        BytesReader reader = new BytesReader(bytes, positions[row], bytes.length);
        long time = reader.getLong();
        Labels stream = streams[reader.getIndex(streams.length)];
        int flags = reader.getByte();
        long observed = (flags & HAS_OBSERVED) != 0 ? time + reader.getZigzag() : 0;
        int severity = (flags & HAS_SEVERITY) != 0 ? (int) reader.getZigzag() : 0;
        TraceId trace = (flags & HAS_TRACE) != 0 ? new TraceId(reader.getLong(), reader.getLong()) : TraceId.NONE;
        SpanId span = (flags & HAS_SPAN) != 0 ? new SpanId(reader.getLong()) : SpanId.NONE;
        Attributes attributes = AttributeCodec.read(reader, texts);
        return new LogRecord(stream, time, observed, severity, reader.getText(), attributes, trace, span);
    }

    private static final class Encoder {

        final BytesWriter body = new BytesWriter(64 * 1024);
        private final Tenant tenant;
        private final TextTable texts = new TextTable();
        private final BytesWriter streams = new BytesWriter();
        private final Object2IntOpenHashMap<Labels> streamIndexes = new Object2IntOpenHashMap<>();
        private int count;

        Encoder(Tenant tenant) {
            this.tenant = tenant;
            streamIndexes.defaultReturnValue(-1);
        }

        void add(LogRecord record) {
            int lengthAt = body.size();
            body.putInt(0);
            body.putLong(record.timestampNanos());
            body.putVarint(streamIndex(record.stream()));
            int flags = (record.observedNanos() != 0 ? HAS_OBSERVED : 0)
                    | (record.severity() != 0 ? HAS_SEVERITY : 0)
                    | (record.traceId().isPresent() ? HAS_TRACE : 0)
                    | (record.spanId().isPresent() ? HAS_SPAN : 0);
            body.putByte(flags);
            if (record.observedNanos() != 0) {
                body.putZigzag(record.observedNanos() - record.timestampNanos());
            }
            if (record.severity() != 0) {
                body.putZigzag(record.severity());
            }
            if (record.traceId().isPresent()) {
                body.putLong(record.traceId().high());
                body.putLong(record.traceId().low());
            }
            if (record.spanId().isPresent()) {
                body.putLong(record.spanId().bits());
            }
            AttributeCodec.write(body, record.attributes(), texts);
            body.putText(record.line());
            int length = body.size() - lengthAt - Integer.BYTES;
            FrameHeader.requireRecordSize("log record", length);
            body.setInt(lengthAt, length);
            count++;
        }

        private int streamIndex(Labels stream) {
            int index = streamIndexes.getInt(stream);
            if (index < 0) {
                index = streamIndexes.size();
                streamIndexes.put(stream, index);
                streams.putVarint(stream.size());
                for (int i = 0; i < stream.size(); i++) {
                    streams.putVarint(texts.index(stream.name(i)));
                    streams.putVarint(texts.index(stream.value(i)));
                }
            }
            return index;
        }

        byte[] finish() {
            BytesWriter frame = new BytesWriter(body.size() + streams.size() + 1024);
            FrameHeader.write(frame, FrameHeader.LOGS, tenant);
            texts.write(frame);
            frame.putVarint(streamIndexes.size());
            frame.putRaw(streams.array(), 0, streams.size());
            frame.putVarint(count);
            frame.putRaw(body.array(), 0, body.size());
            return frame.toByteArray();
        }
    }
}
