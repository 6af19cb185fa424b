package dev.belvedere.acceptance;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.chunks.ChunkEncoding;
import dev.belvedere.wire.chunks.ChunkReader;
import dev.belvedere.wire.chunks.ChunkSink;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.nio.ByteBuffer;
import java.util.TreeSet;

/// What a remote read answered, as samples or as chunks, in one form that can be compared: a line for each sample.
final class ReadAnswer {

    private static final int MAX_BYTES = 1 << 26;

    private final long startMillis;
    private final long endMillis;
    private final TreeSet<String> samples = new TreeSet<>();

    private ReadAnswer(long startMillis, long endMillis) {
        this.startMillis = startMillis;
        this.endMillis = endMillis;
    }

    /// The samples of an answer that lie in a range of time: chunks may go beyond it.
    static TreeSet<String> samples(byte[] body, boolean isStreamed, long startMillis, long endMillis) {
        ReadAnswer answer = new ReadAnswer(startMillis, endMillis);
        if (isStreamed) {
            answer.frames(ByteBuffer.wrap(body));
        } else {
            answer.results(body);
        }
        return answer.samples;
    }

    private void results(byte[] body) {
        UnpackedBody plain = new UnpackedBody(MAX_BYTES).unpack(body, 0, body.length, "snappy");
        ProtobufReader reader = new ProtobufReader().reset(plain.array(), 0, plain.length());
        for (int query = 0; reader.next(); query++) {
            reader.enter();
            while (reader.next()) {
                series(reader, query);
            }
            reader.leave();
        }
    }

    private void frames(ByteBuffer in) {
        while (in.hasRemaining()) {
            int length = 0;
            byte part;
            int shift = 0;
            do {
                part = in.get();
                length |= (part & 0x7f) << shift;
                shift += 7;
            } while (part < 0);
            in.getInt();
            byte[] message = new byte[length];
            in.get(message);
            ProtobufReader reader = new ProtobufReader().reset(message);
            long query = 0;
            while (reader.next()) {
                if (reader.field() == 2) {
                    query = reader.int64();
                }
            }
            reader.reset(message);
            while (reader.next()) {
                if (reader.field() == 1) {
                    series(reader, query);
                }
            }
        }
    }

    private void series(ProtobufReader reader, long query) {
        StringBuilder labels = new StringBuilder("query " + query);
        TreeSet<String> found = new TreeSet<>();
        reader.enter();
        while (reader.next()) {
            boolean isBinary = reader.wireType() == ProtobufReader.BYTES;
            if (reader.field() == 1) {
                label(reader, labels);
            } else if (isBinary) {
                sampleOrChunk(reader, found);
            }
        }
        reader.leave();
        found.forEach(sample -> samples.add(labels + " " + sample));
    }

    private static void label(ProtobufReader reader, StringBuilder into) {
        reader.enter();
        while (reader.next()) {
            into.append(reader.field() == 1 ? ' ' : '=').append(reader.string());
        }
        reader.leave();
    }

    /// A sample has its value in field 1, a histogram its sum in field 3 and its time in field 15, a chunk its bytes in
    /// field 4.
    private void sampleOrChunk(ProtobufReader reader, TreeSet<String> into) {
        double value = 0;
        double count = 0;
        long time = 0;
        long encoding = 0;
        boolean isHistogram = false;
        reader.enter();
        while (reader.next()) {
            boolean isFloat = reader.wireType() == ProtobufReader.FIXED64;
            switch (reader.field()) {
                case 1 -> {
                    if (isFloat) {
                        value = reader.float64();
                    } else {
                        count = reader.int64();
                    }
                }
                case 2 -> {
                    if (isFloat) {
                        count = reader.float64();
                    } else {
                        time = reader.int64();
                    }
                }
                case 3 -> {
                    if (isFloat) {
                        value = reader.float64();
                    } else {
                        encoding = reader.int64();
                    }
                }
                case 4 -> {
                    if (reader.wireType() == ProtobufReader.BYTES) {
                        chunk((int) encoding, reader.bytes(), into);
                        reader.leave();
                        return;
                    }
                }
                case 15 -> {
                    isHistogram = true;
                    time = reader.int64();
                }
                default -> {
                    // Buckets, and what else is not compared.
                }
            }
        }
        reader.leave();
        add(time, isHistogram ? histogram(count, value) : number(value), into);
    }

    private void chunk(int encoding, byte[] data, TreeSet<String> into) {
        ChunkReader.read(ChunkEncoding.of(encoding), data, 0, data.length, new ChunkSink() {
            @Override
            public void sample(long timestampMillis, long startMillis, double value) {
                add(timestampMillis, number(value), into);
            }

            @Override
            public void histogram(long timestampMillis, NativeHistogram histogram) {
                add(timestampMillis, ReadAnswer.histogram(histogram.count(), histogram.sum()), into);
            }
        });
    }

    /// A stale marker is told from other NaN by its bits; zero has no sign, which protobuf leaves out.
    private static String number(double value) {
        return Double.isNaN(value)
                ? (Double.doubleToRawLongBits(value) & 0xff) == 2 ? "stale" : "NaN"
                : Double.toString(value + 0.0);
    }

    private static String histogram(double count, double sum) {
        String total = number(sum);
        return total.equals("stale") ? "stale histogram" : "histogram of " + count + " with sum " + total;
    }

    private void add(long timestampMillis, String text, TreeSet<String> into) {
        if (timestampMillis >= startMillis && timestampMillis <= endMillis) {
            into.add(timestampMillis + " " + text);
        }
    }
}
