package dev.belvedere.wire.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.WireFormatException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChunksTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    /// Samples as they come out of chunks, with bits instead of values.
    private static final class Collected implements ChunkSink {
        final List<Long> times = new ArrayList<>();
        final List<Long> starts = new ArrayList<>();
        final List<Long> bits = new ArrayList<>();
        final List<NativeHistogram> histograms = new ArrayList<>();

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {
            times.add(timestampMillis);
            starts.add(startMillis);
            bits.add(Double.doubleToRawLongBits(value));
        }

        @Override
        public void histogram(long timestampMillis, NativeHistogram histogram) {
            times.add(timestampMillis);
            histograms.add(histogram);
        }
    }

    private static Collected read(List<EncodedChunk> chunks) {
        Collected all = new Collected();
        for (EncodedChunk chunk : chunks) {
            int before = all.times.size();
            ChunkReader.read(chunk.encoding(), chunk.data(), 0, chunk.data().length, all);
            assertThat(all.times.size() - before).isEqualTo(chunk.sampleCount());
            assertThat(all.times.get(before)).isEqualTo(chunk.minMillis());
            assertThat(all.times.getLast()).isEqualTo(chunk.maxMillis());
        }
        return all;
    }

    private static double value(Random random, double before) {
        return switch (random.nextInt(9)) {
            case 0 -> before;
            case 1 -> before + 1;
            case 2 -> before + random.nextInt(1000) / 10.0;
            case 3 -> random.nextGaussian();
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> SampleValues.STALE_NAN;
            case 6 -> -before;
            case 7 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : SampleValues.NORMAL_NAN;
            default -> before * 2;
        };
    }

    private static long gap(Random random, int kind) {
        return switch (kind) {
            case 0 -> 15_000;
            case 1 -> 15_000 + random.nextInt(5) - 2;
            case 2 -> 1 + random.nextInt(200_000);
            case 3 -> 1 + (random.nextLong() >>> 24 + random.nextInt(39));
            default -> 1;
        };
    }

    @Test
    void floats_come_back_bit_by_bit() {
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            List<EncodedChunk> chunks = new ArrayList<>();
            ChunkBuilder builder = new ChunkBuilder(chunks::add);
            List<Long> times = new ArrayList<>();
            List<Long> bits = new ArrayList<>();
            long time = random.nextLong() >> 20;
            double value = 0;
            int kind = random.nextInt(5);
            for (int i = random.nextInt(300); i >= 0; i--) {
                value = SampleValues.canonical(value(random, value));
                times.add(time);
                bits.add(Double.doubleToRawLongBits(value));
                builder.sample(time, 0, value);
                time += gap(random, kind);
            }
            builder.finish();
            Collected read = read(chunks);
            assertThat(read.times).as("seed %d round %d", SEED, round).isEqualTo(times);
            assertThat(read.bits).as("seed %d round %d", SEED, round).isEqualTo(bits);
            assertThat(chunks).hasSize((times.size() + 119) / 120);
        }
    }

    /// Buckets that hold something, by index: what a histogram is regardless of its layout.
    private static Map<Integer, Double> buckets(int[] spans, double[] counts) {
        Map<Integer, Double> buckets = new TreeMap<>();
        int[] indexes = BucketIndexes.of(spans);
        for (int i = 0; i < indexes.length; i++) {
            if (counts[i] != 0) {
                buckets.put(indexes[i], counts[i]);
            }
        }
        return buckets;
    }

    private static void assertSame(NativeHistogram read, NativeHistogram written, String where) {
        assertThat(read.isStale()).as(where).isEqualTo(written.isStale());
        if (written.isStale()) {
            return;
        }
        assertThat(read.schema()).as(where).isEqualTo(written.schema());
        assertThat(read.zeroThreshold()).as(where).isEqualTo(written.zeroThreshold());
        assertThat(read.zeroCount()).as(where).isEqualTo(written.zeroCount());
        assertThat(read.count()).as(where).isEqualTo(written.count());
        assertThat(read.sum()).as(where).isEqualTo(written.sum());
        assertThat(read.customBounds()).as(where).isEqualTo(written.customBounds());
        assertThat(buckets(read.positiveSpans(), read.positiveCounts()))
                .as(where)
                .isEqualTo(buckets(written.positiveSpans(), written.positiveCounts()));
        assertThat(buckets(read.negativeSpans(), read.negativeCounts()))
                .as(where)
                .isEqualTo(buckets(written.negativeSpans(), written.negativeCounts()));
    }

    /// A histogram that grows from one to the next, sometimes starts again, changes its bounds, or ends.
    private static final class Growing {
        private final Random random;
        private final boolean isWhole;
        private final boolean isGauge;
        private int schema;
        private double threshold;
        private double[] bounds = {};
        private Map<Integer, Double> positive = new TreeMap<>();
        private Map<Integer, Double> negative = new TreeMap<>();
        private double zero;

        Growing(Random random) {
            this.random = random;
            this.isWhole = random.nextBoolean();
            this.isGauge = random.nextInt(4) == 0;
            restart();
        }

        private void restart() {
            schema = random.nextInt(3) == 0 ? NativeHistogram.CUSTOM_BUCKETS : random.nextInt(13) - 4;
            boolean isCustom = schema == NativeHistogram.CUSTOM_BUCKETS;
            threshold = isCustom || random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? 0x1p-128 : 0.001;
            bounds = isCustom ? new double[] {-2.5, 0, 0.005, 0.1, 1, 33_554.43, 33_554.431, 1e9} : new double[0];
            positive = new TreeMap<>();
            negative = new TreeMap<>();
            zero = 0;
        }

        private double more() {
            return isWhole ? random.nextInt(1000) : random.nextDouble() * 100;
        }

        NativeHistogram next() {
            int kind = random.nextInt(30);
            if (kind == 0) {
                return NativeHistogram.STALE;
            }
            if (kind == 1) {
                restart();
            } else if (kind == 2 && !positive.isEmpty()) {
                positive.remove(positive.keySet().iterator().next());
            }
            boolean isCustom = schema == NativeHistogram.CUSTOM_BUCKETS;
            for (int i = random.nextInt(6); i > 0; i--) {
                positive.merge(isCustom ? random.nextInt(9) : random.nextInt(60) - 20, more(), Double::sum);
                if (!isCustom) {
                    negative.merge(random.nextInt(10), more(), Double::sum);
                    zero += more();
                }
            }
            int[] up = positive.keySet().stream().mapToInt(Integer::intValue).toArray();
            int[] down = negative.keySet().stream().mapToInt(Integer::intValue).toArray();
            double[] upCounts =
                    positive.values().stream().mapToDouble(Double::doubleValue).toArray();
            double[] downCounts =
                    negative.values().stream().mapToDouble(Double::doubleValue).toArray();
            double count = zero
                    + java.util.Arrays.stream(upCounts).sum()
                    + java.util.Arrays.stream(downCounts).sum();
            return new NativeHistogram(
                    isGauge ? ResetHint.GAUGE : ResetHint.UNKNOWN,
                    schema,
                    threshold,
                    zero,
                    count,
                    random.nextGaussian(),
                    BucketIndexes.spans(up),
                    upCounts,
                    BucketIndexes.spans(down),
                    downCounts,
                    bounds);
        }

        /// Whether one observed less than the other somewhere, told without the code under test.
        static boolean isReset(NativeHistogram before, NativeHistogram after) {
            Map<Integer, Double> now = buckets(after.positiveSpans(), after.positiveCounts());
            Map<Integer, Double> nowDown = buckets(after.negativeSpans(), after.negativeCounts());
            return after.count() < before.count()
                    || after.zeroCount() < before.zeroCount()
                    || buckets(before.positiveSpans(), before.positiveCounts()).entrySet().stream()
                            .anyMatch(e -> now.getOrDefault(e.getKey(), 0.0) < e.getValue())
                    || buckets(before.negativeSpans(), before.negativeCounts()).entrySet().stream()
                            .anyMatch(e -> nowDown.getOrDefault(e.getKey(), 0.0) < e.getValue());
        }
    }

    @Test
    void histograms_come_back_and_no_reset_is_hidden_within_a_chunk() {
        Random random = new Random(SEED);
        for (int round = 0; round < 400; round++) {
            List<EncodedChunk> chunks = new ArrayList<>();
            ChunkBuilder builder = new ChunkBuilder(chunks::add);
            Growing source = new Growing(random);
            List<NativeHistogram> written = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            long time = 1_700_000_000_000L;
            for (int i = random.nextInt(300); i >= 0; i--) {
                NativeHistogram histogram = source.next();
                written.add(histogram);
                times.add(time);
                builder.histogram(time, histogram);
                time += gap(random, random.nextInt(3));
            }
            builder.finish();
            Collected read = read(chunks);
            String where = "seed " + SEED + " round " + round;
            assertThat(read.times).as(where).isEqualTo(times);
            for (int i = 0; i < written.size(); i++) {
                NativeHistogram histogram = read.histograms.get(i);
                assertSame(histogram, written.get(i), where);
                if (histogram.resetHint() == ResetHint.NOT_RESET) {
                    assertThat(Growing.isReset(written.get(i - 1), written.get(i)))
                            .as(where)
                            .isFalse();
                }
                if (!histogram.isStale()) {
                    assertThat(histogram.resetHint() == ResetHint.GAUGE)
                            .as(where)
                            .isEqualTo(source.isGauge);
                }
            }
        }
    }

    @Test
    void floats_between_histograms_are_chunks_of_their_own() {
        List<EncodedChunk> chunks = new ArrayList<>();
        ChunkBuilder builder = new ChunkBuilder(chunks::add);
        builder.sample(1, 0, 1);
        builder.histogram(2, new Growing(new Random(1)).next());
        builder.sample(3, 0, 2);
        builder.finish();
        builder.finish();
        assertThat(chunks)
                .extracting(chunk -> chunk.encoding() == ChunkEncoding.FLOATS)
                .containsExactly(true, false, true);
        assertThat(read(chunks).times).containsExactly(1L, 2L, 3L);
    }

    /// Written by hand from the description of the encoding: times 1000, 2000, 3000, 4100, 5200, 6300; values 1.5,
    /// 1.5, 1.5, 2.5, stale, 2.5; a start of 500 from the first sample, of 4000 from the fourth on.
    @Test
    void the_newer_encoding_of_floats_is_read() {
        BitWriter out = new BitWriter(64);
        out.bits(6, 16);
        out.bits(0x80 | 3, 8);
        out.varint(1000);
        out.float64(1.5);
        out.varint(1000 - 500);
        out.uvarint(1000);
        out.bit(false);
        out.bit(false);
        out.bits(0b110, 3);
        out.bits(100, 13);
        long difference = Double.doubleToRawLongBits(2.5) ^ Double.doubleToRawLongBits(1.5);
        int leading = Long.numberOfLeadingZeros(difference);
        int trailing = Long.numberOfTrailingZeros(difference);
        out.bits(0b110, 3);
        out.bits(leading, 5);
        out.bits(64 - leading - trailing, 6);
        out.bits(difference >>> trailing, 64 - leading - trailing);
        VariableBits.writeSigned(out, 3000 - 4000);
        out.bits(0b11111, 5);
        VariableBits.writeSigned(out, 4100 - 4000 - (3000 - 4000));
        out.bit(false);
        VariableBits.writeSigned(out, 5200 - 4000 - (4100 - 4000));
        byte[] chunk = out.finish(6);
        Collected read = new Collected();
        ChunkReader.read(ChunkEncoding.FLOATS_XOR2, chunk, 0, chunk.length, read);
        assertThat(read.times).containsExactly(1000L, 2000L, 3000L, 4100L, 5200L, 6300L);
        assertThat(read.bits.stream().map(Double::longBitsToDouble).toList())
                .usingElementComparator(
                        (a, b) -> Long.compare(Double.doubleToRawLongBits(a), Double.doubleToRawLongBits(b)))
                .containsExactly(1.5, 1.5, 1.5, 2.5, SampleValues.STALE_NAN, 2.5);
        assertThat(read.starts).containsExactly(500L, 500L, 500L, 4000L, 4000L, 4000L);
    }

    @Test
    void a_chunk_has_the_bytes_that_prometheus_writes() {
        FloatChunkWriter writer = new FloatChunkWriter();
        writer.append(1_600_000_000_000L, 1);
        writer.append(1_600_000_015_000L, 2);
        writer.append(1_600_000_030_000L, 2);
        assertThat(HexFormat.of().formatHex(writer.finish().data())).isEqualTo(PROMETHEUS_BYTES);
    }

    /// From a block that promtool 3.5.3 made of the three samples.
    private static final String PROMETHEUS_BYTES = "00038080f4f6905d3ff00000000000009875c25fff00";

    @Test
    void damaged_chunks_are_refused_or_read_as_something_else() {
        Random random = new Random(SEED);
        List<EncodedChunk> chunks = new ArrayList<>();
        ChunkBuilder builder = new ChunkBuilder(chunks::add);
        for (int i = 0; i < 100; i++) {
            builder.sample(i * 1000L, 0, value(random, i));
        }
        for (int kind = 0; kind < 4; kind++) {
            Growing source = new Growing(random);
            for (int i = 0; i < 50; i++) {
                builder.histogram(200_000 + kind * 100_000 + i * 1000L, source.next());
            }
        }
        builder.finish();
        for (int round = 0; round < 20_000; round++) {
            EncodedChunk chunk = chunks.get(random.nextInt(chunks.size()));
            byte[] bytes = chunk.data().clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            ChunkEncoding encoding = random.nextInt(5) == 0
                    ? ChunkEncoding.values()[random.nextInt(ChunkEncoding.values().length)]
                    : chunk.encoding();
            try {
                ChunkReader.read(encoding, bytes, 0, length, new Collected());
            } catch (WireFormatException e) {
                assertThat(e.getMessage()).as("seed %d round %d", SEED, round).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
    }

    @Test
    void a_chunk_that_ends_early_is_refused_with_the_place() {
        FloatChunkWriter writer = new FloatChunkWriter();
        writer.append(1000, 1);
        writer.append(2000, 3);
        byte[] bytes = writer.finish().data();
        assertThatThrownBy(() -> ChunkReader.read(ChunkEncoding.FLOATS, bytes, 0, 13, new Collected()))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("ends within a sample");
        assertThatThrownBy(() -> ChunkReader.read(ChunkEncoding.FLOATS, bytes, 0, 1, new Collected()))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("no sample count");
        assertThatThrownBy(() -> ChunkEncoding.of(9)).hasMessageContaining("chunk encoding 9 is not known");
    }
}
