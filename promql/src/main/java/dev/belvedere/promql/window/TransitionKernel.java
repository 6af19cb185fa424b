package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.CounterResets;
import dev.belvedere.promql.histogram.HistogramEquality;
import org.jspecify.annotations.Nullable;

/// `resets` and `changes`: counts what happens between one sample and the next. A change from floats to
/// histograms or back counts too.
final class TransitionKernel implements RangeKernel {

    enum Counted {
        RESETS,
        CHANGES
    }

    private final Counted counted;
    private final boolean isAnchored;

    TransitionKernel(Counted counted, boolean isAnchored) {
        this.counted = counted;
        this.isAnchored = isAnchored;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        int row = window.from;
        int histogramRow = window.histogramFrom;
        if (isAnchored) {
            int inRange = firstAfter(window.times, window.from, window.to, window.startMillis);
            int histogramInRange =
                    firstAfter(window.histogramTimes, window.histogramFrom, window.histogramTo, window.startMillis);
            if (inRange == window.to && histogramInRange == window.histogramTo) {
                return NOTHING;
            }
            // The newest sample at or before the start of the range stands for its beginning.
            boolean hasFloat = inRange > window.from;
            boolean hasHistogram = histogramInRange > window.histogramFrom;
            boolean isFloat = hasFloat
                    && (!hasHistogram || window.times[inRange - 1] >= window.histogramTimes[histogramInRange - 1]);
            row = isFloat ? inRange - 1 : inRange;
            histogramRow = hasHistogram && !isFloat ? histogramInRange - 1 : histogramInRange;
        }
        return count(window, row, histogramRow);
    }

    private static int firstAfter(long[] times, int from, int to, long limit) {
        int row = from;
        while (row < to && times[row] <= limit) {
            row++;
        }
        return row;
    }

    private double count(RangeWindow window, int firstRow, int firstHistogramRow) {
        int row = firstRow;
        int histogramRow = firstHistogramRow;
        int count = 0;
        Sample previous = null;
        while (row < window.to || histogramRow < window.histogramTo) {
            boolean isFloat = histogramRow >= window.histogramTo
                    || row < window.to && window.times[row] < window.histogramTimes[histogramRow];
            if (isFloat && previous != null && previous.histogram == null) {
                count += isTransition(window, row) ? 1 : 0;
            } else if (previous != null) {
                count += isTransition(window, previous, isFloat, histogramRow) ? 1 : 0;
            }
            previous = isFloat ? Sample.FLOAT : new Sample(window.histograms[histogramRow], histogramRow);
            row += isFloat ? 1 : 0;
            histogramRow += isFloat ? 0 : 1;
        }
        return count;
    }

    private record Sample(@Nullable NativeHistogram histogram, int row) {
        static final Sample FLOAT = new Sample(null, 0);
    }

    /// Between a float and the float before it.
    private boolean isTransition(RangeWindow window, int row) {
        double value = window.values[row];
        double previous = window.values[row - 1];
        return switch (counted) {
            case CHANGES -> value != previous && !(Double.isNaN(value) && Double.isNaN(previous));
            case RESETS ->
                value < previous
                        || StartTimes.isReset(
                                window.start(row - 1), window.times[row - 1], window.start(row), window.times[row]);
        };
    }

    private boolean isTransition(RangeWindow window, Sample previous, boolean isFloat, int row) {
        NativeHistogram before = previous.histogram;
        if (isFloat || before == null) {
            return true;
        }
        NativeHistogram now = window.histograms[row];
        return switch (counted) {
            case CHANGES -> !HistogramEquality.areSame(now, before);
            case RESETS ->
                StartTimes.isReset(
                                window.histogramStart(previous.row),
                                window.histogramTimes[previous.row],
                                window.histogramStart(row),
                                window.histogramTimes[row])
                        || CounterResets.isReset(now, before);
        };
    }
}
