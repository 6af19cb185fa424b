package dev.belvedere.tsdb.codec;

import java.util.Arrays;

/// Reads what [IntegerEncoder] wrote, or those integers of it that are wanted. Not safe for concurrent use: it keeps
/// scratch arrays.
///
/// Of what lies before them only the sum is taken, eight integers of some bits at a time; what lies behind them is not
/// looked at. Cost: about 1 ns for an integer that is read, a fifth of it for one that is passed over.
public final class IntegerDecoder {

    /// So many entries of any width end at a byte.
    private static final int BYTE_ALIGNED = 8;

    private final IntegerRuns runs = new IntegerRuns();

    /// Reads `count` integers into the start of `into`.
    public void decode(ByteSource in, long[] into, int count) {
        decode(in, into, RowSpan.all(count));
    }

    /// Reads the wanted integers into their places in `into`, which has a place for every one. Other places may be
    /// overwritten. Where the last one is not wanted, `in` stands before the end of the column afterwards.
    ///
    /// @return whether all that are wanted are known to be equal
    public boolean decode(ByteSource in, long[] into, RowSpan rows) {
        return areRuns(in) ? decodeRuns(in, into, rows) : decodePlain(in, into, rows);
    }

    private boolean decodeRuns(ByteSource in, long[] into, RowSpan rows) {
        IntegerRuns read = readRuns(in, rows);
        int row = read.firstRow;
        int from = row;
        for (int run = read.first; run < read.count; run++) {
            row += read.length(run, rows.count() - row);
            int to = Math.min(row, rows.to());
            IntegerRuns.fill(into, from, to, rows.to(), read.values[run]);
            from = to;
        }
        read.requireEnd(row, rows);
        return read.count - read.first == 1;
    }

    static boolean areRuns(ByteSource in) {
        return in.peekByte() == IntegerEncoder.RUNS;
    }

    /// Reads integers that are runs ([#areRuns]): all lengths, and the values from the first wanted row on. Valid until
    /// the next column is read.
    IntegerRuns readRuns(ByteSource in, RowSpan rows) {
        in.skip(1);
        IntegerRuns read = runs;
        read.begin(in.getIndex(rows.count()));
        decodePlain(in, read.lengths, RowSpan.all(read.count));
        read.findFirst(rows);
        decodePlain(in, read.values, new RowSpan(read.count, read.first, read.count));
        return read;
    }

    private static boolean decodePlain(ByteSource in, long[] into, RowSpan rows) {
        int head = in.getByte();
        long first = in.getZigzag();
        if (head == IntegerEncoder.EQUAL) {
            Arrays.fill(into, rows.from(), rows.to(), first);
            return true;
        }
        int mode = head & ~IntegerEncoder.WITH_DIVISOR;
        if (rows.count() == 0 || mode > IntegerEncoder.SECOND_DIFFERENCES || mode == IntegerEncoder.EQUAL) {
            throw new MalformedBytesException("integers of mode " + head + ", count " + rows.count());
        }
        long divisor = (head & IntegerEncoder.WITH_DIVISOR) != 0 ? in.getVarint() : 1;
        into[0] = divisor > 1 ? 0 : first;
        switch (mode) {
            case IntegerEncoder.VALUES -> decodeValues(in, into, rows);
            case IntegerEncoder.DIFFERENCES -> {
                if (divisor > 1) {
                    decodeMultiples(in, into, rows, first, divisor);
                    return false;
                }
                decodeDifferences(in, into, rows);
            }
            default -> decodeSecondDifferences(in, into, rows);
        }
        if (divisor > 1) {
            for (int i = rows.from(); i < rows.to(); i++) {
                into[i] = first + into[i] * divisor;
            }
        }
        return false;
    }

    private static void decodeValues(ByteSource in, long[] into, RowSpan rows) {
        for (int at = 1; at < rows.to(); at += IntegerEncoder.GROUP) {
            getGroup(in, into, at, Math.min(IntegerEncoder.GROUP, rows.count() - at), rows.from());
        }
    }

    /// Adds up differences behind the first integer, which is in its place.
    private static void decodeDifferences(ByteSource in, long[] into, RowSpan rows) {
        long running = into[0];
        for (int at = 1; at < rows.to(); at += IntegerEncoder.GROUP) {
            int count = Math.min(IntegerEncoder.GROUP, rows.count() - at);
            running += getGroup(in, into, at, count, rows.from());
            for (int i = at + passedOver(at, count, rows.from()); i < at + count; i++) {
                running += into[i];
                into[i] = running;
            }
        }
    }

    /// Adds up differences behind 0, and makes integers of the sums: sizes in memory are mostly such.
    private static void decodeMultiples(ByteSource in, long[] into, RowSpan rows, long first, long divisor) {
        into[0] = first;
        long running = 0;
        for (int at = 1; at < rows.to(); at += IntegerEncoder.GROUP) {
            int count = Math.min(IntegerEncoder.GROUP, rows.count() - at);
            running += getGroup(in, into, at, count, rows.from());
            for (int i = at + passedOver(at, count, rows.from()); i < at + count; i++) {
                running += into[i];
                into[i] = first + running * divisor;
            }
        }
    }

    private static void decodeSecondDifferences(ByteSource in, long[] into, RowSpan rows) {
        if (rows.count() < 2) {
            throw new MalformedBytesException("second differences of " + rows.count() + " integers");
        }
        long difference = in.getZigzag();
        long running = into[0] + difference;
        into[1] = running;
        for (int at = 2; at < rows.to(); at += IntegerEncoder.GROUP) {
            int count = Math.min(IntegerEncoder.GROUP, rows.count() - at);
            getGroup(in, into, at, count, 0);
            for (int i = at; i < at + count; i++) {
                difference += into[i];
                running += difference;
                into[i] = running;
            }
        }
    }

    /// How many entries of the group at `at` need not be unpacked where those from `from` on are wanted.
    private static int passedOver(int at, int count, int from) {
        return Math.max(0, Math.min(from - at, count)) / BYTE_ALIGNED * BYTE_ALIGNED;
    }

    /// Reads the entries of a group into places from `at` on, but those that are passed over.
    ///
    /// @return the sum of these
    private static long getGroup(ByteSource in, long[] into, int at, int count, int from) {
        int head = in.getByte();
        int width = head & ~IntegerEncoder.WITH_PATCHES;
        if (width > 64) {
            throw new MalformedBytesException("entries of " + width + " bits");
        }
        long base = in.getZigzag();
        int begin = in.position();
        int passedOver = passedOver(at, count, from);
        long sum = passedOver == 0 ? 0 : passedOver * base + in.sumBits(passedOver, width);
        in.getBits(into, at + passedOver, count - passedOver, base, width);
        if ((head & IntegerEncoder.WITH_PATCHES) != 0) {
            int patches = in.getByte();
            int places = in.position();
            in.skip(patches);
            for (int i = 0; i < patches; i++) {
                int place = in.byteAt(places + i);
                if (place >= count) {
                    throw new MalformedBytesException("a patch at " + place + " of " + count);
                }
                long patch = in.getZigzag();
                if (place >= passedOver) {
                    into[at + place] = base + patch;
                } else {
                    sum += patch - in.bitsAt(begin, (long) place * width, width);
                }
            }
        }
        return sum;
    }
}
