package dev.belvedere.promql.script;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.HistogramText;
import dev.belvedere.promql.syntax.NumberText;
import org.jspecify.annotations.Nullable;

/// One place in a sequence of values.
///
/// @param isOmitted whether there is no sample
/// @param value meaningful only where `histogram` is null
/// @param isHintSet whether the histogram's reset hint was written down, and so must match
record SequenceValue(
        boolean isOmitted, double value, @Nullable NativeHistogram histogram, boolean isHintSet) {

    static final SequenceValue OMITTED = new SequenceValue(true, 0, null, false);

    static SequenceValue of(double value) {
        return new SequenceValue(false, value, null, false);
    }

    static SequenceValue of(NativeHistogram histogram, boolean isHintSet) {
        return new SequenceValue(false, 0, histogram, isHintSet);
    }

    @Override
    public String toString() {
        return isOmitted ? "_" : histogram == null ? NumberText.general(value) : text(histogram);
    }

    /// A histogram with what its observations do not tell.
    static String text(NativeHistogram histogram) {
        return HistogramText.of(histogram) + " schema " + histogram.schema() + ", zero threshold "
                + NumberText.general(histogram.zeroThreshold()) + ", "
                + histogram.resetHint();
    }
}
