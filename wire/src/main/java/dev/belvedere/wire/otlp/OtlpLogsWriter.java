package dev.belvedere.wire.otlp;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.List;

/// Writes an OTLP `ExportLogsServiceRequest`.
public final class OtlpLogsWriter {

    private OtlpLogsWriter() {}

    /// @param records their stream labels are not sent: the receiver makes them from the resource
    public static byte[] write(Resource resource, Scope scope, List<LogRecord> records) {
        ProtobufWriter out = new ProtobufWriter(256 * (records.size() + 1));
        int resourceLogs = out.beginMessage(1);
        OtlpFields.writeResource(out, 1, resource);
        int scopeLogs = out.beginMessage(2);
        OtlpFields.writeScope(out, 1, scope);
        for (LogRecord entry : records) {
            int message = out.beginMessage(2);
            write(out, entry);
            out.endMessage(message);
        }
        out.endMessage(scopeLogs);
        out.endMessage(resourceLogs);
        return out.toByteArray();
    }

    private static void write(ProtobufWriter out, LogRecord entry) {
        out.fixed64(1, entry.timestampNanos());
        if (entry.severity() != 0) {
            out.int64(2, entry.severity());
        }
        int body = out.beginMessage(5);
        out.string(1, entry.line());
        out.endMessage(body);
        OtlpFields.writeAttributes(out, 6, entry.attributes());
        OtlpFields.writeTraceId(out, 9, entry.traceId());
        OtlpFields.writeSpanId(out, 10, entry.spanId());
        if (entry.observedNanos() != 0) {
            out.fixed64(11, entry.observedNanos());
        }
        OtlpFields.writeText(out, 12, entry.attributes().text(LogRecord.EVENT_NAME));
    }
}
