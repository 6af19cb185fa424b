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
    private long[] runLengths = NONE;
    private long[] runValues = NONE;

    /// Of the group at hand: values, differences or differences of differences.
    private final long[] entries = new long[GROUP];

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

    /// What values or differences take without patches, whichever take less. Their range tells it: the mean of small
    /// ones is below 1, as if they took no bits.
    private static long bits(long[] values, int count) {
        if (count < 3) {
            return 32;
        }
        long least = values[0];
        long greatest = least;
        long steepest = Long.MIN_VALUE;
        long flattest = Long.MAX_VALUE;
        for (int i = 1; i < count; i++) {
            long difference = values[i] - values[i - 1];
            least = values[i] < least ? values[i] : least;
            greatest = values[i] > greatest ? values[i] : greatest;
            flattest = difference < flattest ? difference : flattest;
            steepest = difference > steepest ? difference : steepest;
        }
        int zeros =
                Math.max(Long.numberOfLeadingZeros(greatest - least), Long.numberOfLeadingZeros(steepest - flattest));
        return (long) count * (Long.SIZE - zeros);
    }

    private void encodePlain(long[] values, int count, ByteSink out) {
        long first = values[0];
        divisor.find(values, count);
        if (divisor.isOfEqual()) {
            out.putByte(EQUAL);
            out.putZigzag(first);
            return;
        }
        long[] numbers = values;
        boolean isDivided = divisor.value() > 1;
        if (isDivided) {
            scaled = scaled.length < count ? new long[count + count / 2] : scaled;
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
        int before = 1;
        if (mode == SECOND_DIFFERENCES) {
            out.putZigzag(numbers[1] - numbers[0]);
            before = 2;
        }
        for (int from = before; from < count; from += GROUP) {
            putGroup(mode, numbers, from, Math.min(GROUP, count - from), out);
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
        long magnitude = difference ^ difference >> 63;
        return magnitude < most ? magnitude : most;
    }

    /// @param from the number that the first entry stands for; those before it that make the entry are there
    private void putGroup(int mode, long[] numbers, int from, int count, ByteSink out) {
        takeEntries(mode, numbers, from, count);
        out.putByte(window.patches() > 0 ? window.width() | WITH_PATCHES : window.width());
        out.putZigzag(window.base());
        out.putBits(entries, count, window.base(), window.width());
        if (window.patches() > 0) {
            putPatches(count, out);
        }
    }

    /// Makes the entries and finds their window: in one loop and without calls, since each takes longer in code of the
    /// first compiler than what it does.
    private void takeEntries(int mode, long[] numbers, int from, int count) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        long before = mode == SECOND_DIFFERENCES ? numbers[from - 1] - numbers[from - 2] : 0;
        for (int i = 0; i < count; i++) {
            long entry = numbers[from + i];
            if (mode != VALUES) {
                entry -= numbers[from + i - 1];
            }
            if (mode == SECOND_DIFFERENCES) {
                long difference = entry;
                entry -= before;
                before = difference;
            }
            entries[i] = entry;
            min = entry < min ? entry : min;
            max = entry > max ? entry : max;
        }
        window.find(entries, count, min, max);
    }

    private void putPatches(int count, ByteSink out) {
        out.putByte(window.patches());
        long outside = -1L << window.width();
        int patches = 0;
        for (int i = 0; i < count; i++) {
            long patch = entries[i] - window.base();
            if ((patch & outside) != 0) {
                out.putByte(i);
                entries[patches++] = patch;
            }
        }
        for (int i = 0; i < patches; i++) {
            out.putZigzag(entries[i]);
        }
    }
}
