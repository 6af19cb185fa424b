package dev.belvedere.tsdb.codec;

/// Writes columns of 64-bit integers as the cheapest of all-equal, values, differences and differences of differences,
/// bit-packed in groups of 128 with patches for outliers ("Integers" in docs/format/metrics-block.md).
///
/// Not safe for concurrent use: it keeps scratch arrays.
public final class IntegerEncoder {

    static final int GROUP = 128;
    private static final long[] NONE = {};
    static final int EQUAL = 0;
    static final int VALUES = 1;
    static final int DIFFERENCES = 2;
    static final int SECOND_DIFFERENCES = 3;
    static final int RUNS = 4;
    static final int WITH_DIVISOR = 16;
    static final int WITH_PATCHES = 128;

    /// Fewer values than this never repeat enough to be worth two columns.
    private static final int MIN_RUN_VALUES = 12;

    private static final int RUNS_OVERHEAD_BITS = 64;

    private long[] scaled = NONE;
    private long[] residuals = NONE;
    private long[] runLengths = NONE;
    private long[] runValues = NONE;

    private final PatchedWindow window = new PatchedWindow();
    private final CommonDivisor divisor = new CommonDivisor();

    public void encode(long[] values, int count, ByteSink out) {
        if (areEqual(values, count)) {
            out.putByte(EQUAL);
            out.putZigzag(count == 0 ? 0 : values[0]);
            return;
        }
        int runs = count < MIN_RUN_VALUES ? 0 : cheaperRuns(values, count);
        if (runs > 0) {
            out.putByte(RUNS);
            out.putVarint(runs);
        }
        // One call for both columns of runs and for values: it is large, and the JVM compiles a copy for each call.
        for (int column = runs > 0 ? 0 : 1; column < 2; column++) {
            long[] ofRuns = column == 0 ? runLengths : runValues;
            encodePlain(runs > 0 ? ofRuns : values, runs > 0 ? runs : count, out);
        }
    }

    private static boolean areEqual(long[] values, int count) {
        for (int i = 1; i < count; i++) {
            if (values[i] != values[0]) {
                return false;
            }
        }
        return true;
    }

    /// Finds runs of equal values and takes note of them if that takes less: sources that refresh more slowly than they
    /// are sampled.
    ///
    /// @return how many there are, 0 if the values themselves take less
    private int cheaperRuns(long[] values, int count) {
        int runs = 1;
        for (int i = 1; i < count; i++) {
            runs += values[i] != values[i - 1] ? 1 : 0;
        }
        if (runs * 4 > count * 3) {
            return 0;
        }
        noteRuns(values, count);
        long bits = bits(runLengths, runs) + bits(runValues, runs) + RUNS_OVERHEAD_BITS;
        return bits < bits(values, count) ? runs : 0;
    }

    private void noteRuns(long[] values, int count) {
        if (runLengths.length < count) {
            runLengths = new long[count];
            runValues = new long[count];
        }
        int run = 0;
        runValues[0] = values[0];
        runLengths[0] = 1;
        for (int i = 1; i < count; i++) {
            if (values[i] == values[i - 1]) {
                runLengths[run]++;
            } else {
                runValues[++run] = values[i];
                runLengths[run] = 1;
            }
        }
    }

    /// What the cheapest mode takes, roughly: for each entry what their mean takes.
    private static long bits(long[] values, int count) {
        if (count < 3) {
            return 32;
        }
        long most = mostInSum(count);
        long middle = values[count / 2];
        long slope = (values[count - 1] - values[0]) / (count - 1);
        long ofValues = 0;
        long ofDifferences = 0;
        for (int i = 1; i < count; i++) {
            ofValues += distance(values[i] - middle, most);
            ofDifferences += distance(values[i] - values[i - 1] - slope, most);
        }
        return (long) count * (64 - Long.numberOfLeadingZeros(Math.min(ofValues, ofDifferences) / count));
    }

