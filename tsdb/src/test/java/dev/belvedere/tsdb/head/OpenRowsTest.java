package dev.belvedere.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.OpenChunk.RowRange;
import dev.belvedere.tsdb.chunk.RawChunk;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenRowsTest {

    private static final int MAX_COLUMNS = 300;

    private final EncodingRoom room = new EncodingRoom();

    /// What rows have to hold: values by time and column, times ascending.
    private static final class Model {

        final long[] times = new long[OpenRows.MAX_ROWS];
        final double[][] values = new double[OpenRows.MAX_ROWS][MAX_COLUMNS];
        int rows;

        double[] row(long time) {
            int at = Arrays.binarySearch(times, 0, rows, time);
            if (at < 0) {
                at = -at - 1;
                System.arraycopy(times, at, times, at + 1, rows - at);
                double[] fresh = values[rows];
                System.arraycopy(values, at, values, at + 1, rows - at);
                values[at] = fresh;
                times[at] = time;
                Arrays.fill(fresh, SampleValues.ABSENT);
                rows++;
            }
            return values[at];
        }

        double[] column(int column) {
            double[] all = new double[rows];
            for (int row = 0; row < rows; row++) {
                all[row] = values[row][column];
            }
            return all;
        }
    }

    @Test
    void rows_hold_what_was_set_however_it_comes() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        OpenRows open = new OpenRows(1, room);
        int columns = 1;
        for (int chunk = 0; chunk < 300; chunk++) {
            boolean isInOrder = random.nextInt(3) > 0;
            Model model = new Model();
            int most = OpenRows.ROWS << random.nextInt(3);
            int opened = random.nextInt(most + 1);
            while (model.rows < opened) {
                columns = grown(open, columns, random);
                long time = isInOrder ? 1000L + model.rows : 1000 + random.nextInt(2 * OpenRows.MAX_ROWS);
                double[] expected = model.row(time);
                fill(open, open.row(time, most, columns), expected, columns, random);
                if (random.nextInt(8) == 0) {
                    requireSame(open, model, columns, seed);
                }
            }
            requireSame(open, model, columns, seed);
            long from = 1000 + random.nextInt(OpenRows.MAX_ROWS);
            requireSameIn(from, from + random.nextInt(OpenRows.MAX_ROWS), open, model, columns, seed);
            requireEncoded(open, model, columns, seed);
            columns = random.nextInt(4) == 0 ? 1 + random.nextInt(columns) : columns;
            open.clear(columns);
        }
    }

    private static int grown(OpenRows open, int columns, Random random) {
        int larger = Math.min(MAX_COLUMNS, columns + (random.nextInt(4) == 0 ? random.nextInt(100) : 0));
        if (larger > open.capacity()) {
            open.grow(larger);
        }
        return larger;
    }

    private static void fill(OpenRows open, int row, double[] expected, int columns, Random random) {
        for (int column = 0; column < columns; column++) {
            if (random.nextInt(3) > 0) {
                expected[column] = random.nextInt(3);
                open.set(column, row, expected[column]);
            }
        }
    }

    private static void requireSame(OpenRows open, Model model, int columns, long seed) {
        if (model.rows == 0) {
            return;
        }
        int[] picked = new int[columns];
        Arrays.setAll(picked, i -> i);
        RawChunk chunk = open.snapshot(new ColumnLayout(picked), picked, new RowRange(0, model.rows));
        SampleColumn read = new SampleColumn();
        long[] masks = open.presence(columns);
        if (open.isOneWhole(1L << model.rows - 1, columns)) {
            assertThat(Arrays.stream(masks)).as("seed %d", seed).allMatch(mask -> (mask >>> model.rows - 1 & 1) == 1);
        }
        for (int column = 0; column < columns; column++) {
            read.reset(model.rows);
            chunk.open().read(column, read, 0);
            double[] expected = model.column(column);
            assertThat(bits(Arrays.copyOf(read.values(), model.rows)))
                    .as("seed %d", seed)
                    .isEqualTo(bits(expected));
            int present = (int) Arrays.stream(expected)
                    .filter(value -> !SampleValues.isAbsent(value))
                    .count();
            assertThat(Long.bitCount(masks[column])).as("seed %d", seed).isEqualTo(present);
            assertThat(open.hasSamples(column)).isEqualTo(present > 0);
            int newest = open.newest(Long.MIN_VALUE, Long.MAX_VALUE);
            assertThat(open.hasFloat(column, newest)).isEqualTo(!SampleValues.isAbsent(expected[model.rows - 1]));
        }
    }

    /// A snapshot of a time range has what the model has in it, and perhaps other rows.
    private static void requireSameIn(long from, long to, OpenRows open, Model model, int columns, long seed) {
        RowRange range = open.rowsIn(from, to);
        long wanted = Arrays.stream(model.times, 0, model.rows)
                .filter(time -> time >= from && time <= to)
                .count();
        assertThat(range.to() > range.from()).as("seed %d", seed).isEqualTo(wanted > 0);
        if (wanted == 0) {
            return;
        }
        int[] picked = {columns - 1, 0};
        OpenChunk chunk = open.snapshot(new ColumnLayout(picked), picked, range).open();
        List<Long> times = Arrays.stream(chunk.times(), 0, chunk.rows()).boxed().toList();
        SampleColumn read = new SampleColumn();
        read.reset(chunk.rows());
        for (int i = 0; i < picked.length; i++) {
            chunk.read(i, read, 0);
            for (int row = 0; row < model.rows; row++) {
                int at = times.indexOf(model.times[row]);
                assertThat(at >= 0 || model.times[row] < from || model.times[row] > to)
                        .as("seed %d", seed)
                        .isTrue();
                if (at >= 0) {
                    assertThat(Double.doubleToRawLongBits(read.values()[at]))
                            .as("seed %d", seed)
                            .isEqualTo(Double.doubleToRawLongBits(model.values[row][picked[i]]));
                }
            }
        }
    }

    private static void requireEncoded(OpenRows open, Model model, int columns, long seed) {
        open.arrange();
        assertThat(Arrays.copyOf(open.times(), open.rows())).isEqualTo(Arrays.copyOf(model.times, model.rows));
        for (int column = 0; column < columns; column++) {
            ColumnEncoder.Rows rows = open.column(column);
            assertThat(bits(Arrays.copyOfRange(rows.values(), rows.offset(), rows.offset() + rows.rows())))
                    .as("seed %d", seed)
                    .isEqualTo(bits(model.column(column)));
            for (int row = 0; row < model.rows; row++) {
                assertThat(open.hasFloat(column, row))
                        .as("seed %d", seed)
                        .isEqualTo(!SampleValues.isAbsent(model.values[row][column]));
            }
        }
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }

    @Test
    void values_that_stay_the_same_take_little_in_one_chunk_and_the_next() {
        int columns = 1000;
        OpenRows open = new OpenRows(columns, room);
        for (int chunk = 0; chunk < 3; chunk++) {
            fillInOrder(open, columns, 100);
            assertThat(open.sizeBytes()).isLessThan(columns * 40L);
            open.clear(columns);
        }
    }

    @Test
    void arrays_are_kept_from_one_chunk_that_was_encoded_to_the_next() {
        int columns = 1000;
        OpenRows open = new OpenRows(columns, room);
        fillInOrder(open, columns, 100);
        long filled = open.sizeBytes();
        open.arrange();
        open.clear(columns);
        assertThat(open.sizeBytes()).isEqualTo(filled);
        fillInOrder(open, columns, 100);
        assertThat(open.sizeBytes()).isEqualTo(filled);
    }

    @Test
    void arrays_are_kept_where_a_chunk_is_cut_short_and_its_rows_are_like_those_before() {
        int columns = 1000;
        OpenRows open = new OpenRows(columns, room);
        fillInOrder(open, columns, 100);
        long filled = open.sizeBytes();
        open.clear(columns);
        fillInOrder(open, columns, 100, 5);
        open.arrange();
        open.clear(columns);
        assertThat(open.sizeBytes()).isEqualTo(filled);
        fillInOrder(open, columns, 10, 5);
        open.clear(columns);
        assertThat(open.sizeBytes()).isLessThan(filled);
    }

    @Test
    void nothing_is_packed_after_a_chunk_that_came_out_of_order() {
        int columns = 1000;
        OpenRows open = new OpenRows(columns, room);
        fillInOrder(open, columns, 100);
        open.set(7, 3, 5);
        assertThat(open.sizeBytes()).isGreaterThanOrEqualTo(columns * 8L * OpenRows.ROWS);
        open.clear(columns);
        fillInOrder(open, columns, 100);
        assertThat(open.sizeBytes()).isGreaterThanOrEqualTo(columns * 8L * OpenRows.ROWS);
        open.clear(columns);
        fillInOrder(open, columns, 100);
        assertThat(open.sizeBytes()).isLessThan(columns * 40L);
    }

    @Test
    void a_whole_row_is_found_among_the_newest_and_only_if_it_is_wanted() {
        int columns = 100;
        OpenRows open = new OpenRows(columns, room);
        fillInOrder(open, columns, 10);
        int last = OpenRows.ROWS - 1;
        assertThat(open.isOneWhole(1L << last, columns)).isTrue();
        assertThat(open.isOneWhole(1, columns)).isFalse();
        open.set(columns - 1, last, SampleValues.ABSENT);
        assertThat(open.isOneWhole(1L << last, columns)).isFalse();
        assertThat(open.isOneWhole(1L << last | 1L << last - 1, columns)).isTrue();
        NativeHistogram histogram =
                NativeHistogram.ofBounds(new double[] {1}, new int[] {0, 1}, new double[] {2}, 2, 1);
        open.setHistogram(columns - 1, last, histogram);
        assertThat(open.isOneWhole(1L << last, columns)).isTrue();
    }

    /// Fills a chunk's rows, each of which has so many values that differ from the row before.
    private static void fillInOrder(OpenRows open, int columns, int differing) {
        fillInOrder(open, columns, differing, OpenRows.ROWS);
    }

    /// Fills the first rows of a chunk likewise.
    private static void fillInOrder(OpenRows open, int columns, int differing, int rows) {
        for (int i = 0; i < rows; i++) {
            int row = open.row(1000 + i, OpenRows.ROWS, columns);
            for (int column = 0; column < columns; column++) {
                open.set(column, row, column < differing ? i : 1);
            }
        }
    }
}
