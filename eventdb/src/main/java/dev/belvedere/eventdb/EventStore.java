package dev.belvedere.eventdb;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.eventdb.query.EventLogStore;
import dev.belvedere.eventdb.query.EventTraceStore;
import dev.belvedere.eventdb.segment.Signal;
import dev.belvedere.eventdb.store.SegmentBuilders;
import dev.belvedere.eventdb.store.SignalStore;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.events.TraceStore;
import java.time.Duration;

/// Logs and spans at rest. Opened once per process over the embedded or any other seams; safe from any thread.
///
/// Somebody has to call [#maintain] every few seconds: it turns what is in memory into segments, merges them, removes
/// what is too old and gives up what the log no longer needs to hold.
public final class EventStore implements AutoCloseable {

    private final SignalStore<LogFrame, Labels> logSignal;
    private final SignalStore<SpanFrame, TraceId> spanSignal;
    private final EventLogStore logs;
    private final EventTraceStore traces;

    private EventStore(EventStoreOptions options, EventStorePlatform platform) {
        this.logSignal = new SignalStore<>(
                Signal.LOGS,
                limits(options, options.logsRetention()),
                signalPlatform(platform, platform.logs()),
                new SignalStore.Format<>(LogFrame::decode, SegmentBuilders.logs()));
        this.spanSignal = new SignalStore<>(
                Signal.SPANS,
                limits(options, options.spansRetention()),
                signalPlatform(platform, platform.spans()),
                new SignalStore.Format<>(SpanFrame::decode, SegmentBuilders.spans()));
        this.logs = new EventLogStore(logSignal);
        this.traces = new EventTraceStore(spanSignal);
    }

    /// Opens the store: reads the catalog and, from its checkpoints on, the ingest logs.
    ///
    /// @throws dev.belvedere.model.OperationException `io_error`
    public static EventStore open(EventStoreOptions options, EventStorePlatform platform) {
        return new EventStore(options, platform);
    }

    private static SignalStore.Limits limits(EventStoreOptions options, Duration retention) {
        return new SignalStore.Limits(
                retention.toMillis(),
                options.flushBytes(),
                options.flushAge().toNanos(),
                options.maxHeadBytes(),
                options.maxSegmentBytes());
    }

    private static SignalStore.Platform signalPlatform(EventStorePlatform platform, IngestLog log) {
        return new SignalStore.Platform(
                log, platform.catalog(), platform.segments(), platform.time(), platform.metrics());
    }

    public LogStore logs() {
        return logs;
    }

    public TraceStore traces() {
        return traces;
    }

    /// One round of the work in the background. Failures are counted, logged and tried again at the next round.
    public void maintain() {
        logSignal.maintain();
        spanSignal.maintain();
    }

    /// Turns everything in memory into segments, now: before a backup, and in tests.
    ///
    /// @throws dev.belvedere.model.OperationException `disk_full`, `io_error`: nothing is lost, try again
    public void flush() {
        logSignal.flush();
        spanSignal.flush();
    }

    /// Closes files. Flushes nothing: what is not in segments is in the log.
    @Override
    public void close() {
        logSignal.close();
        spanSignal.close();
    }
}
