package dev.belvedere.promql.window;

/// Functions that take the first or the last sample of a window.
final class EdgeKernel {

    private EdgeKernel() {}

    static RangeKernel first() {
        return (window, step) -> {
            if (isFirstFloat(window)) {
                return window.values[window.from];
            }
            window.result = window.histograms[window.histogramFrom];
            return RangeKernel.NOTHING;
        };
    }

    static RangeKernel last() {
        return (window, step) -> {
            if (isLastFloat(window)) {
                return window.values[window.to - 1];
            }
            window.result = window.histograms[window.histogramTo - 1];
            return RangeKernel.NOTHING;
        };
    }

    static RangeKernel timestampOfFirst() {
        return (window, step) ->
                (isFirstFloat(window) ? window.times[window.from] : window.histogramTimes[window.histogramFrom])
                        / 1000.0;
    }

    static RangeKernel timestampOfLast() {
        return (window, step) ->
                (isLastFloat(window) ? window.times[window.to - 1] : window.histogramTimes[window.histogramTo - 1])
                        / 1000.0;
    }

    private static boolean isFirstFloat(RangeWindow window) {
        return window.histogramCount() == 0
                || window.floatCount() > 0 && window.times[window.from] < window.histogramTimes[window.histogramFrom];
    }

    private static boolean isLastFloat(RangeWindow window) {
        return window.histogramCount() == 0
                || window.floatCount() > 0
                        && window.histogramTimes[window.histogramTo - 1] < window.times[window.to - 1];
    }
}
