package dev.belvedere.tsdb.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.RawChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedRowsTest {

    private static final double NONE = SampleValues.ABSENT;

    private final SampleColumn column = new SampleColumn();

    /// A chunk of series 0, 1 and so on.
    private static Chunk chunk(long[] times, double[]... columns) {
        return chunk(times, null, columns);
    }

    private static Chunk chunk(long[] times, long @Nullable [] starts, double[]... columns) {
        double[] values = new double[times.length * columns.length];
        int[] series = new int[columns.length];
        for (int c = 0; c < columns.length; c++) {
            series[c] = c;
            System.arraycopy(columns[c], 0, values, c * times.length, times.length);
        }
        return new RawChunk(new ColumnLayout(series), new RawChunk.Slots(times.length, times, values, null, starts));
    }

    private static long[] times(long... times) {
        return times;
    }

    private static double[] values(double... values) {
        return values;
    }

    private double[] read(MergedRows rows, int series) {
        rows.read(series, column);
        return Arrays.copyOf(column.values(), rows.rows());
    }

    @Test
    void a_row_that_a_flush_has_cut_through_is_whole_and_its_series_are_dense() {
        Chunk before = chunk(times(10, 20, 30), values(1, 2, 3), values(5, 6, NONE));
        Chunk after = chunk(times(30, 40, 50), values(NONE, 4, 5), values(7, 8, 6));
        MergedRows rows = new MergedRows(List.of(before, after), 20, 50);
        assertThat(Arrays.copyOf(rows.times(), rows.rows())).containsExactly(20, 30, 40, 50);
        assertThat(read(rows, 0)).containsExactly(2, 3, 4, 5);
        assertThat(column.isDense()).isTrue();
        assertThat(column.isNonDecreasing()).isTrue();
        assertThat(read(rows, 1)).containsExactly(6, 7, 8, 6);
        assertThat(column.isDense()).isTrue();
        assertThat(column.isNonDecreasing()).isFalse();
    }

    @Test
    void of_two_samples_at_one_time_that_of_the_later_chunk_holds() {
        Chunk older = chunk(times(30, 40), values(3, 4));
        Chunk newer = chunk(times(10, 30, 50), values(1, 33, 5));
        MergedRows rows = new MergedRows(List.of(older, newer), 0, 100);
        assertThat(read(rows, 0)).containsExactly(1, 33, 4, 5);
        assertThat(column.isDense()).isTrue();
        MergedRows otherWay = new MergedRows(List.of(newer, older), 0, 100);
        assertThat(read(otherWay, 0)).containsExactly(1, 3, 4, 5);
    }

    @Test
    void of_two_samples_in_a_row_that_chunks_share_that_of_the_later_one_holds() {
        Chunk older = chunk(times(10, 20), values(1, 2), values(1, 9));
        Chunk single = chunk(times(20), values(22), values(NONE));
        Chunk newer = chunk(times(20, 30), values(NONE, 3), values(5, 6));
        MergedRows rows = new MergedRows(List.of(older, single, newer), 0, 100);
        assertThat(Arrays.copyOf(rows.times(), rows.rows())).containsExactly(10, 20, 30);
        assertThat(read(rows, 0)).containsExactly(1, 22, 3);
        assertThat(column.isNonDecreasing()).isFalse();
        assertThat(read(rows, 1)).containsExactly(1, 5, 6);
        assertThat(column.isNonDecreasing()).isTrue();
        MergedRows otherWay = new MergedRows(List.of(chunk(times(20, 30), values(2, 3)), older), 0, 100);
        assertThat(read(otherWay, 0)).containsExactly(1, 2, 3);
        MergedRows changed = new MergedRows(List.of(chunk(times(20, 30), values(22, 3)), older), 0, 100);
        assertThat(read(changed, 0)).containsExactly(1, 2, 3);
    }

    @Test
    void a_series_that_is_in_one_of_two_chunks_with_a_common_row_is_read() {
        Chunk older = chunk(times(10, 20), values(1, 2));
        Chunk newer = chunk(times(20, 30), values(22, 3), values(4, 5));
        MergedRows rows = new MergedRows(List.of(older, newer), 0, 100);
        assertThat(read(rows, 1)).endsWith(4, 5);
        assertThat(column.isAbsent(0)).isTrue();
        assertThat(column.isDense()).isFalse();
        assertThat(read(rows, 0)).containsExactly(1, 22, 3);
    }

    @Test
    void a_series_with_a_hole_or_a_stale_marker_is_not_dense() {
        Chunk before = chunk(times(10, 20), values(1, 2), values(1, SampleValues.STALE_NAN));
        Chunk after = chunk(times(20, 30, 40), values(NONE, NONE, 4), values(NONE, 3, 4));
        MergedRows rows = new MergedRows(List.of(before, after), 0, 100);
        assertThat(read(rows, 0)).hasSize(4).startsWith(1, 2).endsWith(4);
        assertThat(column.isAbsent(2)).isTrue();
        assertThat(column.isDense()).isFalse();
        read(rows, 1);
        assertThat(column.isDense()).isFalse();
    }

    @Test
    void the_start_of_a_sample_that_a_later_chunk_replaces_goes_with_it() {
        Chunk older = chunk(times(10, 20), new long[] {5, 5}, values(1, 2));
        Chunk newer = chunk(times(20, 30), values(22, 3));
        MergedRows rows = new MergedRows(List.of(older, newer), 0, 100);
        assertThat(read(rows, 0)).containsExactly(1, 22, 3);
        assertThat(column.startTimestamp(0)).isEqualTo(5);
        assertThat(column.startTimestamp(1)).isZero();
        assertThat(column.isDense()).isFalse();
    }

    @Test
    void rows_that_share_buffers_with_those_before_are_the_same() {
        ReadBuffers buffers = new ReadBuffers();
        Chunk first = chunk(times(10, 20, 30), values(1, 2, 3));
        Chunk second = chunk(times(30, 40, 50), values(NONE, 4, 5));
        MergedRows many = new MergedRows(List.of(first, second), 0, 100, buffers);
        assertThat(read(many, 0)).containsExactly(1, 2, 3, 4, 5);
        Chunk third = chunk(times(60, 70), values(6, 7));
        MergedRows few = new MergedRows(List.of(second, third), 40, 60, buffers);
        assertThat(Arrays.copyOf(few.times(), few.rows())).containsExactly(40, 50, 60);
        assertThat(read(few, 0)).containsExactly(4, 5, 6);
        assertThat(column.isDense()).isTrue();
        MergedRows one = new MergedRows(List.of(third), 0, 60, buffers);
        assertThat(Arrays.copyOf(one.times(), one.rows())).containsExactly(60);
        assertThat(first.open().times()).containsExactly(10, 20, 30);
        assertThat(third.open().times()).containsExactly(60, 70);
    }
}
