package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import org.jspecify.annotations.Nullable;

/// What a series has at one time: a float or a histogram.
///
/// @param value means nothing beside a histogram
public record StoredSample(double value, @Nullable NativeHistogram histogram) {

    /// Whether another sample says the same, to the last bit.
    public boolean isSame(double otherValue, @Nullable NativeHistogram otherHistogram) {
        return histogram == null
                ? otherHistogram == null && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(otherValue)
                : histogram.equals(otherHistogram);
    }
}
