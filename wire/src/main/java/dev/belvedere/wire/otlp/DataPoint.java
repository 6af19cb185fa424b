package dev.belvedere.wire.otlp;

import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.wire.protobuf.LongColumn;
import java.util.ArrayList;
import java.util.List;

/// A data point of any kind while it is read; reused for all points of a request.
final class DataPoint {

    private static final int NO_RECORDED_VALUE = 1;

    long startNanos;
    long timeNanos;
    int flags;
    double value;

    /// Count, sum and buckets of a histogram or summary.
    long count;

    double sum;
    boolean hasSum;
    final LongColumn bucketCounts = new LongColumn();
    final LongColumn bounds = new LongColumn();

    int scale;
    long zeroCount;
    double zeroThreshold;
    int positiveOffset;
    int negativeOffset;

    /// `bucketCounts` are the positive ones of an exponential histogram.
    final LongColumn negativeCounts = new LongColumn();

    final List<Exemplar> exemplars = new ArrayList<>();
    final List<double[]> quantiles = new ArrayList<>();

    void clear() {
        startNanos = 0;
        timeNanos = 0;
        flags = 0;
        value = 0;
        count = 0;
        sum = 0;
        hasSum = false;
        bucketCounts.clear();
        bounds.clear();
        scale = 0;
        zeroCount = 0;
        zeroThreshold = 0;
        positiveOffset = 0;
        negativeOffset = 0;
        negativeCounts.clear();
        exemplars.clear();
        quantiles.clear();
    }

    boolean isStale() {
        return (flags & NO_RECORDED_VALUE) != 0;
    }

    long timestampMillis() {
        return Long.divideUnsigned(timeNanos, 1_000_000);
    }

    /// 0 where the sender said nothing or nothing sensible.
    long startMillis() {
        long start = Long.divideUnsigned(startNanos, 1_000_000);
        return start <= timestampMillis() ? start : 0;
    }
}
