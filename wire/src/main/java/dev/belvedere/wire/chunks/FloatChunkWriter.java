package dev.belvedere.wire.chunks;

/// Builds one chunk of float samples: times by the difference of their differences, values by their difference in bits.
public final class FloatChunkWriter {

    /// The count has two bytes.
    public static final int MAX_SAMPLES = 0xffff;

    private static final int INITIAL_BYTES = 128;

    private final BitWriter out = new BitWriter(INITIAL_BYTES);
    private final XorValue value = new XorValue();
    private int sampleCount;
    private long minMillis;
    private long lastMillis;
    private long delta;

    public FloatChunkWriter() {
        out.bits(0, 16);
    }

    public int sampleCount() {
        return sampleCount;
    }

    public int sizeBytes() {
        return out.sizeBytes();
    }

    /// @param timestampMillis later than that of the sample before
    public void append(long timestampMillis, double sample) {
        if (sampleCount == MAX_SAMPLES) {
            throw new IllegalStateException("a chunk holds at most " + MAX_SAMPLES + " samples");
        }
        long newDelta = timestampMillis - lastMillis;
        switch (sampleCount) {
            case 0 -> {
                minMillis = timestampMillis;
                newDelta = 0;
                out.varint(timestampMillis);
                out.float64(sample);
                value.set(sample);
            }
            case 1 -> {
                out.uvarint(newDelta);
                value.write(out, sample);
            }
            default -> {
                writeChange(newDelta - delta);
                value.write(out, sample);
            }
        }
        delta = newDelta;
        lastMillis = timestampMillis;
        sampleCount++;
    }

    private void writeChange(long change) {
        if (change == 0) {
            out.bit(false);
        } else if (VariableBits.fitsSigned(change, 14)) {
            out.bits(0b10, 2);
            out.bits(change, 14);
        } else if (VariableBits.fitsSigned(change, 17)) {
            out.bits(0b110, 3);
            out.bits(change, 17);
        } else if (VariableBits.fitsSigned(change, 20)) {
            out.bits(0b1110, 4);
            out.bits(change, 20);
        } else {
            out.bits(0b1111, 4);
            out.bits(change, 64);
        }
    }

    public EncodedChunk finish() {
        return new EncodedChunk(ChunkEncoding.FLOATS, minMillis, lastMillis, sampleCount, out.finish(sampleCount));
    }
}
