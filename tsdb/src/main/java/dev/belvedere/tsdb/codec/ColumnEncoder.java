package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one series' rows of a chunk ("Column" in docs/format/metrics-block.md). Not safe for concurrent use.
public final class ColumnEncoder {

    static final int HAS_ABSENT = 1;
    static final int HAS_HISTOGRAMS = 2;
    static final int HAS_STARTS = 4;
    static final int NON_DECREASING = 8;
    static final int HAS_EXCEPTIONS = 16;
    static final int RELATIVE = 32;

    /// The histograms are columns of their parts.
    static final int HISTOGRAM_COLUMNS = 64;

    /// The column is equal to another of its chunk, whose number follows.
    public static final int EQUAL = 128;

    /// What the rows hold; only `rows` entries from `offset` on count.
    ///
    /// @param values [SampleValues#ABSENT] where a row has no float
    /// @param histograms absent if there are none
    /// @param starts absent if none was told
    public record Rows(
            double[] values,
            int offset,
            int rows,
            @Nullable NativeHistogram @Nullable [] histograms,
            long @Nullable [] starts) {}

    private final IntegerEncoder integers = new IntegerEncoder();
    private final DecimalColumn decimals = new DecimalColumn();
    private double[] floats = new double[128];
    private long[] numbers = new long[128];
    private long[] runs = new long[130];

    /// The integers of the column before, where a next bucket may be written as differences to them.
    private long[] before = new long[128];

    private int beforeCount = -1;
    private boolean isRelative;
    private @Nullable HistogramColumnsEncoder histogramColumns;
    private long[] differences = new long[128];

    /// The next column is the first of its page: it cannot lean on another.
    public void beginPage() {
        beforeCount = -1;
    }

    /// Whether the column last written leans on the one before it.
    public boolean isRelative() {
        return isRelative;
    }

    /// @param isNextBucket whether this is the next higher bucket of the classic histogram of the column before
    public void encode(Rows rows, boolean isNextBucket, ByteSink out) {
        isRelative = false;
        ensure(rows.rows());
        int flagsAt = out.reserve(1);
        boolean areFloats = rows.histograms() == null && rows.starts() == null;
        if (areFloats && !isNextBucket && isOneValue(rows)) {
            putOneValue(rows, flagsAt, out);
            return;
        }
        boolean isDense = areFloats && isDense(rows);
        int floatCount = rows.rows();
        if (isDense) {
            System.arraycopy(rows.values(), rows.offset(), floats, 0, floatCount);
        } else {
            floatCount = putOthers(rows, flagsAt, out);
        }
        putFloats(flagsAt, floatCount, isDense, isNextBucket, out);
    }

    /// Whether all rows have the same float, bit for bit, as half of the columns do of what targets send in some
    /// minutes.
    private static boolean isOneValue(Rows rows) {
        if (rows.rows() == 0 || !isFloat(rows, 0)) {
            return false;
        }
        double[] values = rows.values();
        long first = Double.doubleToRawLongBits(values[rows.offset()]);
        for (int i = rows.offset() + 1; i < rows.offset() + rows.rows(); i++) {
            if (Double.doubleToRawLongBits(values[i]) != first) {
                return false;
            }
        }
        return true;
    }

    /// Writes a column of one value as one row of it is written: no part of it says how many rows there are.
    private void putOneValue(Rows rows, int flagsAt, ByteSink out) {
        floats[0] = rows.values()[rows.offset()];
        putFloats(flagsAt, 1, true, false, out);
        if (beforeCount > 0) {
            beforeCount = rows.rows();
            Arrays.fill(before, 1, beforeCount, before[0]);
        }
    }

    private void ensure(int count) {
        if (floats.length < count) {
            floats = new double[count];
            numbers = new long[count];
            before = new long[count];
            differences = new long[count];
            runs = new long[count + 2];
            beforeCount = -1;
        }
    }