    private void encodePlain(long[] values, int count, ByteSink out) {
        long first = values[0];
        divisor.find(values, count);
        if (divisor.isOfEqual()) {
            out.putByte(EQUAL);
            out.putZigzag(first);
            return;
        }
        ensureScratch(count);
        long[] numbers = values;
        boolean isDivided = divisor.value() > 1;
        if (isDivided) {
            numbers = scaled;
            for (int i = 0; i < count; i++) {
                numbers[i] = divisor.quotient(values[i] - first);
            }
        }
        int mode = cheapestMode(numbers, count);
        out.putByte(isDivided ? mode | WITH_DIVISOR : mode);
        out.putZigzag(first);
        if (isDivided) {
            out.putVarint(divisor.value());
        }
        int length = count - 1;
        for (int i = 0; i < length; i++) {
            residuals[i] = mode == VALUES ? numbers[i + 1] : numbers[i + 1] - numbers[i];
        }
        if (mode == SECOND_DIFFERENCES) {
            out.putZigzag(residuals[0]);
            length--;
            for (int i = 0; i < length; i++) {
                residuals[i] = residuals[i + 1] - residuals[i];
            }
        }
        for (int from = 0; from < length; from += GROUP) {
            putGroup(from, Math.min(GROUP, length - from), out);
        }
    }

    private void ensureScratch(int count) {
        if (residuals.length < count) {
            residuals = new long[count + count / 2];
            scaled = new long[residuals.length];
        }
    }

    /// Compares the modes by how far their entries lie from the middle, which is what packing around a base comes
    /// to. Sums of the bits that entries take choose no better, and are most of the work of encoding in code of the
    /// first compiler, which has no instruction for them.
    private static int cheapestMode(long[] numbers, int count) {
        if (count < 3) {
            return DIFFERENCES;
        }
        long most = mostInSum(count);
        long middle = numbers[count / 2];
        long slope = (numbers[count - 1] - numbers[0]) / (count - 1);
        long ofValues = 0;
        long ofDifferences = 0;
        long ofSecond = 0;
        long before = numbers[1] - numbers[0];
        for (int i = 2; i < count; i++) {
            long difference = numbers[i] - numbers[i - 1];
            ofValues += distance(numbers[i] - middle, most);
            ofDifferences += distance(difference - slope, most);
            ofSecond += distance(difference - before, most);
            before = difference;
        }
        if (ofValues <= ofDifferences && ofValues <= ofSecond) {
            return VALUES;
        }
        return ofDifferences <= ofSecond ? DIFFERENCES : SECOND_DIFFERENCES;
    }

    /// So many numbers that are no greater have a sum that is none too large.
    private static long mostInSum(int count) {
        return Long.MAX_VALUE >>> Integer.SIZE - Integer.numberOfLeadingZeros(count);
    }

    private static long distance(long difference, long most) {
        return Math.min(difference ^ difference >> 63, most);
    }

    private void putGroup(int from, int count, ByteSink out) {
        window.find(residuals, from, count);
        long base = window.base();
        int width = window.width();
        int patches = window.patches();
        out.putByte(patches > 0 ? width | WITH_PATCHES : width);
        out.putZigzag(base);
        out.putBits(residuals, from, count, base, width);
        if (patches > 0) {
            putPatches(from, count, base, width, patches, out);
        }
    }

    private static boolean isOutside(long entry, long base, int width) {
        long distance = entry - base;
        return entry < base || distance >>> width != 0 || distance < 0;
    }

    private void putPatches(int from, int count, long base, int width, int patches, ByteSink out) {
        out.putByte(patches);
        for (int i = 0; i < count; i++) {
            if (isOutside(residuals[from + i], base, width)) {
                out.putByte(i);
            }
        }
        for (int i = 0; i < count; i++) {
            if (isOutside(residuals[from + i], base, width)) {
                out.putZigzag(residuals[from + i] - base);
            }
        }
    }
}
