package dev.belvedere.tsdb.options;

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
        Draft draft = new Draft(this);
        draft.retention = newRetention;
        return draft.options();
    }

    public TsdbOptions withWindows(long newOutOfOrderWindowMillis, long newMaxFutureMillis) {
        Draft draft = new Draft(this);
        draft.outOfOrderWindowMillis = newOutOfOrderWindowMillis;
        draft.maxFutureMillis = newMaxFutureMillis;
        return draft.options();
    }

    public TsdbOptions withHead(long maxMillis, long maxBytes) {
        Draft draft = new Draft(this);
        draft.headMaxMillis = maxMillis;
        draft.headMaxBytes = maxBytes;
        return draft.options();
    }

    public TsdbOptions withHeadsMaxBytes(long bytes) {
        Draft draft = new Draft(this);
        draft.headsMaxBytes = bytes;
        return draft.options();
    }

    public TsdbOptions withBlockSpan(long millis) {
        Draft draft = new Draft(this);
        draft.blockSpanMillis = millis;
        return draft.options();
    }

    public TsdbOptions withLimits(SeriesLimits newLimits) {
        Draft draft = new Draft(this);
        draft.limits = newLimits;
        return draft.options();
    }

    public TsdbOptions withScrubPeriod(long millis) {
        Draft draft = new Draft(this);
        draft.scrubPeriodMillis = millis;
        return draft.options();
    }

    /// Options of which some are about to change.
    private static final class Draft {

        private Retention retention;
        private long outOfOrderWindowMillis;
        private long maxFutureMillis;
        private long headMaxMillis;
        private long headMaxBytes;
        private long headsMaxBytes;
        private long blockSpanMillis;
        private SeriesLimits limits;
        private long scrubPeriodMillis;

        private Draft(TsdbOptions from) {
            retention = from.retention;
            outOfOrderWindowMillis = from.outOfOrderWindowMillis;
            maxFutureMillis = from.maxFutureMillis;
            headMaxMillis = from.headMaxMillis;
            headMaxBytes = from.headMaxBytes;
            headsMaxBytes = from.headsMaxBytes;
            blockSpanMillis = from.blockSpanMillis;
            limits = from.limits;
            scrubPeriodMillis = from.scrubPeriodMillis;
        }

        private TsdbOptions options() {
            return new TsdbOptions(
                    retention,
                    outOfOrderWindowMillis,
                    maxFutureMillis,
                    headMaxMillis,
                    headMaxBytes,
                    headsMaxBytes,
                    blockSpanMillis,
                    limits,
                    scrubPeriodMillis);
        }
    }
}
