package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chunks of one layout that follow each other in time, as one.
public final class JoinedChunks implements ColumnSource {

    private final List<OpenChunk> chunks = new ArrayList<>();
    private final SampleColumn column = new SampleColumn();
    private final int rows;
    private final long[] times;

    /// @param sources of one layout, each wholly before the next
    public JoinedChunks(List<? extends Chunk> sources) {
        int count = 0;
        for (Chunk source : sources) {
            OpenChunk chunk = source.open();
            chunks.add(chunk);
            count += chunk.rows();
        }
        rows = count;
        times = new long[rows];
        int at = 0;
        for (OpenChunk chunk : chunks) {
            System.arraycopy(chunk.times(), 0, times, at, chunk.rows());
            at += chunk.rows();
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long[] times() {
        return times;
    }

    @Override
    public ColumnEncoder.Rows column(int number) {
        column.reset(rows);
        int at = 0;
        for (OpenChunk chunk : chunks) {
            chunk.read(number, column, at);
            at += chunk.rows();
        }
        return rowsOf(column);
    }

    /// What a column holds, for an encoder. Shares the column's values.
    public static ColumnEncoder.Rows rowsOf(SampleColumn column) {
        int rows = column.rowCount();
        @Nullable NativeHistogram @Nullable [] histograms = null;
        if (column.hasHistograms()) {
            histograms = new NativeHistogram[rows];
            for (int i = 0; i < rows; i++) {
                histograms[i] = column.histogram(i);
            }
        }
        long @Nullable [] starts = null;
        if (column.hasStartTimestamps()) {
            starts = new long[rows];
            for (int i = 0; i < rows; i++) {
                starts[i] = column.startTimestamp(i);
            }
        }
        return new ColumnEncoder.Rows(column.values(), 0, rows, histograms, starts);
    }
}
