package dev.belvedere.wire.chunks;

import dev.belvedere.model.metrics.SampleValues;

/// Reads a chunk of Prometheus' newer encoding of floats: one prefix tells of a sample both how its time and how its
/// value changes, stale markers are of their own, and start times may follow.
final class Xor2Reader {

    private static final int HAS_FIRST_START = 0x80;
    private static final int START_CHANGE = 0x7f;

    private final BitReader in;
    private final XorValue value = new XorValue();
    private final boolean hasFirstStart;

    /// From which sample on start times are told; 0 for none.
    private final int startsFrom;

    private long timestampMillis;
    private long delta;
    private long startMillis = ChunkReader.NO_START;
    private long startDistance;

    private Xor2Reader(BitReader in) {
        this.in = in;
        int header = (int) in.bits(8);
        hasFirstStart = (header & HAS_FIRST_START) != 0;
        startsFrom = header & START_CHANGE;
    }

    static void read(BitReader in, int count, ChunkSink sink) {
        if (count > 0) {
            new Xor2Reader(in).read(count, sink);
        }
    }

    private void read(int count, ChunkSink sink) {
        for (int i = 0; i < count; i++) {
            long before = timestampMillis;
            double sample = switch (i) {
                case 0 -> readFirst();
                case 1 -> readSecond();
                default -> readNext();
            };
            readStart(i, before);
            sink.sample(timestampMillis, startMillis, SampleValues.canonical(sample));
        }
    }

    private double readFirst() {
        timestampMillis = in.varint();
        double first = in.float64();
        // Differences are taken from the last value that is not a stale marker.
        if (!SampleValues.isStale(first)) {
            value.set(first);
        }
        return first;
    }

    private double readSecond() {
        delta = in.uvarint();
        timestampMillis += delta;
        return readValue();
    }

    private double readNext() {
        int prefix = in.ones(5);
        delta += switch (prefix) {
            case 2 -> readChange(13);
            case 3 -> readChange(20);
            case 4 -> in.bits(64);
            default -> 0;
        };
        timestampMillis += delta;
        return switch (prefix) {
            case 0 -> value.value();
            case 1 -> value.readDifference(in);
            case 5 -> SampleValues.STALE_NAN;
            default -> readValue();
        };
    }

    private long readChange(int width) {
        return in.bits(width) << 64 - width >> 64 - width;
    }

    private double readValue() {
        return switch (in.ones(3)) {
            case 0 -> value.value();
            case 1 -> value.readSignificant(in);
            case 2 -> {
                value.readWindow(in);
                yield value.readSignificant(in);
            }
            default -> SampleValues.STALE_NAN;
        };
    }

    /// @param before the time of the sample before
    private void readStart(int sample, long before) {
        if (sample == 0) {
            if (hasFirstStart) {
                startMillis = timestampMillis - in.varint();
            }
        } else if (startsFrom > 0 && sample >= startsFrom) {
            long change = VariableBits.readSigned(in);
            startDistance = sample == startsFrom ? change : startDistance + change;
            startMillis = before - startDistance;
        }
    }
}
