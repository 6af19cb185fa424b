package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import java.util.Arrays;

/// Encodes a column of numbers in the smallest of the ways of docs/format/events-segment.md.
public final class LongColumn {

    private LongColumn() {}

    /// @param values the first `count` are the column
    public static void encode(long[] values, int count, BytesWriter into, Compression compression) {
        int runs = countRuns(values, count);
        if (runs <= 1) {
            into.putByte(Encoding.CONSTANT);
            into.putZigzag(count == 0 ? 0 : values[0]);
        } else if (runs <= count / 4) {
            encodeRuns(values, count, runs, into, compression);
        } else {
            encodePlanes(values, count, into, compression);
        }
    }

    private static int countRuns(long[] values, int count) {
        int runs = Math.min(count, 1);
        for (int i = 1; i < count; i++) {
            if (values[i] != values[i - 1]) {
                runs++;
            }
        }
        return runs;
    }

    private static void encodeRuns(long[] values, int count, int runs, BytesWriter into, Compression compression) {
        long[] runValues = new long[runs];
        long[] lengths = new long[runs];
        int run = -1;
        for (int i = 0; i < count; i++) {
            if (i == 0 || values[i] != values[i - 1]) {
                runValues[++run] = values[i];
            }
            lengths[run]++;
        }
        into.putByte(Encoding.RUNS);
        into.putVarint(runs);
        encodeNested(runValues, runs, into, compression);
        encode(lengths, runs, into, compression);
    }

    /// A nested column that others follow: its length comes first.
    public static void encodeNested(long[] values, int count, BytesWriter into, Compression compression) {
        BytesWriter nested = new BytesWriter(64 + 2 * count);
        encode(values, count, nested, compression);
        into.putVarint(nested.size());
        into.putRaw(nested.array(), 0, nested.size());
    }

    public static long[] decodeNested(BytesReader from, int count) {
        return decode(from.slice(from.getCount(1)), count);
    }

    private static void encodePlanes(long[] values, int count, BytesWriter into, Compression compression) {
        long min = values[0];
        long max = values[0];
        for (int i = 1; i < count; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        long minDelta = Long.MAX_VALUE;
        long maxDelta = Long.MIN_VALUE;
        for (int i = 1; i < count; i++) {
            long delta = values[i] - values[i - 1];
            minDelta = Math.min(minDelta, delta);
            maxDelta = Math.max(maxDelta, delta);
        }
        BytesWriter content = new BytesWriter(16 + count * Long.BYTES);
        int width = width(max - min);
        int deltaWidth = width(maxDelta - minDelta);
        if (deltaWidth == 0 || deltaWidth < width) {
            content.putByte(Encoding.DELTA_PLANES);
            int base = Math.max(1, deltaWidth);
            content.putByte(base);
            content.putZigzag(minDelta);
            content.putZigzag(values[0]);
            for (int plane = 0; plane < base; plane++) {
                for (int i = 1; i < count; i++) {
                    content.putByte((int) (values[i] - values[i - 1] - minDelta >>> 8 * plane));
                }
            }
        } else {
            content.putByte(Encoding.PLANES);
            content.putByte(width);
            content.putZigzag(min);
            for (int plane = 0; plane < width; plane++) {
                for (int i = 0; i < count; i++) {
                    content.putByte((int) (values[i] - min >>> 8 * plane));
                }
            }
        }
        compression.write(into, content.array(), 0, content.size());
    }

    /// Bytes that an unsigned value needs.
    private static int width(long unsigned) {
        return (64 - Long.numberOfLeadingZeros(unsigned) + 7) / 8;
    }

    /// @param from the whole encoded column and nothing else
    public static long[] decode(BytesReader from, int count) {
        int encoding = from.getByte();
        return switch (encoding) {
            case Encoding.ZSTD -> decode(Compression.read(from), count);
            case Encoding.CONSTANT -> {
                long[] values = new long[count];
                Arrays.fill(values, from.getZigzag());
                yield values;
            }
            case Encoding.RUNS -> decodeRuns(from, count);
            case Encoding.PLANES -> {
                int width = decodeWidth(from);
                yield decodePlanes(from, count, width, from.getZigzag());
            }
            case Encoding.DELTA_PLANES -> decodeDeltas(from, count);
            default -> throw new MalformedBytesException("number encoding " + encoding + " is not known");
        };
    }

    private static int decodeWidth(BytesReader from) {
        int width = from.getByte();
        if (width < 1 || width > Long.BYTES) {
            throw new MalformedBytesException("planes of width " + width);
        }
        return width;
    }

    private static long[] decodePlanes(BytesReader from, int count, int width, long base) {
        byte[] bytes = from.array();
        int at = from.position();
        from.skip((long) count * width);
        long[] values = new long[count];
        Arrays.fill(values, base);
        for (int plane = 0; plane < width; plane++) {
            int shift = 8 * plane;
            for (int i = 0; i < count; i++) {
                values[i] += (bytes[at++] & 0xffL) << shift;
            }
        }
        return values;
    }

    private static long[] decodeDeltas(BytesReader from, int count) {
        int width = decodeWidth(from);
        long minDelta = from.getZigzag();
        long value = from.getZigzag();
        if (count == 0) {
            return new long[0];
        }
        long[] deltas = decodePlanes(from, count - 1, width, minDelta);
        long[] values = new long[count];
        values[0] = value;
        for (int i = 1; i < count; i++) {
            value += deltas[i - 1];
            values[i] = value;
        }
        return values;
    }

    private static long[] decodeRuns(BytesReader from, int count) {
        long runCount = from.getVarint();
        if (runCount < 0 || runCount > count) {
            throw new MalformedBytesException(runCount + " runs of " + count + " values");
        }
        int runs = (int) runCount;
        long[] runValues = decodeNested(from, runs);
        long[] lengths = decode(from, runs);
        long[] values = new long[count];
        int at = 0;
        for (int run = 0; run < runs; run++) {
            if (lengths[run] < 0 || lengths[run] > count - at) {
                throw new MalformedBytesException("runs longer than " + count + " values");
            }
            int end = at + (int) lengths[run];
            Arrays.fill(values, at, end, runValues[run]);
            at = end;
        }
        if (at != count) {
            throw new MalformedBytesException("runs of " + at + " values, " + count + " expected");
        }
        return values;
    }
}
