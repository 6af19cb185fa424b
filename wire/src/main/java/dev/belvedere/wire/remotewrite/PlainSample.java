package dev.belvedere.wire.remotewrite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads the `Sample` message, field 2 of a series in both versions, as nearly every sender encodes it: value, then
/// timestamp, nothing else. The general way takes three times as long.
final class PlainSample {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte SAMPLE_TAG = 0x12;
    private static final byte VALUE_TAG = 0x09;
    private static final byte TIMESTAMP_TAG = 0x10;
    private static final int HEAD = 12;

    /// How long it is with a timestamp of this century.
    static final int USUAL_BYTES = HEAD + 6;

    /// The first three bytes of one so long.
    private static final int USUAL_HEAD = VALUE_TAG << 16 | USUAL_BYTES - 2 << 8 | SAMPLE_TAG;

    private double value;
    private long timestampMillis;

    /// The last seven bytes of the last sample of usual length, tag and timestamp: a request mostly has one timestamp.
    /// Negative before the first.
    private long usualTail = -1;

    /// What they say.
    private long usualMillis;

    /// @return where the sample ends; -1 if what lies at `at` is something else
    int read(byte[] buffer, int at, int end) {
        boolean isUsual = at + USUAL_BYTES <= end && ((int) INT.get(buffer, at) & 0xff_ffff) == USUAL_HEAD;
        if (isUsual && tail(buffer, at) == usualTail) {
            value = Double.longBitsToDouble((long) LONG.get(buffer, at + 3));
            timestampMillis = usualMillis;
            return at + USUAL_BYTES;
        }
        int stop = readAny(buffer, at, end);
        if (isUsual && stop >= 0) {
            usualTail = tail(buffer, at);
            usualMillis = timestampMillis;
        }
        return stop;
    }

    private static long tail(byte[] buffer, int at) {
        return (long) LONG.get(buffer, at + USUAL_BYTES - Long.BYTES) >>> 8;
    }

    private int readAny(byte[] buffer, int at, int end) {
        if (at + HEAD >= end
                || buffer[at] != SAMPLE_TAG
                || buffer[at + 1] < HEAD
                || buffer[at + 2] != VALUE_TAG
                || buffer[at + 11] != TIMESTAMP_TAG) {
            return -1;
        }
        int stop = at + 2 + buffer[at + 1];
        if (stop > end || stop - at - HEAD > 9) {
            return -1;
        }
        long timestamp = 0;
        int shift = 0;
        for (int i = at + HEAD; i < stop; i++) {
            byte b = buffer[i];
            if (b >= 0 != (i == stop - 1)) {
                return -1;
            }
            timestamp |= (long) (b & 0x7f) << shift;
            shift += 7;
        }
        value = Double.longBitsToDouble((long) LONG.get(buffer, at + 3));
        timestampMillis = timestamp;
        return stop;
    }

    double value() {
        return value;
    }

    long timestampMillis() {
        return timestampMillis;
    }
}
