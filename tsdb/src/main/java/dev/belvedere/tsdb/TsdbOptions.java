package dev.belvedere.tsdb;

import java.util.concurrent.TimeUnit;

/// How a [TsdbStore] keeps its samples. Long.MAX_VALUE means without limit.
///
/// @param retentionMillis blocks whose newest sample is older than this are removed; samples older than this are
///     refused
/// @param retentionBytes the oldest blocks are removed while all blocks together are larger
/// @param outOfOrderWindowMillis how far behind the newest sample of its series another may come
/// @param maxFutureMillis how far ahead of the clock a sample may lie
/// @param headMaxMillis the head is written to a block when its oldest commit is this old
/// @param headMaxBytes a tenant's head in one partition is written to a block when its encoded samples take this much
///     memory, or more where it has very many series
/// @param blockSpanMillis blocks never hold samples of two spans, which begin at multiples of this
/// @param limits how many series there may be
public record TsdbOptions(
        long retentionMillis,
        long retentionBytes,
        long outOfOrderWindowMillis,
        long maxFutureMillis,
        long headMaxMillis,
        long headMaxBytes,
        long blockSpanMillis,
        SeriesLimits limits) {

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
            TimeUnit.DAYS.toMillis(15),
            Long.MAX_VALUE,
            TimeUnit.HOURS.toMillis(1),
            Long.MAX_VALUE,
            TimeUnit.HOURS.toMillis(1),
            4L << 20,
            TimeUnit.DAYS.toMillis(1),
            SeriesLimits.DEFAULT);

    public TsdbOptions {
        if (retentionMillis <= 0 || retentionBytes <= 0 || headMaxMillis <= 0 || headMaxBytes <= 0) {
            throw new IllegalArgumentException("retention and head sizes must be positive");
        }
        if (outOfOrderWindowMillis < 0 || maxFutureMillis < 0) {
            throw new IllegalArgumentException("time windows must not be negative");
        }
        if (blockSpanMillis < TimeUnit.MINUTES.toMillis(1)) {
            throw new IllegalArgumentException("a block spans at least a minute, got " + blockSpanMillis + " ms");
        }
    }

    public TsdbOptions withRetention(long millis, long bytes) {
        return new TsdbOptions(
                millis,
                bytes,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                blockSpanMillis,
                limits);
    }

    public TsdbOptions withWindows(long newOutOfOrderWindowMillis, long newMaxFutureMillis) {
        return new TsdbOptions(
                retentionMillis,
                retentionBytes,
                newOutOfOrderWindowMillis,
                newMaxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                blockSpanMillis,
                limits);
    }

    public TsdbOptions withHead(long maxMillis, long maxBytes) {
        return new TsdbOptions(
                retentionMillis,
                retentionBytes,
                outOfOrderWindowMillis,
                maxFutureMillis,
                maxMillis,
                maxBytes,
                blockSpanMillis,
                limits);
    }

    public TsdbOptions withBlockSpan(long millis) {
        return new TsdbOptions(
                retentionMillis,
                retentionBytes,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                millis,
                limits);
    }

    public TsdbOptions withLimits(SeriesLimits newLimits) {
        return new TsdbOptions(
                retentionMillis,
                retentionBytes,
                outOfOrderWindowMillis,
                maxFutureMillis,
                headMaxMillis,
                headMaxBytes,
                blockSpanMillis,
                newLimits);
    }
}
