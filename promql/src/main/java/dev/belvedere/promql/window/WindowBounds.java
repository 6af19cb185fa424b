package dev.belvedere.promql.window;

/// Which rows the window of each step sees, of rows whose times ascend. Used again for each series or group of them.
final class WindowBounds {

    /// The windows of all steps.
    ///
    /// @param endMillis the last moment of each, ascending
    /// @param lengthMillis how long each of them is; its start is exclusive
    /// @param lag after how many steps a window begins where that of a step ended; as many as there are steps, or
    ///     more, if that is never so
    record Windows(long[] endMillis, long lengthMillis, long lag) {

        /// @param stepMillis from one end to the next, 0 if that differs
        static Windows of(long[] endMillis, long lengthMillis, long stepMillis) {
            boolean isMultiple = stepMillis > 0 && lengthMillis > 0 && lengthMillis % stepMillis == 0;
            return new Windows(endMillis, lengthMillis, isMultiple ? lengthMillis / stepMillis : endMillis.length);
        }
    }

    private final Windows windows;

    /// The first row of each step's window, and the one behind its last.
    final int[] from;

    final int[] to;

    WindowBounds(Windows windows) {
        this.windows = windows;
        this.from = new int[windows.endMillis.length];
        this.to = new int[windows.endMillis.length];
    }

    /// @param rows how many of the times count
    void find(long[] times, int rows) {
        int steps = from.length;
        int counted = (int) Math.min(windows.lag, steps);
        count(from, counted, windows.lengthMillis, times, rows, 0, 0);
        // One window alone mostly reaches to the last row.
        int stride = steps == 1 ? rows - from[0] : 0;
        count(to, steps, 0, times, rows, counted < steps ? from[counted - 1] : from[0], stride);
        System.arraycopy(to, 0, from, counted, steps - counted);
    }

    /// Counts the rows up to a moment of each window.
    ///
    /// @param count of how many windows
    /// @param beforeEnd how long before its end that moment is
    /// @param atLeast how many rows there surely are
    /// @param more how many there probably are besides, up to the first
    private void count(int[] into, int count, long beforeEnd, long[] times, int rows, int atLeast, int more) {
        int known = atLeast;
        int stride = more;
        for (int step = 0; step < count; step++) {
            int next = SortedTimes.countUpTo(windows.endMillis[step] - beforeEnd, times, rows, known, stride);
            stride = next - known;
            known = next;
            into[step] = next;
        }
    }
}
