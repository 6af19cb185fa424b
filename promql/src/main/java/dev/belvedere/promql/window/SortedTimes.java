package dev.belvedere.promql.window;

/// Finds moments among ascending timestamps, one moment after the other.
final class SortedTimes {

    private SortedTimes() {}

    /// How many timestamps are not behind a moment. Samples and steps are mostly regular: as many lie between
    /// this moment and the one before as did the last time, which is tried first.
    ///
    /// @param known how many are not behind the moment before
    /// @param stride how many more those were than behind the one before that
    static int countUpTo(long moment, long[] times, int rows, int known, int stride) {
        int count = known + stride;
        if (stride == 0 || count > rows || times[count - 1] > moment) {
            count = known;
        }
        while (count < rows && times[count] <= moment) {
            count++;
        }
        return count;
    }
}
