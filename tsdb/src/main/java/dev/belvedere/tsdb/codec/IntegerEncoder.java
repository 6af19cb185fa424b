package dev.belvedere.tsdb.codec;

import java.util.Arrays;

/// Writes columns of 64-bit integers as the cheapest of all-equal, values, differences and differences of differences,
/// bit-packed in groups of 128 with patches for outliers ("Integers" in docs/format/metrics-block.md).
///
/// Sorts each group in which outliers may pay. Not safe for concurrent use: it keeps scratch arrays.
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

    /// Below this width outliers cannot save what their patches cost.
    private static final int MIN_PATCHED_WIDTH = 3;

    /// In groups of fewer entries than this patches save a six-hundredth, and looking for them is a fifth of the work.
    private static final int MIN_PATCHED_VALUES = 24;

    /// Fewer values than this never repeat enough to be worth two columns.
    private static final int MIN_RUN_VALUES = 12;

    private static final int RUNS_OVERHEAD_BITS = 64;

    private static final int BYTE_MASK = 0xff;
    private static final int PARTS_BITS = 4;
    private static final int PARTS = 1 << PARTS_BITS;

    private long[] scaled = NONE;
    private long[] residuals = NONE;
    private long[] sorted = NONE;
    private long[] resorted = NONE;
    private long[] runLengths = NONE;
    private long[] runValues = NONE;

    /// Of the window found last.
    private int windowStart;

    private final int[] parts = new int[PARTS];
    private final int[] places = new int[BYTE_MASK + 1];
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
            sorted = new long[GROUP];
            resorted = new long[GROUP];
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
        long min = residuals[from];
        long max = min;
        for (int i = from + 1; i < from + count; i++) {
            min = Math.min(min, residuals[i]);
            max = Math.max(max, residuals[i]);
        }
        int width = 64 - Long.numberOfLeadingZeros(max - min);
        long base = min;
        int patches = 0;
        if (width >= MIN_PATCHED_WIDTH && count >= MIN_PATCHED_VALUES && canPatchesPay(from, count, min, width)) {
            sort(from, count, min, width);
            int patchBits = patchBits(width);
            long best = (long) count * width;
            for (int tried = width - 1; tried >= 0; tried--) {
                long entryBits = (long) count * tried + 8;
                int within = findWindow(count, tried, least(count, best - 1 - entryBits, patchBits));
                if (within > 0) {
                    patches = count - within;
                    best = entryBits + (long) patches * patchBits;
                    width = tried;
                    base = min + sorted[windowStart];
                } else if (findWindow(count, tried, least(count, best + best / 4 - entryBits, patchBits)) == 0) {
                    break;
                }
            }
        }
        out.putByte(patches > 0 ? width | WITH_PATCHES : width);
        out.putZigzag(base);
        out.putBits(residuals, from, count, base, width);
        if (patches > 0) {
            putPatches(from, count, base, width, patches, out);
        }
    }

    /// Puts what the entries of a group are above the least of them into `sorted`, in order: by their lowest bytes,
    /// then by the next, each time by counting.
    private void sort(int from, int count, long min, int width) {
        for (int i = 0; i < count; i++) {
            sorted[i] = residuals[from + i] - min;
        }
        for (int shift = 0; shift < width; shift += Byte.SIZE) {
            sortByByte(count, shift);
        }
    }

    /// Keeps the order of what is equal in the byte.
    private void sortByByte(int count, int shift) {
        Arrays.fill(places, 0);
        for (int i = 0; i < count; i++) {
            places[(int) (sorted[i] >>> shift) & BYTE_MASK]++;
        }
        int at = 0;
        for (int value = 0; value < places.length; value++) {
            int equal = places[value];
            places[value] = at;
            at += equal;
        }
        for (int i = 0; i < count; i++) {
            resorted[places[(int) (sorted[i] >>> shift) & BYTE_MASK]++] = sorted[i];
        }
        long[] swap = sorted;
        sorted = resorted;
        resorted = swap;
    }

    /// Whether some narrower width could be cheaper, told from how many entries lie in each sixteenth of the range: a
    /// window of `2^-k` of the range touches no more than `16 / 2^k + 1` of them. False for nearly all groups, and
    /// cheaper to know than their order.
    private boolean canPatchesPay(int from, int count, long min, int width) {
        int shift = Math.max(0, width - PARTS_BITS);
        Arrays.fill(parts, 0);
        for (int i = from; i < from + count; i++) {
            parts[(int) (residuals[i] - min >>> shift)]++;
        }
        int patchBits = patchBits(width);
        for (int narrower = 1; narrower <= PARTS_BITS; narrower++) {
            int most = fullestParts((PARTS >> narrower) + 1);
            // Narrower by a part and more, a window touches two parts still, and saves all bits at best.
            int saved = narrower < PARTS_BITS ? narrower : width;
            if ((long) (count - most) * patchBits + 8 < (long) count * saved) {
                return true;
            }
        }
        return false;
    }

    /// How many entries lie in the fullest neighbouring parts, so many of them.
    private int fullestParts(int length) {
        int within = 0;
        for (int i = 0; i < length; i++) {
            within += parts[i];
        }
        int most = within;
        for (int i = length; i < PARTS; i++) {
            within += parts[i] - parts[i - length];
            most = Math.max(most, within);
        }
        return most;
    }

    private static int patchBits(int width) {
        return 16 + 8 * (width / 7);
    }

    /// How many of so many entries have to lie in a window if the patches of the others may take so many bits; one
    /// more than there are if the bits are below 0.
    private static int least(int count, long bits, int patchBits) {
        return bits < 0 ? count + 1 : (int) Math.max(1, count - bits / patchBits);
    }

    /// Finds the first window of `2^width` values that holds most entries, if it holds at least so many;
    /// [#windowStart] is where in `sorted` it begins. The more it has to hold, the fewer are the places to look at.
    ///
    /// @return how many it holds, 0 if they are too few
    private int findWindow(int count, int width, int least) {
        long span = (1L << width) - 1;
        int next = least;
        for (int start = 0; start + next <= count; start++) {
            while (start + next <= count && Long.compareUnsigned(sorted[start + next - 1] - sorted[start], span) <= 0) {
                windowStart = start;
                next++;
            }
        }
        return next > least ? next - 1 : 0;
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
