package dev.belvedere.wire.otlp;

import dev.belvedere.model.labels.Labels;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Running totals of streams with delta temporality, so that they are stored as the cumulative series that every
/// query expects. One tenant's streams; safe from any thread.
///
/// A total lives in memory only: after a restart, or when a stream was silent for [Limits#maxStaleMillis], it begins
/// at zero with a new start time, which queries see as a counter reset. A delta that is sent again because its answer
/// was lost is recognised by its time and values and is not counted twice.
public final class DeltaStreams {

    /// @param maxStreams streams whose totals are kept (`ingest.deltaMaxStreams`); 0 refuses all deltas
    /// @param maxStaleMillis how long a silent stream's total is kept (`ingest.deltaMaxStale`)
    public record Limits(int maxStreams, long maxStaleMillis) {

        public static final Limits DEFAULT = new Limits(500_000, 5 * 60 * 1000);
    }

    private static final long SWEEP_INTERVAL_MILLIS = 60_000;

    /// What came of a delta.
    enum Outcome {
        COUNTED,
        REPEATED,
        LATE,
        TOO_MANY
    }

    private static final class Stream {
        long startNanos;
        long lastNanos;
        long seenMillis;
        final DeltaTotal total;

        Stream(DeltaTotal total) {
            this.total = total;
        }
    }

    private final Limits limits;
    private final LongSupplier currentMillis;
    private final Map<Labels, Stream> streams = new HashMap<>();
    private final long[] outcomes = new long[Outcome.values().length];
    private long sweptMillis;

    /// @param currentMillis the time since the Unix epoch
    public DeltaStreams(Limits limits, LongSupplier currentMillis) {
        this.limits = limits;
        this.currentMillis = currentMillis;
        this.sweptMillis = currentMillis.getAsLong();
    }

    /// Adds a point to its stream's total and puts the total in its place.
    ///
    /// @param series the labels of the stream, with the name of the metric
    /// @return why the point is refused; `""` if it is not
    synchronized String accumulate(Labels series, DataPoint point, DeltaTotal.Kind kind) {
        long now = currentMillis.getAsLong();
        if (now - sweptMillis >= SWEEP_INTERVAL_MILLIS) {
            sweep(now);
        }
        @Nullable Stream known = streams.get(series);
        if (known != null && (now - known.seenMillis > limits.maxStaleMillis() || known.total.kind() != kind)) {
            streams.remove(series);
            known = null;
        }
        String problem = known == null ? begin(series, point, kind, now) : proceed(series, known, point, now);
        return problem;
    }

    private String begin(Labels series, DataPoint point, DeltaTotal.Kind kind, long now) {
        if (streams.size() >= limits.maxStreams()) {
            sweep(now);
        }
        if (streams.size() >= limits.maxStreams()) {
            count(Outcome.TOO_MANY);
            return limits.maxStreams() == 0
                    ? "the metric " + series.get(Labels.METRIC_NAME) + " has delta temporality, which"
                            + " ingest.deltaMaxStreams: 0 refuses: set the SDK to cumulative"
                            + " (OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative)"
                    : "the delta stream " + series + " is one more than ingest.deltaMaxStreams: " + limits.maxStreams()
                            + " allows; raise it, or send cumulative values";
        }
        Stream stream = new Stream(DeltaTotal.of(kind));
        stream.startNanos = point.startNanos;
        streams.put(series, stream);
        return add(stream, point, now);
    }

    private String proceed(Labels series, Stream stream, DataPoint point, long now) {
        stream.seenMillis = now;
        if (point.timeNanos == stream.lastNanos && stream.total.isRepeatedBy(point)) {
            count(Outcome.REPEATED);
            give(stream, point);
            return "";
        }
        boolean isOfOlderStream =
                point.startNanos != 0 && Long.compareUnsigned(point.startNanos, stream.startNanos) < 0;
        if (isOfOlderStream || Long.compareUnsigned(point.timeNanos, stream.lastNanos) <= 0) {
            count(Outcome.LATE);
            return "the delta of " + series + " at " + instant(point.timeNanos)
                    + " is late: its stream has already counted what came until " + instant(stream.lastNanos);
        }
        return add(stream, point, now);
    }

    private String add(Stream stream, DataPoint point, long now) {
        count(Outcome.COUNTED);
        stream.seenMillis = now;
        stream.lastNanos = point.timeNanos;
        stream.total.add(point);
        give(stream, point);
        return "";
    }

    private static void give(Stream stream, DataPoint point) {
        point.startNanos = stream.startNanos;
        stream.total.give(point);
    }

    private void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    private void sweep(long now) {
        sweptMillis = now;
        streams.values().removeIf(stream -> now - stream.seenMillis > limits.maxStaleMillis());
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochMilli(Long.divideUnsigned(nanos, 1_000_000));
    }

    /// How many totals are kept.
    public synchronized int streamCount() {
        sweep(currentMillis.getAsLong());
        return streams.size();
    }

    /// Deltas added to a total.
    public synchronized long countedPoints() {
        return outcomes[Outcome.COUNTED.ordinal()];
    }

    /// Deltas that came again and were not counted twice.
    public synchronized long repeatedPoints() {
        return outcomes[Outcome.REPEATED.ordinal()];
    }

    /// Deltas refused because their stream had gone on.
    public synchronized long latePoints() {
        return outcomes[Outcome.LATE.ordinal()];
    }

    /// Deltas refused because there were too many streams.
    public synchronized long limitedPoints() {
        return outcomes[Outcome.TOO_MANY.ordinal()];
    }
}
