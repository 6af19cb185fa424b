package dev.belvedere.tsdb.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads a range of an array that may hold anything. Every read is checked against the range's end.
///
/// All failures are [MalformedBytesException].
public final class ByteSource {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// How many bits can be had of a word that begins at any bit of a byte.
    private static final int MAX_LOADED_BITS = 57;

    /// By width: how many values a word holds, an even number, and the bits of those at even places.
    private static final int[] PER_WORD = new int[MAX_LOADED_BITS / 2 + 1];

    private static final long[] EVEN_PLACES = new long[PER_WORD.length];

    static {
        for (int width = 1; width < PER_WORD.length; width++) {
            PER_WORD[width] = MAX_LOADED_BITS / width & ~1;
            for (int i = 0; i < PER_WORD[width]; i += 2) {
                EVEN_PLACES[width] |= mask(width) << i * width;
            }
        }
    }

    private byte[] bytes;
    private int at;
    private int end;

    public ByteSource(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    public ByteSource(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /// Goes on to another range, so that one object serves many columns.
    public void reset(byte[] newBytes, int offset, int length) {
        bytes = newBytes;
        at = offset;
        end = offset + length;
    }

    public int position() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    private MalformedBytesException tooShort() {
        return new MalformedBytesException("bytes end too early");
    }

    private void require(int count) {
        if (count < 0 || end - at < count) {
            throw tooShort();
        }
    }

    /// Is of 35 bytes of code, which the JVM's first compiler still puts into its callers.
    public int getByte() {
        int next = at;
        if (next >= end) {
            throw tooShort();
        }
        at = next + 1;
        return Byte.toUnsignedInt(bytes[next]);
    }

    /// The byte that [#getByte] would return.
    public int peekByte() {
        if (at >= end) {
            throw tooShort();
        }
        return bytes[at] & 0xff;
    }

    public int getInt() {
        require(4);
        int value = bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
        at += 4;
        return value;
    }

    public long getLong() {
        require(8);
        long value = (long) LONGS.get(bytes, at);
        at += 8;
        return value;
    }

    public long getVarint() {
        int first = getByte();
        return first < 0x80 ? first : getLongVarint(first & 0x7f);
    }

    /// The rest of one of several bytes.
    private long getLongVarint(long first) {
        long value = first;
        for (int shift = 7; shift < 64; shift += 7) {
            int b = getByte();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new MalformedBytesException("a varint is longer than 10 bytes");
    }

    public long getZigzag() {
        long value = getVarint();
        return value >>> 1 ^ -(value & 1);
    }

    /// A count of things that take at least `bytesEach` bytes each of what is left: bounds an allocation.
    public int getCount(int bytesEach) {
        long count = getVarint();
        if (count < 0 || count > remaining() / Math.max(1, bytesEach)) {
            throw new MalformedBytesException("a count of " + count + " does not fit into " + remaining() + " bytes");
        }
        return (int) count;
    }

    /// A varint between 0 and `max`, inclusive.
    public int getIndex(int max) {
        long value = getVarint();
        if (value < 0 || value > max) {
            throw new MalformedBytesException("a number of " + value + " is beyond " + max);
        }
        return (int) value;
    }

    public String getString() {
        int length = getCount(1);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    public double getDouble() {
        int length = getByte();
        if (length > 8) {
            throw new MalformedBytesException("a double of " + length + " bytes");
        }
        return Double.longBitsToDouble(getHighBytes(length));
    }

    /// The bits whose high `length` bytes come next.
    public long getHighBytes(int length) {
        if (end - at >= 8) {
            long value = length == 0 ? 0 : (long) LONGS.get(bytes, at) << 64 - 8 * length;
            at += length;
            return value;
        }
        require(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value >>> 8 | (long) bytes[at++] << 56;
        }
        return value;
    }

    /// Goes back to a position that was read before, or forth to one that was.
    public void moveTo(int position) {
        at = position;
    }

    /// A byte that was skipped before.
    public int byteAt(int position) {
        return bytes[position] & 0xff;
    }

    public void skip(int count) {
        require(count);
        at += count;
    }

    /// Reads `count` values of `width` bits and adds `base` to each.
    void getBits(long[] into, int from, int count, long base, int width) {
        int length = (int) ((long) count * width + 7 >>> 3);
        require(length);
        long mask = mask(width);
        int i = 0;
        if (width == 0) {
            for (; i < count; i++) {
                into[from + i] = base;
            }
        } else if (width <= MAX_LOADED_BITS) {
            int safe = loadable(count, length, width);
            i = getEights(into, from, safe, base, width);
            long bit = ((long) at << 3) + (long) i * width;
            for (; i < safe; i++) {
                into[from + i] = ((long) LONGS.get(bytes, (int) (bit >>> 3)) >>> (bit & 7) & mask) + base;
                bit += width;
            }
        }
        for (; i < count; i++) {
            into[from + i] = bitsAt(at, (long) i * width, width) + base;
        }
        at += length;
    }

    /// Reads eight values at a time, as long as that many are left: they begin and end at a byte.
    ///
    /// @return how many were read
    private int getEights(long[] into, int from, int count, long base, int width) {
        int whole = count & -8;
        if (width <= 8) {
            getEightsOfOneWord(into, from, whole, base, width);
        } else if (width <= 15) {
            getEightsOfTwoWords(into, from, whole, base, width);
        } else if (width <= MAX_LOADED_BITS / 2) {
            getEightsOfFourWords(into, from, whole, base, width);
        } else {
            return 0;
        }
        return whole;
    }

    private void getEightsOfOneWord(long[] into, int from, int count, long base, int width) {
        long mask = mask(width);
        int source = at;
        for (int i = from; i < from + count; i += 8) {
            long word = (long) LONGS.get(bytes, source);
            into[i] = (word & mask) + base;
            into[i + 1] = (word >>> width & mask) + base;
            into[i + 2] = (word >>> 2 * width & mask) + base;
            into[i + 3] = (word >>> 3 * width & mask) + base;
            into[i + 4] = (word >>> 4 * width & mask) + base;
            into[i + 5] = (word >>> 5 * width & mask) + base;
            into[i + 6] = (word >>> 6 * width & mask) + base;
            into[i + 7] = (word >>> 7 * width & mask) + base;
            source += width;
        }
    }

    /// The second four begin at a byte or in its middle.
    private void getEightsOfTwoWords(long[] into, int from, int count, long base, int width) {
        long mask = mask(width);
        int source = at;
        int second = 4 * width >>> 3;
        int shift = 4 * width & 7;
        for (int i = from; i < from + count; i += 8) {
            long word = (long) LONGS.get(bytes, source);
            into[i] = (word & mask) + base;
            into[i + 1] = (word >>> width & mask) + base;
            into[i + 2] = (word >>> 2 * width & mask) + base;
            into[i + 3] = (word >>> 3 * width & mask) + base;
            word = (long) LONGS.get(bytes, source + second) >>> shift;
            into[i + 4] = (word & mask) + base;
            into[i + 5] = (word >>> width & mask) + base;
            into[i + 6] = (word >>> 2 * width & mask) + base;
            into[i + 7] = (word >>> 3 * width & mask) + base;
            source += width;
        }
    }

    /// Two values in each word, which begins at an even bit of a byte.
    private void getEightsOfFourWords(long[] into, int from, int count, long base, int width) {
        long mask = mask(width);
        int source = at;
        int second = 2 * width >>> 3;
        int third = 4 * width >>> 3;
        int fourth = 6 * width >>> 3;
        int secondShift = 2 * width & 7;
        int thirdShift = 4 * width & 7;
        int fourthShift = 6 * width & 7;
        for (int i = from; i < from + count; i += 8) {
            long word = (long) LONGS.get(bytes, source);
            into[i] = (word & mask) + base;
            into[i + 1] = (word >>> width & mask) + base;
            word = (long) LONGS.get(bytes, source + second) >>> secondShift;
            into[i + 2] = (word & mask) + base;
            into[i + 3] = (word >>> width & mask) + base;
            word = (long) LONGS.get(bytes, source + third) >>> thirdShift;
            into[i + 4] = (word & mask) + base;
            into[i + 5] = (word >>> width & mask) + base;
            word = (long) LONGS.get(bytes, source + fourth) >>> fourthShift;
            into[i + 6] = (word & mask) + base;
            into[i + 7] = (word >>> width & mask) + base;
            source += width;
        }
    }

    /// How many of `count` values can be had by loading a whole word: all but those at the end of the array.
    private int loadable(int count, int length, int width) {
        int room = bytes.length - at - 8;
        return room >= length ? count : Math.min(count, (int) Math.max(0, (long) room * 8 / width));
    }

    /// Passes over `count` values of `width` bits, which end at a byte, and adds them up.
    ///
    /// Takes as many neighbours at once as a word holds: those at even and at odd places are added to each other in
    /// lanes of twice the width, which can take `2^(width - 1)` words until they have to be emptied.
    long sumBits(int count, int width) {
        int length = (int) ((long) count * width >>> 3);
        require(length);
        long sum = 0;
        int i = 0;
        if (width > 0 && width < EVEN_PLACES.length) {
            long evenPlaces = EVEN_PLACES[width];
            int each = PER_WORD[width];
            int safe = loadable(count, length, width) - each;
            int most = each << Math.min(width - 1, 16);
            long bit = (long) at << 3;
            while (i <= safe) {
                long lanes = 0;
                for (int stop = Math.min(safe, i + most - each); i <= stop; i += each) {
                    long word = (long) LONGS.get(bytes, (int) (bit >>> 3)) >>> (bit & 7);
                    lanes += (word & evenPlaces) + (word >>> width & evenPlaces);
                    bit += (long) each * width;
                }
                for (; lanes != 0; lanes >>>= 2 * width) {
                    sum += lanes & mask(2 * width);
                }
            }
        }
        for (; i < count && width > 0; i++) {
            sum += bitsAt(at, (long) i * width, width);
        }
        at += length;
        return sum;
    }

    private static long mask(int width) {
        return width == 64 ? -1L : (1L << width) - 1;
    }

    /// The value of `width` bits that begins so many bits behind a position.
    long bitsAt(int position, long bit, int width) {
        int first = position + (int) (bit >>> 3);
        if (width <= MAX_LOADED_BITS && first <= bytes.length - Long.BYTES) {
            return (long) LONGS.get(bytes, first) >>> (bit & 7) & mask(width);
        }
        long value = 0;
        int have = -(int) (bit & 7);
        for (int index = first; have < width; index++) {
            long b = bytes[index] & 0xffL;
            value |= have < 0 ? b >>> -have : b << have;
            have += 8;
        }
        return value & mask(width);
    }
}
