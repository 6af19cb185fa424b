package dev.belvedere.tsdb.read;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkView;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import java.util.List;

/// A chunk without the samples that were deleted.
public record MaskedChunk(Chunk base, List<Deletion> deletions) implements ChunkView {

    /// Whether anything of a series may be left.
    public boolean mayHave(int series) {
        for (Deletion deletion : deletions) {
            if (deletion.covers(series, base)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return new Masked(base.open(buffers), base.layout(), deletions, new boolean[1]);
    }

    private record Masked(OpenChunk base, ColumnLayout layout, List<Deletion> deletions, boolean[] isTouched)
            implements ChunkView.Open {

        @Override
        public void read(int column, SampleColumn into, int at) {
            isTouched[0] = false;
            SampleColumn whole = new SampleColumn();
            whole.reset(rows());
            base.read(column, whole, 0);
            for (int row = 0; row < rows(); row++) {
                if (isDeleted(layout.series(column), times()[row])) {
                    isTouched[0] = true;
                    into.values()[at + row] = SampleValues.ABSENT;
                } else {
                    copy(whole, row, into, at + row);
                }
            }
        }

        private static void copy(SampleColumn from, int row, SampleColumn into, int at) {
            into.values()[at] = from.values()[row];
            NativeHistogram histogram = from.histogram(row);
            if (histogram != null) {
                into.setHistogram(at, histogram);
            }
            if (from.startTimestamp(row) != MetricAppender.NO_START) {
                into.setStartTimestamp(at, from.startTimestamp(row));
            }
        }

        private boolean isDeleted(int series, long millis) {
            for (Deletion deletion : deletions) {
                if (deletion.series().get(series) && deletion.range().contains(millis)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean isDense() {
            return !isTouched[0] && base.isDense();
        }

        @Override
        public boolean isNonDecreasing() {
            return !isTouched[0] && base.isNonDecreasing();
        }
    }
}
