package dev.belvedere.promql.window;

import dev.belvedere.promql.evaluation.Annotations;
import dev.belvedere.promql.histogram.Quantiles;
import dev.belvedere.promql.syntax.PositionRange;
import java.util.Arrays;

/// `quantile_over_time`.
///
/// Where windows move on by few rows, the numbers of a window are kept in order from step to step and each row is put
/// in and taken out once; elsewhere each window's are selected from a copy.
final class QuantileKernel implements RangeKernel {

    /// Putting so many rows in order costs less than selecting from a whole window.
    private static final int MAX_ROWS_PER_STEP = 8;

    private final Annotations annotations;
    private final PositionRange position;
    private final double[] quantiles;
    private int[] from = {};
    private int[] to = {};
    private boolean isSliding;

    /// Of one window: a copy in any order, or its numbers in ascending order.
    private double[] numbers = {};

    private int size;
    private int nans;

    /// @param position of the quantile
    QuantileKernel(Annotations annotations, PositionRange position, double[] quantiles) {
        this.annotations = annotations;
        this.position = position;
        this.quantiles = quantiles;
    }

    @Override
    public void beginGroup(GroupWindows windows) {
        from = windows.from();
        to = windows.to();
        int steps = from.length;
        isSliding = windows.areOverlapping() && to[steps - 1] - from[0] <= (long) MAX_ROWS_PER_STEP * steps;
    }

    @Override
    public boolean applyAll(RangeWindow window, double[] into) {
        if (!isSliding) {
            return false;
        }
        double[] values = window.values;
        size = 0;
        nans = 0;
        int first = from[0];
        int end = first;
        for (int step = 0; step < into.length; step++) {
            for (; first < Math.min(from[step], end); first++) {
                remove(values[first]);
            }
            first = from[step];
            for (end = Math.max(end, first); end < to[step]; end++) {
                insert(values[end]);
            }
            if (end > first) {
                noteInvalid(step);
                into[step] = Quantiles.quantileOfSorted(quantiles[step], numbers, size, nans);
            }
        }
        return true;
    }

    private void insert(double value) {
        if (Double.isNaN(value)) {
            nans++;
            return;
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(64, 2 * size));
        }
        int at = place(value);
        System.arraycopy(numbers, at, numbers, at + 1, size - at);
        numbers[at] = value;
        size++;
    }

    private void remove(double value) {
        if (Double.isNaN(value)) {
            nans--;
            return;
        }
        int at = place(value);
        size--;
        System.arraycopy(numbers, at + 1, numbers, at, size - at);
    }

    /// The first place whose number is not below a value.
    private int place(double value) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (numbers[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public double apply(RangeWindow window, int step) {
        int count = window.floatCount();
        if (count == 0) {
            return NOTHING;
        }
        noteInvalid(step);
        if (window.histogramCount() > 0) {
            annotations.histogramIgnoredInMixedRange(window.metricName(), position);
        }
        if (numbers.length < count) {
            numbers = new double[count];
        }
        System.arraycopy(window.values, window.from, numbers, 0, count);
        return Quantiles.quantile(quantiles[step], numbers, count);
    }

    private void noteInvalid(int step) {
        if (!Quantiles.isValid(quantiles[step])) {
            annotations.invalidQuantile(quantiles[step], position);
        }
    }
}
