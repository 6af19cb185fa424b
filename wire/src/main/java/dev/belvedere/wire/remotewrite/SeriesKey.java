package dev.belvedere.wire.remotewrite;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/// 128 bits that stand for the labels of a series as a request holds them, so that a receiver finds what it knows of
/// the series without looking at its labels.
///
/// The bits depend on every byte and on secrets of the process: that two series share them, even if somebody tries, is
/// less likely than an error of the memory that holds them. They mean nothing outside the process. The same labels
/// encoded in another way have another key.
///
/// Chains of multiplications whose halves are folded: two pairs of them, which do not wait for each other, 32 bytes a
/// step.
public final class SeriesKey {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long[] SECRETS = new SecureRandom().longs(10).toArray();
    private static final long HIGH_START = SECRETS[0];
    private static final long LOW_START = SECRETS[1];
    private static final long HIGH_STEP = SECRETS[2];
    private static final long LOW_STEP = SECRETS[3];
    private static final long HIGH_END = SECRETS[4];
    private static final long LOW_END = SECRETS[5];
    private static final long HIGH_SECOND = SECRETS[6];
    private static final long LOW_SECOND = SECRETS[7];
    private static final long HIGH_SECOND_STEP = SECRETS[8];
    private static final long LOW_SECOND_STEP = SECRETS[9];

    private long high;
    private long low;

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    void set(SeriesKey other) {
        set(other.high, other.low);
    }

    void set(long newHigh, long newLow) {
        high = newHigh;
        low = newLow;
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }

    /// Becomes the key of bytes.
    public void setBytes(byte[] bytes, int start, int end) {
        int length = end - start;
        long a = HIGH_START ^ length;
        long b = LOW_START + length;
        int at = start;
        if (length >= 32) {
            long c = HIGH_SECOND ^ length;
            long d = LOW_SECOND + length;
            for (; at + 32 <= end; at += 32) {
                long first = (long) LONG.get(bytes, at);
                long second = (long) LONG.get(bytes, at + 8);
                long third = (long) LONG.get(bytes, at + 16);
                long fourth = (long) LONG.get(bytes, at + 24);
                a = fold(a ^ first, second ^ HIGH_STEP);
                b = fold(b ^ second, first ^ LOW_STEP);
                c = fold(c ^ third, fourth ^ HIGH_SECOND_STEP);
                d = fold(d ^ fourth, third ^ LOW_SECOND_STEP);
            }
            a ^= c;
            b ^= d;
        }
        if (at + 16 <= end) {
            long first = (long) LONG.get(bytes, at);
            long second = (long) LONG.get(bytes, at + 8);
            a = fold(a ^ first, second ^ HIGH_STEP);
            b = fold(b ^ second, first ^ LOW_STEP);
            at += 16;
        }
        long first = 0;
        long second = 0;
        int rest = end - at;
        if (rest >= 8) {
            first = (long) LONG.get(bytes, at);
            second = (long) LONG.get(bytes, end - 8);
        } else if (length >= 8) {
            first = (long) LONG.get(bytes, end - 8);
        } else {
            for (int i = at; i < end; i++) {
                first = first << 8 | bytes[i] & 0xff;
            }
        }
        high = fold(a ^ first, second ^ HIGH_END);
        low = fold(b ^ second, first ^ LOW_END);
    }

    /// Becomes the key of no labels, to which [#add] adds.
    public void clear() {
        high = LOW_START;
        low = HIGH_START;
    }

    /// Adds a label by the key of the bytes that hold its name and its value.
    public void add(SeriesKey label) {
        add(label.high, label.low, label.high, label.low);
    }

    /// What [#addTo] adds to one half of the key of labels for one of them: a product of a half of its name's key
    /// and the other half of its value's. The order of labels does not matter, so that no multiplication waits for
    /// the one before. A multiplication by an odd number loses nothing.
    static long product(long ofName, long ofValue) {
        return (ofName | 1) * ofValue;
    }

    /// Adds a label by the keys of its name and its value.
    void add(long nameHigh, long nameLow, long valueHigh, long valueLow) {
        high = fold(high ^ nameHigh, valueHigh ^ HIGH_STEP);
        low = fold(low ^ valueLow, nameLow ^ LOW_STEP);
    }
}
