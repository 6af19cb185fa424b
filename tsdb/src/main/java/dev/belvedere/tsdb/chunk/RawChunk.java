package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last rows of a target, not encoded yet: column after column, a fixed number of slots each.
///
/// Rows may have come in any order; they are read in time order.
public final class RawChunk implements Chunk {

    /// Arrays hold `rows` slots per column. The chunk owns them.
    ///
    /// @param histograms absent if there are none
    /// @param starts absent if none was told
    public record Slots(
            int rows,
            long[] times,
            double[] values,
            @Nullable NativeHistogram @Nullable [] histograms,
            long @Nullable [] starts) {}

    private final ColumnLayout layout;
    private final Slots slots;

    /// The slots in time order; absent where they are so already.
    private final int @Nullable [] order;

    private final long[] times;

    /// @param slots at least one row, no time twice
    public RawChunk(ColumnLayout layout, Slots slots) {
        this.layout = layout;
        this.slots = slots;
        boolean isAscending = true;
        for (int i = 1; i < slots.rows(); i++) {
            isAscending &= slots.times()[i] > slots.times()[i - 1];
        }
        if (isAscending) {
            order = null;
            times = slots.times();
        } else {
            times = Arrays.copyOf(slots.times(), slots.rows());
            Arrays.sort(times);
            order = new int[slots.rows()];
            for (int i = 0; i < order.length; i++) {
                order[Arrays.binarySearch(times, slots.times()[i])] = i;
            }
        }
    }

    @Override
    public ColumnLayout layout() {
        return layout;
    }

    @Override
    public long minMillis() {
        return times[0];
    }

    @Override
    public long maxMillis() {
        return times[times.length - 1];
    }

    private ColumnEncoder.Rows column(int column) {
        int from = column * slots.rows();
        int[] sorted = order;
        if (sorted == null) {
            return new ColumnEncoder.Rows(slots.values(), from, slots.rows(), slots.histograms(), slots.starts());
        }
        double[] values = new double[sorted.length];
        @Nullable NativeHistogram[] sourceHistograms = slots.histograms();
        @Nullable
        NativeHistogram @Nullable [] histograms = sourceHistograms == null ? null : new NativeHistogram[sorted.length];
        long[] sourceStarts = slots.starts();
        long @Nullable [] starts = sourceStarts == null ? null : new long[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            values[i] = slots.values()[from + sorted[i]];
            if (histograms != null && sourceHistograms != null) {
                histograms[i] = sourceHistograms[from + sorted[i]];
            }
            if (starts != null && sourceStarts != null) {
                starts[i] = sourceStarts[from + sorted[i]];
            }
        }
        return new ColumnEncoder.Rows(values, 0, sorted.length, histograms, starts);
    }

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return new Open();
    }

    private final class Open implements OpenChunk {

        private boolean isDense;
        private boolean isNonDecreasing;

        @Override
        public int rows() {
            return times.length;
        }

        @Override
        public long[] times() {
            return times;
        }

        @Override
        public void read(int column, SampleColumn into, int at) {
            if (areFloats()) {
                copy(column * slots.rows(), 0, times.length, into.values(), at);
                return;
            }
            ColumnEncoder.Rows rows = column(column);
            isDense = true;
            isNonDecreasing = true;
            double before = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < rows.rows(); i++) {
                double value = rows.values()[rows.offset() + i];
                into.values()[at + i] = value;
                isDense &= !SampleValues.isAbsent(value) && !SampleValues.isStale(value);
                isNonDecreasing &= value >= before;
                before = value;
            }
            isNonDecreasing &= isDense;
            readExtras(rows, into, at);
        }

        @Override
        public boolean readFloats(int column, RowRange range, SampleColumn into, int at) {
            return areFloats() && copy(column * slots.rows(), range.from(), range.to(), into.values(), at);
        }

        private boolean areFloats() {
            return slots.histograms() == null && slots.starts() == null;
        }

        /// @return false if a row is absent
        private boolean copy(int begin, int from, int to, double[] into, int at) {
            double[] values = slots.values();
            int[] sorted = order;
            boolean areAll = true;
            boolean isAnyStale = false;
            boolean neverFalls = true;
            double before = Double.NEGATIVE_INFINITY;
            for (int row = from; row < to; row++) {
                double value = values[begin + (sorted == null ? row : sorted[row])];
                into[at + row - from] = value;
                areAll &= !SampleValues.isAbsent(value);
                isAnyStale |= SampleValues.isStale(value);
                neverFalls &= value >= before;
                before = value;
            }
            isDense = areAll && !isAnyStale;
            isNonDecreasing = isDense && neverFalls;
            return areAll;
        }

        private void readExtras(ColumnEncoder.Rows rows, SampleColumn into, int at) {
            @Nullable NativeHistogram[] histograms = rows.histograms();
            long[] starts = rows.starts();
            for (int i = 0; i < rows.rows() && (histograms != null || starts != null); i++) {
                NativeHistogram histogram = histograms == null ? null : histograms[rows.offset() + i];
                if (histogram != null) {
                    into.setHistogram(at + i, histogram);
                }
                long start = starts == null ? MetricAppender.NO_START : starts[rows.offset() + i];
                if (start != MetricAppender.NO_START) {
                    into.setStartTimestamp(at + i, start);
                }
            }
        }

        @Override
        public boolean isDense() {
            return isDense;
        }

        @Override
        public boolean isNonDecreasing() {
            return isNonDecreasing;
        }
    }
}
