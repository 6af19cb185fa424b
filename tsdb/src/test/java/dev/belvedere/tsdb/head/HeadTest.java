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
    void rows_are_encoded_by_16_and_joined() {
        appendRows(100, 0, 33);
        assertThat(rowsOfChunks(0)).containsExactly(16, 16, 1);
        appendRows(100, 33, 65);
        assertThat(rowsOfChunks(0)).containsExactly(64, 1);
    }

    @Test
    void a_reader_gets_the_open_rows_of_its_range_only() {
        appendRows(100, 0, 10);
        List<Chunk> chunks = new ArrayList<>();
        head.collect(index.targetOf(0), Wanted.samples(IntArrayList.of(0), 3000, 5000), chunks);
        assertThat(chunks).singleElement().satisfies(chunk -> {
            assertThat(chunk.minMillis()).isEqualTo(3000);
            assertThat(chunk.maxMillis()).isEqualTo(5000);
        });
    }

    @Test
    void no_more_than_16_rows_of_histograms_are_kept() {
        int series = index.intern(labels(0));
        for (int row = 0; row < 33; row++) {
            head.append(series, 1000L * row, 0, NativeHistogram.STALE);
        }
        assertThat(rowsOfChunks(series)).containsExactly(16, 16, 1);
    }

    private static Labels labels(int number) {
        return Labels.of("__name__", "m", "instance", "i" + number / 100, "cpu", "c" + number % 100);
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
