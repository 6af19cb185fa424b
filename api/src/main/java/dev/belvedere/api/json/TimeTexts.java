package dev.belvedere.api.json;

import java.util.Arrays;

/// A row of timestamps as what stands before the values of samples, `"],[1790000000.5,"`, with the end of the sample
/// before: two words for most. Written once for all series that have samples at these times.
public final class TimeTexts {

    /// The end of the sample before, `"],`.
    private static final int END_BYTES = 3;

    /// The longest text.
    static final int MAX_BYTES = END_BYTES + DecimalText.MAX_LONG_BYTES + 4 + 3;

    private final long[] millis;
    private final byte[] bytes;

    /// Where each text ends.
    private final int[] ends;

    private TimeTexts(long[] millis, byte[] bytes, int[] ends) {
        this.millis = millis;
        this.bytes = bytes;
        this.ends = ends;
    }

    /// @param millis not copied
    public static TimeTexts of(long[] millis) {
        byte[] bytes = new byte[64];
        int[] ends = new int[millis.length];
        int size = 0;
        for (int i = 0; i < millis.length; i++) {
            if (bytes.length - size < MAX_BYTES + ByteWords.BEYOND) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            bytes[size++] = '"';
            bytes[size++] = ']';
            bytes[size++] = ',';
            bytes[size++] = '[';
            size = DecimalText.writeSeconds(bytes, size, millis[i]);
            bytes[size++] = ',';
            bytes[size++] = '"';
            ends[i] = size;
        }
        return new TimeTexts(millis, bytes, ends);
    }

    int count() {
        return millis.length;
    }

    public boolean areOf(long[] others) {
        return Arrays.equals(millis, others);
    }

    /// Copies a text into `into` from `at` on, which has room for it and [ByteWords#BEYOND] bytes.
    ///
    /// @return where it ends
    int copy(int index, byte[] into, int at) {
        return copyFrom(index == 0 ? 0 : ends[index - 1], index, into, at);
    }

    /// The same for a sample that has none before it.
    int copyFirst(int index, byte[] into, int at) {
        return copyFrom(END_BYTES + (index == 0 ? 0 : ends[index - 1]), index, into, at);
    }

    private int copyFrom(int begin, int index, byte[] into, int at) {
        int length = ends[index] - begin;
        ByteWords.copy(bytes, begin, into, at, length);
        return at + length;
    }
}
