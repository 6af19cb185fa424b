package dev.belvedere.tsdb.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ColumnCodecTest {

    private static final long SEED = Long.getLong("seed", 20260923L);
    private static final int FAMILIES = 12;

    private final ColumnEncoder encoder = new ColumnEncoder();
    private final ColumnDecoder decoder = new ColumnDecoder();
    private final SampleColumn column = new SampleColumn();

    private SampleColumn roundTrip(ColumnEncoder.Rows rows, String what) {
        ByteSink sink = new ByteSink(16);
        encoder.beginPage();
        encoder.encode(rows, false, sink);
        column.reset(rows.rows());
        ByteSource source = new ByteSource(sink.toBytes());
        decoder.decode(source, rows.rows(), column, 0);
        assertThat(source.remaining()).as("bytes left, %s", what).isZero();
        for (int i = 0; i < rows.rows(); i++) {
            assertThat(Double.doubleToRawLongBits(column.values()[i]))
                    .as("row %d of %d, %s", i, rows.rows(), what)
                    .isEqualTo(Double.doubleToRawLongBits(rows.values()[rows.offset() + i]));
        }
        return column;
    }

    private static double value(SplittableRandom random, int family, double before) {
        return switch (family) {
            case 0 -> 42;
            case 1 -> before + random.nextInt(1000);
            case 2 -> Math.rint(before * 100 + random.nextInt(50)) / 100;
            case 3 -> random.nextDouble();
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> random.nextInt(8) == 0 ? special(random) : before + 1;
            case 6 -> random.nextInt(3) == 0 ? SampleValues.ABSENT : random.nextInt(100) / 10.0;
            case 7 -> random.nextLong();
            case 8 -> before + (random.nextInt(40) == 0 ? random.nextInt() : random.nextInt(4));
            case 9 -> 4096.0 * random.nextInt(1 << 20);
            case 10 -> random.nextInt(4) == 0 ? edge(random) : random.nextInt(100) / 10.0;
            default -> value(random, random.nextInt(FAMILIES - 1), before);
        };
    }

    /// A number at which something ends: a width in bits, exact integers, integers at all, decimals.
    private static double edge(SplittableRandom random) {
        double power =
                random.nextBoolean() ? Math.scalb(1.0, random.nextInt(1, 66)) : Math.pow(10, random.nextInt(-14, 20));
        double edge = random.nextInt(3) == 0 ? power : power + random.nextInt(-1, 2);
        return random.nextBoolean() ? edge : -edge;
    }

    private static double special(SplittableRandom random) {
        double[] specials = {
            -0.0,
            Double.NaN,
            SampleValues.NORMAL_NAN,
            SampleValues.STALE_NAN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            -Double.MIN_NORMAL / 2,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            0x1p53,
            0.1 + 0.2,
            Double.longBitsToDouble(0x7ff8_dead_beef_0001L)
        };
        return specials[random.nextInt(specials.length)];
    }

    private static ColumnEncoder.Rows floats(SplittableRandom random, int round) {
        int rows = 1 + random.nextInt(round % 7 == 0 ? 700 : 140);
        int offset = random.nextInt(3);
        double[] values = new double[offset + rows];
        double before = random.nextInt(1_000_000);
        for (int i = 0; i < rows; i++) {
            before = value(random, round % FAMILIES, before);
            values[offset + i] = before;
        }
        return new ColumnEncoder.Rows(values, offset, rows, null, null);
    }

    @Test
    void every_float_comes_back_bit_for_bit() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 4000; round++) {
            roundTrip(floats(random, round), "family " + round % FAMILIES + " round " + round + " seed " + SEED);
        }
    }

    @Test
    void what_was_written_before_changes_nothing() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 1000; round++) {
            ColumnEncoder.Rows rows = floats(random, random.nextInt(70));
            ByteSink again = new ByteSink(16);
            encoder.beginPage();
            encoder.encode(rows, false, again);
            ByteSink fresh = new ByteSink(16);
            new ColumnEncoder().encode(rows, false, fresh);
            assertThat(again.toBytes()).as("round %d seed %d", round, SEED).isEqualTo(fresh.toBytes());
        }
    }

    @Test
    void dense_and_non_decreasing_are_told_exactly() {
        double[] rising = {1, 1, 2, 5.5};
        assertThat(roundTrip(new ColumnEncoder.Rows(rising, 0, 4, null, null), "rising"))
                .isNotNull();
        assertThat(decoder.isDense()).isTrue();
        assertThat(decoder.isNonDecreasing()).isTrue();
        double[] stale = {1, 2, 3, SampleValues.STALE_NAN};
        roundTrip(new ColumnEncoder.Rows(stale, 0, 4, null, null), "stale");
        assertThat(decoder.isDense()).isFalse();
        double[] notANumber = {1, SampleValues.NORMAL_NAN, 3, 4};
        roundTrip(new ColumnEncoder.Rows(notANumber, 0, 4, null, null), "nan");
        assertThat(decoder.isDense()).isTrue();
        assertThat(decoder.isNonDecreasing()).isFalse();
        double[] holes = {1, SampleValues.ABSENT, 3, 4};
        roundTrip(new ColumnEncoder.Rows(holes, 0, 4, null, null), "holes");
        assertThat(decoder.isDense()).isFalse();
        assertThat(decoder.isNonDecreasing()).isFalse();
    }

    @Test
    void a_constant_takes_a_handful_of_bytes_however_long() {
        double[] values = new double[1000];
        Arrays.fill(values, 73.5);
        ByteSink sink = new ByteSink(16);
        encoder.encode(new ColumnEncoder.Rows(values, 0, 1000, null, null), false, sink);
        assertThat(sink.size()).isLessThanOrEqualTo(6);
    }

    @Test
    void a_bucket_after_a_constant_one_leans_on_it() {
        double[] constant = {7, 7, 7, 7};
        double[] next = {8, 8, 9, 12};
        ByteSink sink = new ByteSink(16);
        encoder.beginPage();
        encoder.encode(new ColumnEncoder.Rows(constant, 0, 4, null, null), false, sink);
        encoder.encode(new ColumnEncoder.Rows(next, 0, 4, null, null), true, sink);
        assertThat(encoder.isRelative()).isTrue();
        ByteSource source = new ByteSource(sink.toBytes());
        decoder.keepIntegers();
        for (double[] expected : new double[][] {constant, next}) {
            column.reset(4);
            decoder.decode(source, 4, column, 0);
            assertThat(Arrays.copyOf(column.values(), 4)).containsExactly(expected);
        }
    }

    @Test
    void one_special_value_in_all_rows_comes_back() {
        for (double value : new double[] {-0.0, SampleValues.STALE_NAN, Double.NEGATIVE_INFINITY, 0.1 + 0.2, 1e300}) {
            double[] values = new double[33];
            Arrays.fill(values, value);
            roundTrip(new ColumnEncoder.Rows(values, 1, 32, null, null), "constant " + value);
        }
    }

    @Test
    void the_least_long_is_no_whole_number_beside_one_that_is_none() {
        double[] values = new double[16];
        Arrays.setAll(values, i -> i);
        values[3] = Long.MIN_VALUE;
        values[5] = Double.NEGATIVE_INFINITY;
        roundTrip(new ColumnEncoder.Rows(values, 0, 16, null, null), "the least long");
    }

    @Test
    void histograms_floats_starts_and_holes_share_a_column() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 300; round++) {
            int rows = 1 + random.nextInt(60);
            double[] values = new double[rows];
            @Nullable NativeHistogram[] histograms = new NativeHistogram[rows];
            long[] starts = new long[rows];
            for (int i = 0; i < rows; i++) {
                int kind = random.nextInt(3);
                values[i] = kind == 0 ? random.nextInt(10) : SampleValues.ABSENT;
                histograms[i] = kind == 1 ? histogram(random) : null;
                starts[i] = kind != 2 && random.nextBoolean() ? 1_700_000_000_000L + random.nextInt(5) : 0;
            }
            SampleColumn read = roundTrip(
                    new ColumnEncoder.Rows(values, 0, rows, histograms, starts), "round " + round + " seed " + SEED);
            for (int i = 0; i < rows; i++) {
                assertThat(read.histogram(i)).as("row %d, seed %d", i, SEED).isEqualTo(histograms[i]);
                assertThat(read.startTimestamp(i))
                        .as("row %d, seed %d", i, SEED)
                        .isEqualTo(starts[i]);
            }
        }
    }

    /// What a histogram of latencies looks like, observed some hundred times between scrapes.
    static NativeHistogram[] latencies(SplittableRandom random, int rows) {
        NativeHistogram[] all = new NativeHistogram[rows];
        int first = 10;
        double[] counts = new double[12];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            if (random.nextInt(60) == 0) {
                counts = Arrays.copyOf(counts, counts.length + 1);
            }
            if (random.nextInt(200) == 0) {
                counts = new double[12];
                sum = 0;
            }
            double total = 0;
            for (int b = 0; b < counts.length; b++) {
                double distance = b - 6;
                counts[b] += (int) (200 * Math.exp(-distance * distance / 8) * (0.8 + 0.4 * random.nextDouble()));
                total += counts[b];
            }
            sum += total * random.nextDouble() * 1e-3;
            all[row] = new NativeHistogram(
                    row % 120 == 0 ? ResetHint.UNKNOWN : ResetHint.NOT_RESET,
                    3,
                    1e-128,
                    0,
                    total,
                    sum,
                    new int[] {first, counts.length},
                    counts.clone(),
                    new int[0],
                    new double[0],
                    new double[0]);
        }
        return all;
    }

    @Test
    void histograms_as_columns_take_a_third_of_what_they_take_one_by_one() {
        NativeHistogram[] histograms = latencies(new SplittableRandom(SEED), 256);
        double[] values = new double[histograms.length];
        Arrays.fill(values, SampleValues.ABSENT);
        ColumnEncoder.Rows rows = new ColumnEncoder.Rows(values, 0, values.length, histograms, null);
        SampleColumn read = roundTrip(rows, "seed " + SEED);
        ByteSink oneByOne = new ByteSink(16);
        for (int i = 0; i < histograms.length; i++) {
            assertThat(read.histogram(i)).as("row %d, seed %d", i, SEED).isEqualTo(histograms[i]);
            HistogramCodec.encode(histograms[i], oneByOne);
        }
        ByteSink columns = new ByteSink(16);
        encoder.encode(rows, false, columns);
        assertThat(columns.size()).isLessThan(oneByOne.size() * 2 / 5);
    }

    private static NativeHistogram histogram(SplittableRandom random) {
        if (random.nextInt(5) == 0) {
            return NativeHistogram.STALE;
        }
        return new NativeHistogram(
                ResetHint.values()[random.nextInt(4)],
                random.nextInt(-4, 9),
                1e-128,
                random.nextInt(5),
                random.nextInt(100),
                random.nextDouble(),
                new int[] {-3, 2, 1, 1},
                new double[] {1, 2, random.nextInt(1000)},
                new int[] {0, 1},
                new double[] {0.5},
                new double[0]);
    }

    @Test
    void buckets_lean_on_the_one_below() {
        SplittableRandom random = new SplittableRandom(SEED);
        int rows = 240;
        double[][] buckets = new double[12][rows];
        double[] counts = new double[12];
        for (int row = 0; row < rows; row++) {
            int observed = random.nextInt(200);
            for (int i = 0; i < observed; i++) {
                int from = random.nextInt(3, 6);
                for (int b = from; b < 12; b++) {
                    counts[b]++;
                }
            }
            for (int b = 0; b < 12; b++) {
                buckets[b][row] = counts[b];
            }
        }
        ByteSink sink = new ByteSink(16);
        encoder.beginPage();
        int[] starts = new int[13];
        for (int b = 0; b < 12; b++) {
            encoder.encode(new ColumnEncoder.Rows(buckets[b], 0, rows, null, null), b > 0, sink);
            starts[b + 1] = sink.size();
        }
        byte[] bytes = sink.toBytes();
        decoder.keepIntegers();
        for (int b = 0; b < 12; b++) {
            column.reset(rows);
            decoder.decode(new ByteSource(bytes, starts[b], starts[b + 1] - starts[b]), rows, column, 0);
            assertThat(Arrays.copyOf(column.values(), rows)).as("bucket %d", b).isEqualTo(buckets[b]);
            assertThat(ColumnDecoder.isRelative(bytes[starts[b]])).isEqualTo(b > 0);
        }
        assertThat(starts[12] - starts[6]).as("buckets above all observations").isLessThan(6 * 8);
    }

    @Test
    void damaged_bytes_are_refused_or_read_but_never_crash() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] values = new double[200];
        for (int i = 0; i < 200; i++) {
            values[i] = i % 9 == 0 ? SampleValues.ABSENT : random.nextInt(1000) / 8.0;
        }
        ByteSink sink = new ByteSink(16);
        encoder.encode(new ColumnEncoder.Rows(values, 0, 200, null, null), false, sink);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = sink.toBytes();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            column.reset(200);
            try {
                decoder.decode(new ByteSource(bytes, 0, length), 200, column, 0);
            } catch (MalformedBytesException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
