package dev.belvedere.tsdb.codec;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads what [ColumnEncoder] wrote. Not safe for concurrent use.
///
/// Cost: 1 to 2 ns a value for dense columns.
public final class ColumnDecoder {

    /// Flags of columns with a float in every row.
    private static final int OF_FLOATS =
            ColumnEncoder.NON_DECREASING | ColumnEncoder.HAS_EXCEPTIONS | ColumnEncoder.RELATIVE;

    private final IntegerDecoder integers = new IntegerDecoder();
    private long[] numbers = new long[0];
    private long[] before = new long[0];

    /// Whether columns may be relative to what is read.
    private boolean keepsIntegers;

    /// Which rows of `before` are those of the column last read; absent if another could not lean on it.
    private @Nullable RowSpan beforeRows;

    private double[] floats = new double[0];
    private double[] runFloats = new double[0];
    private NativeHistogram[] histograms = new NativeHistogram[0];
    private long[] starts = new long[0];
    private int[] runs = new int[2];
    private int[] kinds = new int[1];
    private @Nullable HistogramColumnsDecoder histogramColumns;
    private boolean isDense;
    private boolean isNonDecreasing;

    /// Whether a column with this first byte can only be read after the one before it.
    public static boolean isRelative(int firstByte) {
        return (firstByte & ColumnEncoder.RELATIVE) != 0;
    }

    /// Whether a column with this first byte is said to be equal to another, whose number follows.
    public static boolean isEqualToAnother(int firstByte) {
        return (firstByte & ColumnEncoder.EQUAL) != 0;
    }

    /// Whether the column last read holds a float that is no stale marker in every row.
    public boolean isDense() {
        return isDense;
    }

    /// Whether, besides, its values never fall.
    public boolean isNonDecreasing() {
        return isNonDecreasing;
    }

    /// Reads a column into rows `at` to `at + rows` of `into`, which has that many.
    ///
    /// A relative column must be read right after the one before it in its page, and that after [#keepIntegers].
    public void decode(ByteSource in, int rows, SampleColumn into, int at) {
        if (!decodeFloats(in, RowSpan.all(rows), into.values(), at)) {
            decodeMixed(in, in.getByte(), rows, into, at);
        }
    }

    /// Reads the wanted rows of a column that has a float in every row into `into` from `at` on.
    ///
    /// A relative column must be read right after the one before it in its page, the same rows of both,
    /// and that after [#keepIntegers].
    ///
    /// @return false if rows are absent or hold anything else; the column was not read then
    public boolean decodeFloats(ByteSource in, RowSpan rows, double[] into, int at) {
        int flags = in.peekByte();
        if ((flags & ~OF_FLOATS) != 0) {
            return false;
        }
        in.skip(1);
        ensure(rows.count());
        isDense = true;
        decodeFloats(in, flags, rows, into, at);
        isNonDecreasing = isDense && (flags & ColumnEncoder.NON_DECREASING) != 0;
        return true;
    }

    /// Makes what is read from now on something that a next column can be relative to; what was read before is not.
    public void keepIntegers() {
        keepsIntegers = true;
        beforeRows = null;
    }

    public boolean keepsIntegers() {
        return keepsIntegers;
    }

    /// Keeps the integers for a next column that leans on them.
    private void keepBefore(boolean isPlain, RowSpan rows) {
        if (!keepsIntegers) {
            return;
        }
        if (isPlain) {
            long[] swap = before;
            before = numbers;
            numbers = swap;
        }
        beforeRows = isPlain ? rows : null;
    }

    private void ensure(int rows) {
        if (numbers.length < rows) {
            numbers = new long[rows];
        }
        if (keepsIntegers && before.length < rows) {
            before = new long[rows];
            beforeRows = null;
        }
    }

    private void decodeFloats(ByteSource in, int flags, RowSpan rows, double[] into, int at) {
        if (rows.count() == 0) {
            return;
        }
        int scale = in.getByte();
        int exceptionsAt = in.position();
        int exceptions = (flags & ColumnEncoder.HAS_EXCEPTIONS) != 0 ? in.getCount(9) : 0;
        for (int i = 0; i < exceptions; i++) {
            in.getVarint();
            in.skip(8);
        }
        boolean isRelative = (flags & ColumnEncoder.RELATIVE) != 0;
        if (!isRelative && !keepsIntegers && IntegerDecoder.areRuns(in)) {
            fillRuns(integers.readRuns(in, rows), scale, rows, into, at);
        } else {
            decodeNumbers(in, scale, isRelative, rows, into, at);
        }
        if (exceptions > 0) {
            int end = in.position();
            in.moveTo(exceptionsAt);
            putExceptions(in, rows, into, at);
            in.moveTo(end);
        }
        keepBefore(scale == 0 && exceptions == 0, rows);
    }

    private void decodeNumbers(ByteSource in, int scale, boolean isRelative, RowSpan rows, double[] into, int at) {
        boolean areEqual = integers.decode(in, numbers, rows);
        if (isRelative) {
            addBefore(rows);
            areEqual = false;
        }
        int from = rows.from();
        if (areEqual) {
            fillValues(scale, numbers, from, from + 1, into, at - from);
            Arrays.fill(into, at + 1, at + rows.length(), into[at]);
        } else {
            fillValues(scale, numbers, from, rows.to(), into, at - from);
        }
    }

    /// Makes a double of each run instead of each row.
    private void fillRuns(IntegerRuns read, int scale, RowSpan rows, double[] into, int at) {
        if (runFloats.length < read.count) {
            runFloats = new double[read.values.length];
        }
        fillValues(scale, read.values, read.first, read.count, runFloats, 0);
        int row = read.firstRow;
        int shift = at - rows.from();
        int limit = shift + rows.to();
        int from = at;
        for (int run = read.first; run < read.count; run++) {
            row += read.length(run, rows.count() - row);
            int to = Math.min(shift + row, limit);
            IntegerRuns.fill(into, from, to, limit, runFloats[run]);
            from = to;
        }
        read.requireEnd(row, rows);
    }

