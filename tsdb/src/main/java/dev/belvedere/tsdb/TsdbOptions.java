package dev.belvedere.tsdb;

import java.util.List;
import java.util.concurrent.TimeUnit;

/// How a [TsdbStore] keeps its samples. Long.MAX_VALUE means without limit.
///
/// @param retention how long samples are kept; older ones are refused
/// @param outOfOrderWindowMillis how far behind the newest sample of its series another may come
/// @param maxFutureMillis how far ahead of the clock a sample may lie
/// @param headMaxMillis the head is written to a block when its oldest commit is this old
/// @param headMaxBytes a tenant's head in one partition is written to a block when its encoded samples take this much
///     memory, or more where it has very many series
/// @param headsMaxBytes heads are written to blocks, the largest first, when all that they hold in all partitions takes
///     this much memory
/// @param blockSpanMillis blocks never hold samples of two spans, which begin at multiples of this
/// @param limits how many series there may be
/// @param scrubPeriodMillis every block is read once in so long, in search of damage; 0 for never
public record TsdbOptions(
        Retention retention,
        long outOfOrderWindowMillis,
        long maxFutureMillis,
        long headMaxMillis,
        long headMaxBytes,
        long headsMaxBytes,
        long blockSpanMillis,
        SeriesLimits limits,
        long scrubPeriodMillis) {

    /// How many active series a tenant, one of its targets or one of its metrics may have, over all partitions.
    ///
    /// @param activeMillis how recent the newest sample of an active series is
    public record SeriesLimits(int perTenant, int perTarget, int perMetric, long activeMillis) {

        public static final SeriesLimits DEFAULT =
                new SeriesLimits(10_000_000, 2_000_000, 2_000_000, TimeUnit.HOURS.toMillis(2));

        public SeriesLimits {
            if (perTenant <= 0 || perTarget <= 0 || perMetric <= 0 || activeMillis <= 0) {
                throw new IllegalArgumentException("series limits must be positive");
            }
        }
    }

    public static final TsdbOptions DEFAULT = new TsdbOptions(
            new Retention(TimeUnit.DAYS.toMillis(15), Long.MAX_VALUE, List.of()),
            TimeUnit.HOURS.toMillis(1),
            Long.MAX_VALUE,
            TimeUnit.HOURS.toMillis(1),
            4L << 20,
            256L << 20,
            TimeUnit.DAYS.toMillis(1),
            SeriesLimits.DEFAULT,
            TimeUnit.DAYS.toMillis(7));

    public TsdbOptions {
        if (headMaxMillis <= 0 || headMaxBytes <= 0 || headsMaxBytes <= 0) {
            throw new IllegalArgumentException("age and size of the head must be positive");
        }
        if (outOfOrderWindowMillis < 0 || maxFutureMillis < 0) {
            throw new IllegalArgumentException("time windows must not be negative");
        }
        if (scrubPeriodMillis < 0) {
            throw new IllegalArgumentException("the period of scrubbing must not be negative");
        }
        if (blockSpanMillis < TimeUnit.MINUTES.toMillis(1)) {
            throw new IllegalArgumentException("a block spans at least a minute, got " + blockSpanMillis + " ms");
        }
    }

    public long retentionMillis() {
        return retention.millis();
    }

    public TsdbOptions withRetention(long millis, long bytes) {
        return withRetention(new Retention(millis, bytes, retention.rules()));
    }

    public TsdbOptions withRetention(Retention newRetention) {
        return new TsdbOptions(
                newRetention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                headsMaxBytes,
                blockSpanMillis,
                limits,
                scrubPeriodMillis);
    }

    public TsdbOptions withWindows(long newOutOfOrderWindowMillis, long newMaxFutureMillis) {
        return new TsdbOptions(
                retention,
                newOutOfOrderWindowMillis,
                newMaxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                headsMaxBytes,
                blockSpanMillis,
                limits,
                scrubPeriodMillis);
    }

    public TsdbOptions withHead(long maxMillis, long maxBytes) {
        return new TsdbOptions(
                retention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                maxMillis,
                maxBytes,
                headsMaxBytes,
                blockSpanMillis,
                limits,
                scrubPeriodMillis);
    }

    public TsdbOptions withHeadsMaxBytes(long bytes) {
        return new TsdbOptions(
                retention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                bytes,
                blockSpanMillis,
                limits,
                scrubPeriodMillis);
    }

    public TsdbOptions withBlockSpan(long millis) {
        return new TsdbOptions(
                retention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                headsMaxBytes,
                millis,
                limits,
                scrubPeriodMillis);
    }

    public TsdbOptions withLimits(SeriesLimits newLimits) {
        return new TsdbOptions(
                retention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                headsMaxBytes,
                blockSpanMillis,
                newLimits,
                scrubPeriodMillis);
    }

    public TsdbOptions withScrubPeriod(long millis) {
        return new TsdbOptions(
                retention,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                headsMaxBytes,
                blockSpanMillis,
                limits,
                millis);
    }
}
