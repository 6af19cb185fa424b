package dev.belvedere.tsdb.partition;

import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.AppendOutcome.Rejection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Counts what becomes of the samples of one commit. Used by one thread.
public final class CommitOutcome {

    private final AppendOptions options;
    private int accepted;
    private long lowestMillis = Long.MAX_VALUE;
    private final Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
    private int rejectedHistograms;
    private int rejectedExemplars;
    private @Nullable Rejection first;

    public CommitOutcome(AppendOptions options) {
        this.options = options;
    }

    void accept(int count) {
        accepted += count;
    }

    /// Samples down to a time were applied.
    void touch(long millis) {
        lowestMillis = Math.min(lowestMillis, millis);
    }

    /// The earliest time of an applied sample; `Long.MAX_VALUE` if there is none.
    public long lowestMillis() {
        return lowestMillis;
    }

    /// @return whether somebody has to [#tell] which sample it is
    boolean reject(RejectReason reason, boolean isHistogram) {
        if (options.discardOutOfOrder() && isLateness(reason)) {
            return false;
        }
        rejected.merge(reason, 1, Integer::sum);
        rejectedHistograms += isHistogram ? 1 : 0;
        return first == null;
    }

    /// Says what is told of the first sample that was rejected.
    void tell(Rejection rejection) {
        first = rejection;
    }

    public void rejectExemplar() {
        rejectedExemplars++;
    }

    private static boolean isLateness(RejectReason reason) {
        return switch (reason) {
            case OUT_OF_ORDER, DUPLICATE_TIMESTAMP, TOO_OLD -> true;
            case TOO_FAR_AHEAD, LIMIT, UNKNOWN_REF -> false;
        };
    }

    public AppendOutcome toOutcome() {
        return new AppendOutcome(accepted, rejected, rejectedHistograms, rejectedExemplars, Optional.ofNullable(first));
    }
}
