package dev.belvedere.promql.window;

import dev.belvedere.model.metrics.SampleValues;

/// Computes a range function of one window.
public interface RangeKernel {

    /// Nothing comes of the window.
    double NOTHING = SampleValues.ABSENT;

    /// Prepares for the windows of another series.
    default void begin(RangeWindow window) {}

    /// Prepares for a group of series that share the windows of all steps.
    default void beginGroup(GroupWindows windows) {}

    /// Computes all steps of a dense series of the group at once, if the kernel can and the series allows it.
    ///
    /// @param window the whole series, for which [#begin] was called
    /// @param into gets the results; steps without one are left as they are
    /// @return whether it was done
    default boolean applyAll(RangeWindow window, double[] into) {
        return false;
    }

    /// @param window not empty
    /// @return the result; [#NOTHING] if there is none or if it is a histogram, which is then in
    /// `window.result`
    double apply(RangeWindow window, int step);

    /// The windows of all steps over the rows of a group.
    ///
    /// @param from the first row of each step's window
    /// @param to behind the last
    /// @param endMillis when each window ends, inclusive
    /// @param rangeMillis how long it is; its start is exclusive
    record GroupWindows(long[] times, int[] from, int[] to, long[] endMillis, long rangeMillis) {

        static final GroupWindows NONE = new GroupWindows(new long[0], new int[0], new int[0], new long[0], 0);

        /// Where a row is in so many windows, going on from window to window costs less than looking at each by itself.
        private static final double MIN_OVERLAP = 4;

        boolean areOverlapping() {
            return overlap() >= MIN_OVERLAP;
        }

        /// How often a row is seen on average.
        private double overlap() {
            int steps = from.length;
            long seen = 0;
            for (int step = 0; step < steps; step++) {
                seen += to[step] - from[step];
            }
            int rows = steps == 0 ? 0 : to[steps - 1] - from[0];
            return rows == 0 ? 0 : (double) seen / rows;
        }
    }
}
