package dev.belvedere.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.index.SeriesIndex;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadTest {

    private final SeriesIndex index = new SeriesIndex();
    private final Head head = new Head(index);

    @Test
    void the_rows_of_few_series_are_encoded_by_32() {
        appendRows(1000, 33);
        assertThat(rowsOfChunks(0)).containsExactly(32, 1);
    }

    @Test
    void the_rows_of_many_series_are_encoded_by_16_and_joined() {
        appendRows(40_000, 33);
        assertThat(rowsOfChunks(0)).containsExactly(16, 16, 1);
        appendRows(40_000, 33, 65);
        assertThat(rowsOfChunks(0)).containsExactly(64, 1);
    }

    @Test
    void rows_are_encoded_earlier_once_there_are_more_series() {
        appendRows(1000, 30);
        appendRows(40_000, 30, 31);
        assertThat(rowsOfChunks(0)).containsExactly(30, 1);
    }

    @Test
    void no_more_than_16_rows_of_histograms_are_kept() {
        int series = index.intern(labels(0));
        for (int row = 0; row < 33; row++) {
            head.append(series, 1000L * row, 0, NativeHistogram.STALE);
        }
        assertThat(rowsOfChunks(series)).containsExactly(16, 16, 1);
    }

    @Test
    void more_rows_are_open_until_one_of_them_has_a_histogram() {
        int series = index.intern(labels(0));
        int other = index.intern(labels(1));
        for (int row = 0; row < 20; row++) {
            head.append(series, 1000L * row, 0, row);
        }
        head.append(other, 19_000, 0, NativeHistogram.STALE);
        head.append(series, 20_000, 0, 20);
        assertThat(rowsOfChunks(series)).containsExactly(20, 1);
    }

    private static Labels labels(int number) {
        return Labels.of("__name__", "m", "instance", "i" + number / 100, "cpu", "c" + number % 100);
    }

    private void appendRows(int series, int rows) {
        appendRows(series, 0, rows);
    }

    /// Gives each series a sample a second.
    private void appendRows(int series, int from, int to) {
        double[] values = new double[1];
        for (int i = 0; i < series; i++) {
            index.intern(labels(i));
        }
        for (int row = from; row < to; row++) {
            values[0] = row;
            for (int i = 0; i < series; i++) {
                head.append(i, 1, 1000L * row, values, 0);
            }
        }
    }

    /// The rows of each chunk of a series, in the order of their times.
    private int[] rowsOfChunks(int series) {
        List<Chunk> chunks = new ArrayList<>();
        IntArrayList wanted = IntArrayList.of(series);
        head.collect(index.targetOf(series), Wanted.samples(wanted, Long.MIN_VALUE, Long.MAX_VALUE), chunks);
        chunks.sort(Comparator.comparingLong(Chunk::minMillis));
        return chunks.stream().mapToInt(chunk -> chunk.open().rows()).toArray();
    }
}
