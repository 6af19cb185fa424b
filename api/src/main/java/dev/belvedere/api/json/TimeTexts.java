package dev.belvedere.api.json;

import java.util.Arrays;

/// A row of timestamps as Prometheus writes them, written once for all series that have samples at these times.
public final class TimeTexts {

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
            if (bytes.length - size < DecimalText.MAX_LONG_BYTES + 4) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            size = DecimalText.writeSeconds(bytes, size, millis[i]);
            ends[i] = size;
        }
        return new TimeTexts(millis, bytes, ends);
    }

    public boolean areOf(long[] others) {
        return Arrays.equals(millis, others);
    }

    /// Copies a text into `into` from `at` on, which has room for it.
    ///
    /// @return where it ends
    int copy(int index, byte[] into, int at) {
        int begin = index == 0 ? 0 : ends[index - 1];
        int length = ends[index] - begin;
        System.arraycopy(bytes, begin, into, at, length);
        return at + length;
    }
}
