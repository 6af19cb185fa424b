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
import java.util.ArrayList;
import java.util.List;

/// A frame of log records: the bytes that are in the ingest log, with its tables decoded and the place of each
/// record known. Immutable; records are decoded when asked for.
public final class LogFrame implements EventFrame<Labels> {

    private static final int HAS_OBSERVED = 1;
    private static final int HAS_SEVERITY = 2;
    private static final int HAS_TRACE = 4;
    private static final int HAS_SPAN = 8;

    private final FrameRows rows;
    private final Labels[] streams;

    private LogFrame(FrameRows rows, Labels[] streams) {
        this.rows = rows;
        this.streams = streams;
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
            } while (next < records.size() && encoder.sizeBytes() < FrameHeader.SPLIT_BYTES);
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
        return new LogFrame(FrameRows.read(reader, bytes, tenant, texts), streams);
    }

    @Override
    public FrameRows rows() {
        return rows;
    }

    @Override
    public void verify() {
        for (int i = 0; i < rows.count(); i++) {
            record(i);
        }
    }

    /// The stream of a record.
    @Override
    public Labels key(int row) {
        BytesReader reader = rows.reader(row, Long.BYTES);
        return streams[reader.getIndex(streams.length)];
    }

    public TraceId traceId(int row) {
        BytesReader reader = rows.reader(row, Long.BYTES);
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
        BytesReader reader = rows.reader(row);
        long time = reader.getLong();
        Labels stream = streams[reader.getIndex(streams.length)];
        int flags = reader.getByte();
        long observed = (flags & HAS_OBSERVED) != 0 ? time + reader.getZigzag() : 0;
        int severity = (flags & HAS_SEVERITY) != 0 ? (int) reader.getZigzag() : 0;
        TraceId trace = (flags & HAS_TRACE) != 0 ? new TraceId(reader.getLong(), reader.getLong()) : TraceId.NONE;
        SpanId span = (flags & HAS_SPAN) != 0 ? new SpanId(reader.getLong()) : SpanId.NONE;
        Attributes attributes = AttributeCodec.read(reader, rows.texts);
        return new LogRecord(stream, time, observed, severity, reader.getText(), attributes, trace, span);
    }

    private static final class Encoder {

        private final FrameRows.Writer rows = new FrameRows.Writer();
        private final Tenant tenant;
        private final TextTable texts = new TextTable();
        private final BytesWriter streams = new BytesWriter();
        private final Object2IntOpenHashMap<Labels> streamIndexes = new Object2IntOpenHashMap<>();

        Encoder(Tenant tenant) {
            this.tenant = tenant;
            streamIndexes.defaultReturnValue(-1);
        }

        int sizeBytes() {
            return rows.body.size() + streams.size();
        }

        void add(LogRecord record) {
            rows.begin();
            BytesWriter body = rows.body;
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
            rows.end("log record");
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
            BytesWriter frame = new BytesWriter(sizeBytes() + 1024);
            FrameHeader.write(frame, FrameHeader.LOGS, tenant);
            texts.write(frame);
            frame.putVarint(streamIndexes.size());
            frame.putRaw(streams.array(), 0, streams.size());
            rows.write(frame);
            return frame.toByteArray();
        }
    }
}