    private static boolean isDense(Rows rows) {
        for (int i = rows.offset(); i < rows.offset() + rows.rows(); i++) {
            if (SampleValues.isAbsent(rows.values()[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFloat(Rows rows, int row) {
        return !SampleValues.isAbsent(rows.values()[rows.offset() + row]);
    }

    private static @Nullable NativeHistogram histogram(Rows rows, int row) {
        @Nullable NativeHistogram[] histograms = rows.histograms();
        return histograms == null ? null : histograms[rows.offset() + row];
    }

    /// Writes everything but the floats, and brings these into `floats`.
    ///
    /// @return how many floats there are
    private int putOthers(Rows rows, int flagsAt, ByteSink out) {
        int floatCount = 0;
        int samples = 0;
        int presenceRuns = 0;
        runs[0] = 0;
        boolean isPresentRun = false;
        boolean hasHistograms = false;
        boolean hasStarts = false;
        for (int row = 0; row < rows.rows(); row++) {
            boolean isFloat = isFloat(rows, row);
            boolean isHistogram = !isFloat && histogram(rows, row) != null;
            boolean isPresent = isFloat || isHistogram;
            if (isPresent != isPresentRun) {
                runs[++presenceRuns] = 0;
                isPresentRun = isPresent;
            }
            runs[presenceRuns]++;
            if (isPresent) {
                samples++;
                hasStarts |= rows.starts() != null && rows.starts()[rows.offset() + row] != 0;
            }
            hasHistograms |= isHistogram;
            if (isFloat) {
                floats[floatCount++] = rows.values()[rows.offset() + row];
            }
        }
        if (samples < rows.rows()) {
            out.orByte(flagsAt, HAS_ABSENT);
            putRuns(presenceRuns + 1, out);
        }
        if (hasHistograms) {
            out.orByte(flagsAt, HAS_HISTOGRAMS);
            putHistograms(rows, flagsAt, out);
        }
        if (hasStarts) {
            out.orByte(flagsAt, HAS_STARTS);
            putStarts(rows, samples, out);
        }
        beforeCount = -1;
        return floatCount;
    }

    private void putRuns(int count, ByteSink out) {
        out.putVarint(count);
        for (int i = 0; i < count; i++) {
            out.putVarint(runs[i]);
        }
    }

    private void putHistograms(Rows rows, int flagsAt, ByteSink out) {
        int last = 0;
        runs[0] = 0;
        boolean isHistogramRun = false;
        for (int row = 0; row < rows.rows(); row++) {
            boolean isHistogram = histogram(rows, row) != null;
            if (isHistogram || isFloat(rows, row)) {
                if (isHistogram != isHistogramRun) {
                    runs[++last] = 0;
                    isHistogramRun = isHistogram;
                }
                runs[last]++;
            }
        }
        putRuns(last + 1, out);
        List<NativeHistogram> all = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            NativeHistogram histogram = histogram(rows, row);
            if (histogram != null) {
                all.add(histogram);
            }
        }
        if (HistogramColumnsEncoder.isWorthIt(all)) {
            out.orByte(flagsAt, HISTOGRAM_COLUMNS);
            HistogramColumnsEncoder parts = histogramColumns;
            if (parts == null) {
                parts = new HistogramColumnsEncoder();
                histogramColumns = parts;
            }
            parts.encode(all, out);
        } else {
            all.forEach(histogram -> HistogramCodec.encode(histogram, out));
        }
    }

    private void putStarts(Rows rows, int samples, ByteSink out) {
        long[] starts = rows.starts();
        int count = 0;
        for (int row = 0; row < rows.rows() && starts != null; row++) {
            if (isFloat(rows, row) || histogram(rows, row) != null) {
                numbers[count++] = starts[rows.offset() + row];
            }
        }
        assert count == samples : count + " starts of " + samples + " samples";
        integers.encode(numbers, samples, out);
    }

    /// Writes `floats`.
    ///
    /// @param flags where the column's flags stand
    /// @param isDense whether the column is nothing but floats
    private void putFloats(int flags, int count, boolean isDense, boolean isNextBucket, ByteSink out) {
        if (count == 0) {
            return;
        }
        if (isNonDecreasing(count)) {
            out.orByte(flags, NON_DECREASING);
        }
        decimals.write(floats, count, numbers);
        out.putByte(decimals.scale());
        if (decimals.exceptions() > 0) {
            out.orByte(flags, HAS_EXCEPTIONS);
            putExceptions(count, out);
        }
        boolean isPlain = isDense && decimals.scale() == 0 && decimals.exceptions() == 0;
        long[] written = numbers;
        if (isNextBucket && isPlain && beforeCount == count) {
            out.orByte(flags, RELATIVE);
            isRelative = true;
            written = differences;
            for (int i = 0; i < count; i++) {
                written[i] = numbers[i] - before[i];
            }
        }
        integers.encode(written, count, out);
        if (isPlain) {
            long[] swap = before;
            before = numbers;
            numbers = swap;
        }
        beforeCount = isPlain ? count : -1;
    }

    private boolean isNonDecreasing(int count) {
        for (int i = 1; i < count; i++) {
            if (!(floats[i] >= floats[i - 1])) {
                return false;
            }
        }
        return count > 0 && !Double.isNaN(floats[0]);
    }

    private void putExceptions(int count, ByteSink out) {
        out.putVarint(decimals.exceptions());
        int last = 0;
        for (int i = 0; i < count; i++) {
            if (!DecimalScale.isExact(floats[i], decimals.scale())) {
                out.putVarint(i - last);
                out.putLong(Double.doubleToRawLongBits(floats[i]));
                last = i;
            }
        }
    }
}
