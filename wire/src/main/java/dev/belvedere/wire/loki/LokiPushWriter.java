package dev.belvedere.wire.loki;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes a Loki push request: protobuf, snappy-compressed.
///
/// Attributes are sent as structured metadata, and with them what the protocol has no field for: the trace as
/// `trace_id`, the span as `span_id`, the severity as `detected_level`.
public final class LokiPushWriter {

    public static final String CONTENT_TYPE = "application/x-protobuf";

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private LokiPushWriter() {}

    public static byte[] write(List<LogRecord> records) {
        Map<Labels, List<LogRecord>> streams = new LinkedHashMap<>();
        for (LogRecord entry : records) {
            streams.computeIfAbsent(entry.stream(), key -> new ArrayList<>()).add(entry);
        }
        ProtobufWriter out = new ProtobufWriter(256 * (records.size() + 1));
        streams.forEach((stream, entries) -> {
            int message = out.beginMessage(1);
            out.string(1, stream.toString());
            entries.forEach(entry -> writeEntry(out, entry));
            out.endMessage(message);
        });
        return SnappyBlock.compress(out.array(), 0, out.size());
    }

    private static void writeEntry(ProtobufWriter out, LogRecord entry) {
        int message = out.beginMessage(2);
        int timestamp = out.beginMessage(1);
        out.int64(1, Math.floorDiv(entry.timestampNanos(), NANOS_PER_SECOND));
        out.int64(2, Math.floorMod(entry.timestampNanos(), NANOS_PER_SECOND));
        out.endMessage(timestamp);
        out.string(2, entry.line());
        Attributes attributes = entry.attributes();
        for (int i = 0; i < attributes.size(); i++) {
            writePair(out, attributes.key(i), attributes.value(i).toString());
        }
        if (entry.traceId().isPresent()) {
            writePair(out, PushFields.TRACE_ID, entry.traceId().hex());
        }
        if (entry.spanId().isPresent()) {
            writePair(out, PushFields.SPAN_ID, entry.spanId().hex());
        }
        if (entry.severity() != Severity.UNSET) {
            writePair(out, PushFields.LEVEL, Severity.word(entry.severity()));
        }
        out.endMessage(message);
    }

    private static void writePair(ProtobufWriter out, String name, String value) {
        int pair = out.beginMessage(3);
        out.string(1, name);
        out.string(2, value);
        out.endMessage(pair);
    }
}
