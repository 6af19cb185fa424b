package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.SampleColumn;

/// Stands for a chunk of which not even the times can be read: one row without samples.
///
/// @param times of that row
public record LostRows(long[] times) implements OpenChunk {

    public LostRows(long atMillis) {
        this(new long[] {atMillis});
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public void read(int column, SampleColumn into, int at) {
        into.values()[at] = SampleValues.ABSENT;
    }

    @Override
    public boolean isDense() {
        return false;
    }

    @Override
    public boolean isNonDecreasing() {
        return false;
    }
}
