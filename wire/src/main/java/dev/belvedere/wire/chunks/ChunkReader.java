package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.WireFormatException;

/// Reads chunks of every encoding, whoever wrote them.
public final class ChunkReader {

    /// The start of a sample whose chunk tells none.
    public static final long NO_START = 0;

    private static final int COUNT_BYTES = 2;
    private static final int[] CHANGE_BITS = {0, 14, 17, 20, 64};

    private ChunkReader() {}

    /// How many samples a chunk says it has.
    ///
    /// @throws WireFormatException if it has no place for a count
    public static int sampleCount(byte[] bytes, int start, int length) {
        if (length < COUNT_BYTES) {
            throw new WireFormatException(0, "a chunk of " + length + " bytes has no sample count");
        }
        return (bytes[start] & 0xff) << 8 | bytes[start + 1] & 0xff;
    }

    /// Hands every sample to the sink. Values are canonical; of histograms the first of a chunk follows whatever, the
    /// others are known not to follow a reset.
    ///
    /// @throws WireFormatException if the bytes are no such chunk; samples before the fault have been handed out
    public static void read(ChunkEncoding encoding, byte[] bytes, int start, int length, ChunkSink sink) {
        int count = sampleCount(bytes, start, length);
        switch (encoding) {
            case FLOATS -> readFloats(new BitReader(bytes, start + COUNT_BYTES, length - COUNT_BYTES), count, sink);
            case FLOATS_XOR2 ->
                Xor2Reader.read(new BitReader(bytes, start + COUNT_BYTES, length - COUNT_BYTES), count, sink);
            case HISTOGRAMS, FLOAT_HISTOGRAMS -> {
                BitReader in = new BitReader(bytes, start + COUNT_BYTES, length - COUNT_BYTES);
                new HistogramChunkReader(in, encoding == ChunkEncoding.HISTOGRAMS).read(count, sink);
            }
        }
    }

    private static void readFloats(BitReader in, int count, ChunkSink sink) {
        XorValue value = new XorValue();
        long timestampMillis = 0;
        long delta = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                timestampMillis = in.varint();
                value.set(in.float64());
            } else {
                delta = i == 1 ? in.uvarint() : delta + readChange(in);
                timestampMillis += delta;
                value.read(in);
            }
            sink.sample(timestampMillis, NO_START, SampleValues.canonical(value.value()));
        }
    }

    private static long readChange(BitReader in) {
        int width = CHANGE_BITS[in.ones(CHANGE_BITS.length - 1)];
        return VariableBits.signed(in.bits(width), width);
    }
}
