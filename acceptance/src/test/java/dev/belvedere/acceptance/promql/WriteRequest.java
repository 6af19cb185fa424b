package dev.belvedere.acceptance.promql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/// A remote write 2.0 request, encoded without any code of the server under test.
final class WriteRequest {

    static final String CONTENT_TYPE = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private static final Pattern EXEMPLIFIED = Pattern.compile(".*_(total|bucket)");
    private static final int EXEMPLAR_ONE_IN = 7;
    private static final int SNAPPY_LITERAL_BYTES = 1 << 16;

    private final Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
    private final ByteArrayOutputStream series = new ByteArrayOutputStream();
    private final boolean hasExemplars;

    /// @param hasExemplars whether every few samples of a counter have one
    WriteRequest(boolean hasExemplars) {
        this.hasExemplars = hasExemplars;
    }

    void add(RandomSeries one, long startMillis, long endMillis) {
        List<Point> points = one.between(startMillis, endMillis);
        if (points.isEmpty()) {
            return;
        }
        ByteArrayOutputStream refs = new ByteArrayOutputStream();
        one.labels().forEach((name, value) -> {
            varint(refs, symbol(name));
            varint(refs, symbol(value));
        });
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        bytes(message, 1, refs.toByteArray());
        for (Point point : points) {
            if (point.histogram() == null) {
                ByteArrayOutputStream sample = new ByteArrayOutputStream();
                float64(sample, 1, point.value());
                number(sample, 2, point.timestampMillis());
                bytes(message, 2, sample.toByteArray());
            } else {
                bytes(message, 3, histogram(point.timestampMillis(), point.histogram()));
            }
        }
        if (hasExemplars
                && EXEMPLIFIED
                        .matcher(one.labels().getOrDefault("__name__", ""))
                        .matches()) {
            for (Point point : points) {
                exemplar(one, point, message);
            }
        }
        bytes(series, 5, message.toByteArray());
    }

    private void exemplar(RandomSeries one, Point point, ByteArrayOutputStream message) {
        long hash = one.labels().hashCode() * 31L + point.timestampMillis();
        if (hash % EXEMPLAR_ONE_IN != 0) {
            return;
        }
        ByteArrayOutputStream refs = new ByteArrayOutputStream();
        varint(refs, symbol("trace_id"));
        varint(refs, symbol(Long.toHexString(hash)));
        ByteArrayOutputStream exemplar = new ByteArrayOutputStream();
        bytes(exemplar, 1, refs.toByteArray());
        float64(exemplar, 2, point.value());
        number(exemplar, 3, point.timestampMillis());
        bytes(message, 4, exemplar.toByteArray());
    }

    boolean isEmpty() {
        return series.size() == 0;
    }

    /// The body as a snappy block that says everything literally.
    byte[] body() {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        symbols.keySet().forEach(symbol -> bytes(request, 4, symbol.getBytes(StandardCharsets.UTF_8)));
        request.writeBytes(series.toByteArray());
        byte[] plain = request.toByteArray();
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        varint(block, plain.length);
        for (int at = 0; at < plain.length; at += SNAPPY_LITERAL_BYTES) {
            int length = Math.min(SNAPPY_LITERAL_BYTES, plain.length - at);
            block.write(61 << 2);
            block.write(length - 1 & 0xff);
            block.write(length - 1 >> 8);
            block.write(plain, at, length);
        }
        return block.toByteArray();
    }

    private int symbol(String text) {
        return symbols.computeIfAbsent(text, t -> symbols.size());
    }

    private static byte[] histogram(long timestampMillis, NativePoint point) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (point.isFloat()) {
            float64(out, 2, point.count());
        } else {
            number(out, 1, (long) point.count());
        }
        float64(out, 3, point.sum());
        number(out, 4, zigzag(point.schema()));
        float64(out, 5, point.zeroThreshold());
        if (point.isFloat()) {
            float64(out, 7, point.zeroCount());
        } else {
            number(out, 6, (long) point.zeroCount());
        }
        side(out, 8, point.negative(), point.isFloat());
        side(out, 11, point.positive(), point.isFloat());
        number(out, 14, point.hint());
        number(out, 15, timestampMillis);
        if (point.bounds().length > 0) {
            bytes(out, 16, doubles(point.bounds()));
        }
        return out.toByteArray();
    }

    /// Spans in `field`, and behind it deltas of whole numbers or floats.
    private static void side(
            ByteArrayOutputStream out, int field, SortedMap<Integer, Double> buckets, boolean isFloat) {
        List<int[]> spans = new ArrayList<>();
        ByteArrayOutputStream deltas = new ByteArrayOutputStream();
        double[] counts = new double[buckets.size()];
        int next = 0;
        long before = 0;
        int filled = 0;
        for (Map.Entry<Integer, Double> bucket : buckets.entrySet()) {
            if (spans.isEmpty() || bucket.getKey() != next) {
                spans.add(new int[] {bucket.getKey() - next, 0});
            }
            spans.getLast()[1]++;
            next = bucket.getKey() + 1;
            counts[filled++] = bucket.getValue();
            long count = bucket.getValue().longValue();
            varint(deltas, zigzag(count - before));
            before = count;
        }
        for (int[] span : spans) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            number(message, 1, zigzag(span[0]));
            number(message, 2, span[1]);
            bytes(out, field, message.toByteArray());
        }
        if (!buckets.isEmpty()) {
            bytes(out, isFloat ? field + 2 : field + 1, isFloat ? doubles(counts) : deltas.toByteArray());
        }
    }

    private static byte[] doubles(double[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            buffer.putLong(Double.doubleToRawLongBits(value));
        }
        return buffer.array();
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, field << 3);
        varint(out, value);
    }

    private static void float64(ByteArrayOutputStream out, int field, double value) {
        varint(out, field << 3 | 1);
        out.writeBytes(doubles(new double[] {value}));
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }
}
