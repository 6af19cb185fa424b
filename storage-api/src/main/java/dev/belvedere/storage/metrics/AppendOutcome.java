package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.Labels;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What became of the samples of one commit.
///
/// @param accepted how many were kept, those that repeat a kept sample exactly included
/// @param rejected how many were refused, by reason; reasons with none are absent
/// @param rejectedHistograms how many of the refused were histograms
/// @param rejectedExemplars how many exemplars were refused; no sample counts here
/// @param firstRejected one refused sample, for the message
public record AppendOutcome(
        int accepted,
        Map<RejectReason, Integer> rejected,
        int rejectedHistograms,
        int rejectedExemplars,
        Optional<Rejection> firstRejected) {

    public AppendOutcome {
        Map<RejectReason, Integer> copy = new EnumMap<>(RejectReason.class);
        copy.putAll(rejected);
        rejected = copy;
    }

    public static AppendOutcome allAccepted(int accepted) {
        return new AppendOutcome(accepted, Map.of(), 0, 0, Optional.empty());
    }

    public int rejectedCount() {
        int count = 0;
        for (int ofReason : rejected.values()) {
            count += ofReason;
        }
        return count;
    }

    /// One refused sample.
    ///
    /// @param boundMillis the limit it broke: the newest sample's time for a late one, the window's edge for one
    ///     too old or too far ahead
    public record Rejection(RejectReason reason, Labels labels, long timestampMillis, long boundMillis) {}

    public enum RejectReason {
        /// Earlier than the series' newest sample and outside the out-of-order window.
        OUT_OF_ORDER,
        /// The series has another value at this very time.
        DUPLICATE_TIMESTAMP,
        /// Older than what the store still takes.
        TOO_OLD,
        /// Further in the future than the store takes.
        TOO_FAR_AHEAD,
        /// A cardinality limit forbids the series.
        LIMIT,
        /// The ref was kept beyond its lifetime; ask for it again.
        UNKNOWN_REF
    }
}
