package dev.belvedere.tsdb.chunk;

import dev.belvedere.storage.metrics.SampleColumn;
import java.util.List;

/// Some columns of a chunk as a chunk of their own.
public record PickedColumns(Chunk base, ColumnLayout layout, int[] columns) implements ChunkView {

    /// @param columns of the base, ascending
    public static PickedColumns of(Chunk base, List<Integer> columns) {
        int[] picked = new int[columns.size()];
        int[] series = new int[columns.size()];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = columns.get(i);
            series[i] = base.layout().series(picked[i]);
        }
        return new PickedColumns(base, new ColumnLayout(series), picked);
    }

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return new Picked(base.open(buffers), columns);
    }

    private record Picked(OpenChunk base, int[] columns) implements ChunkView.Open {

        @Override
        public void read(int column, SampleColumn into, int at) {
            base.read(columns[column], into, at);
        }
    }
}
