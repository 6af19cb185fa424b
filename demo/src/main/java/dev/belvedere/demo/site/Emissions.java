package dev.belvedere.demo.site;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a second of the site's life sends away by itself.
///
/// @param lokiLines of the nodes' system logs
/// @param otlpLogs of the applications, by who writes them
/// @param spans of requests that ended
/// @param otlpMetrics of the training runs, by run; empty in most seconds
public record Emissions(
        List<LogRecord> lokiLines,
        Map<Resource, List<LogRecord>> otlpLogs,
        List<Span> spans,
        Map<Resource, List<MetricFamily>> otlpMetrics) {

    static Emissions empty() {
        return new Emissions(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
    }

    void syslog(String node, String unit, long nanos, String line) {
        lokiLines.add(LogRecord.of(
                Labels.of("job", "syslog", "node", node, "service_name", unit, "unit", unit), nanos, line));
    }

    void log(Resource resource, long nanos, int severity, String line, Attributes attributes) {
        log(resource, nanos, severity, line, attributes, TraceId.NONE, SpanId.NONE);
    }

    void log(
            Resource resource,
            long nanos,
            int severity,
            String line,
            Attributes attributes,
            TraceId traceId,
            SpanId spanId) {
        otlpLogs.computeIfAbsent(resource, key -> new ArrayList<>())
                .add(new LogRecord(Labels.EMPTY, nanos, nanos, severity, line, attributes, traceId, spanId));
    }
}
