package dev.belvedere.server.self;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.LogStore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;

/// Belvedere's own log lines as records of its own log store, under `{service_name="belvedere"}`.
public final class OwnLogs extends Handler implements AutoCloseable {

    private final OwnQueue<LogRecord> queue;
    private final TimeSource time;

    private OwnLogs(OwnQueue<LogRecord> queue, TimeSource time) {
        this.queue = queue;
        this.time = time;
    }

    /// Begins to keep every line logged from now on.
    public static OwnLogs start(LogStore store, TimeSource time, MetricRegistry registry) {
        Counter dropped = registry.counter(
                "belvedere_own_log_lines_dropped_total", "Own log lines that could not be kept in the own log store.");
        OwnLogs logs = new OwnLogs(
                OwnQueue.start("own-logs", batch -> store.append(Tenant.DEFAULT, batch), time, dropped), time);
        Logging.add(logs);
        return logs;
    }

    @Override
    public void publish(java.util.logging.LogRecord line) {
        queue.offer(record(line));
    }

    private LogRecord record(java.util.logging.LogRecord line) {
        Labels stream = Labels.of("service_name", "belvedere", "component", LineFormat.component(line.getLoggerName()));
        long nanos = TimeUnit.SECONDS.toNanos(line.getInstant().getEpochSecond())
                + line.getInstant().getNano();
        return new LogRecord(
                stream,
                nanos,
                time.currentNanos(),
                Severity.ofWord(LineFormat.level(line.getLevel())),
                (LineFormat.message(line) + "\n" + LineFormat.thrown(line)).strip(),
                Attributes.of("logger", line.getLoggerName()),
                TraceId.NONE,
                SpanId.NONE);
    }

    @Override
    public void flush() {}

    /// Keeps what waits, then stops.
    @Override
    public void close() {
        Logging.remove(this);
        queue.close();
    }
}
