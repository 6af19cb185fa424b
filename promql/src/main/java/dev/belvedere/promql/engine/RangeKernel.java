package dev.belvedere.promql.engine;

import dev.belvedere.model.metrics.SampleValues;

/// Computes a range function of one window.
interface RangeKernel {

    /// Nothing comes of the window.
    double NOTHING = SampleValues.ABSENT;

    /// Prepares for the windows of another series.
    default void begin(RangeWindow window) {}

    /// @param window not empty
    /// @return the result; [#NOTHING] if there is none or if it is a histogram, which is then in
    /// `window.result`
    double apply(RangeWindow window, int step);
}
