package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;

/// Which series and samples a query needs, and hints of what it will do with them.
///
/// A store MUST return every sample of the time range unless a hint allows less; it MAY return samples outside.
///
/// @param matchers all must match; at least one
/// @param startMillis the earliest sample needed, inclusive
/// @param endMillis the latest sample needed, inclusive
/// @param need what of each series is needed
/// @param folding what becomes of the samples, so that downsampled ones may do
public record SelectRequest(List<LabelMatcher> matchers, long startMillis, long endMillis, Need need, Folding folding) {

    public SelectRequest {
        matchers = List.copyOf(matchers);
    }

    public SelectRequest(List<LabelMatcher> matchers, long startMillis, long endMillis, Need need) {
        this(matchers, startMillis, endMillis, need, Folding.NONE);
    }

    public enum Need {
        /// All samples of the range.
        ALL_SAMPLES,
        /// The newest sample of the range suffices: an instant query over an instant selector.
        LAST_SAMPLE
    }

    public static SelectRequest samples(List<LabelMatcher> matchers, long startMillis, long endMillis) {
        return new SelectRequest(matchers, startMillis, endMillis, Need.ALL_SAMPLES);
    }
}