    private void addBefore(RowSpan rows) {
        RowSpan known = beforeRows;
        if (known == null || !known.contains(rows)) {
            throw new MalformedBytesException("a column is relative to one of another length");
        }
        for (int i = rows.from(); i < rows.to(); i++) {
            numbers[i] += before[i];
        }
    }

    /// Makes doubles of integers, each `shift` places further.
    private void fillValues(int scale, long[] integers, int from, int to, double[] into, int shift) {
        if (scale == 0) {
            for (int i = from; i < to; i++) {
                into[shift + i] = integers[i];
            }
        } else if (scale == DecimalScale.BITS) {
            for (int i = from; i < to; i++) {
                double value = Double.longBitsToDouble(integers[i]);
                into[shift + i] = value;
                isDense &= !SampleValues.isStale(value);
            }
        } else if (scale <= DecimalScale.MAX) {
            double power = DecimalScale.power(scale);
            for (int i = from; i < to; i++) {
                into[shift + i] = integers[i] / power;
            }
        } else {
            throw new MalformedBytesException("a scale of " + scale);
        }
    }

    private void putExceptions(ByteSource in, RowSpan rows, double[] into, int at) {
        int exceptions = in.getCount(9);
        int place = 0;
        for (int i = 0; i < exceptions; i++) {
            place += in.getIndex(rows.count() - 1 - place);
            double value = Double.longBitsToDouble(in.getLong());
            if (place >= rows.from() && place < rows.to()) {
                into[at + place - rows.from()] = value;
                isDense &= !SampleValues.isStale(value);
            }
        }
    }

    private void decodeMixed(ByteSource in, int flags, int rows, SampleColumn into, int at) {
        ensure(rows);
        floats = floats.length < rows ? new double[rows] : floats;
        int presenceRuns = 0;
        int samples = rows;
        if ((flags & ColumnEncoder.HAS_ABSENT) != 0) {
            runs = getRuns(in, rows, runs);
            presenceRuns = runCount;
            samples = runSum;
        }
        int kindRuns = 0;
        int histogramCount = 0;
        if ((flags & ColumnEncoder.HAS_HISTOGRAMS) != 0) {
            kinds = getRuns(in, samples, kinds);
            kindRuns = runCount;
            histogramCount = runSum;
            histograms = new NativeHistogram[histogramCount];
            if ((flags & ColumnEncoder.HISTOGRAM_COLUMNS) != 0) {
                decodeHistogramColumns(in, histogramCount);
            } else {
                for (int i = 0; i < histogramCount; i++) {
                    histograms[i] = HistogramCodec.decode(in);
                }
            }
        }
        boolean hasStarts = (flags & ColumnEncoder.HAS_STARTS) != 0;
        if (hasStarts) {
            starts = starts.length < samples ? new long[rows] : starts;
            integers.decode(in, starts, samples);
        }
        int floatCount = samples - histogramCount;
        decodeFloats(in, flags & ~ColumnEncoder.RELATIVE, RowSpan.all(floatCount), floats, 0);
        isDense = false;
        isNonDecreasing = false;
        if (presenceRuns == 0) {
            runs[0] = 0;
            runs[1] = rows;
            presenceRuns = 2;
        }
        if (kindRuns == 0) {
            kinds[0] = samples;
            kindRuns = 1;
        }
        place(into, at, new Layout(presenceRuns, kindRuns, hasStarts));
    }

    private void decodeHistogramColumns(ByteSource in, int count) {
        HistogramColumnsDecoder parts = histogramColumns;
        if (parts == null) {
            parts = new HistogramColumnsDecoder();
            histogramColumns = parts;
        }
        parts.decode(in, histograms, count);
    }

    private record Layout(int presenceRuns, int kindRuns, boolean hasStarts) {}

    /// Puts floats and histograms where the runs say.
    private void place(SampleColumn into, int at, Layout layout) {
        int row = at;
        int sample = 0;
        int nextFloat = 0;
        int nextHistogram = 0;
        int kindRun = 0;
        int kindLeft = kinds[0];
        for (int run = 0; run < layout.presenceRuns(); run++) {
            if (run % 2 == 0) {
                Arrays.fill(into.values(), row, row + runs[run], SampleValues.ABSENT);
                row += runs[run];
                continue;
            }
            for (int i = 0; i < runs[run]; i++, row++, sample++) {
                while (kindLeft == 0) {
                    kindRun++;
                    kindLeft = kinds[kindRun];
                }
                kindLeft--;
                if (kindRun % 2 == 0) {
                    into.values()[row] = floats[nextFloat++];
                } else {
                    into.setHistogram(row, histograms[nextHistogram++]);
                }
                if (layout.hasStarts() && starts[sample] != 0) {
                    into.setStartTimestamp(row, starts[sample]);
                }
            }
        }
    }

    private int runCount;
    private int runSum;

    /// Reads alternating runs that add up to `total`; `runSum` becomes the sum of every second one.
    private int[] getRuns(ByteSource in, int total, int[] scratch) {
        runCount = in.getCount(1);
        int[] into = scratch.length < runCount + 2 ? new int[runCount + 2] : scratch;
        int sum = 0;
        runSum = 0;
        for (int i = 0; i < runCount; i++) {
            into[i] = in.getIndex(total - sum);
            sum += into[i];
            runSum += i % 2 == 1 ? into[i] : 0;
        }
        if (sum != total) {
            throw new MalformedBytesException("runs add up to " + sum + ", not " + total);
        }
        return into;
    }
}
