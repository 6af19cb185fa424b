package dev.belvedere.tsdb.read;

import dev.belvedere.model.TimeRange;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import java.util.BitSet;

/// Samples of some series in a time range that are to be hidden.
public record Deletion(BitSet series, TimeRange range) {

    public boolean touches(Chunk chunk) {
        if (!range.overlaps(chunk.minMillis(), chunk.maxMillis())) {
            return false;
        }
        ColumnLayout layout = chunk.layout();
        for (int each : layout.series()) {
            if (series.get(each)) {
                return true;
            }
        }
        return false;
    }

    /// Whether nothing of a series in the chunk is left.
    public boolean covers(int ofSeries, Chunk chunk) {
        return series.get(ofSeries) && range.contains(chunk.minMillis()) && range.contains(chunk.maxMillis());
    }
}
