package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkView;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;

/// One aggregate of a chunk's series, as a chunk. In a chunk of samples each sample is a window of its own.
///
/// @param isDownsampled whether the base has a column for each aggregate of each series
record AggregateChunk(Chunk base, boolean isDownsampled, Aggregate aggregate) implements ChunkView {

    @Override
    public OpenChunk open(ReadBuffers buffers) {
        return isDownsampled
                ? new Stored(
                        base.open(buffers), aggregate.ordinal() * base.layout().columns())
                : new OfSamples(base.open(buffers), aggregate, new SampleColumn());
    }

    private record Stored(OpenChunk base, int firstColumn) implements ChunkView.Open {

        @Override
        public void read(int column, SampleColumn into, int at) {
            base.read(firstColumn + column, into, at);
        }
    }

    private record OfSamples(OpenChunk base, Aggregate aggregate, SampleColumn samples) implements ChunkView.Open {

        @Override
        public void read(int column, SampleColumn into, int at) {
            samples.reset(base.rows());
            base.read(column, samples, 0);
            for (int row = 0; row < base.rows(); row++) {
                NativeHistogram histogram = samples.histogram(row);
                if (histogram != null) {
                    put(histogram, into, at + row);
                } else {
                    double value = samples.values()[row];
                    into.values()[at + row] = SampleValues.isAbsent(value) ? value : ofFloat(value);
                }
            }
        }

        private double ofFloat(double value) {
            boolean isStale = SampleValues.isStale(value);
            return switch (aggregate) {
                case COUNT -> isStale ? SampleValues.ABSENT : 1;
                case SUM, MIN, MAX, FIRST, LAST -> isStale ? SampleValues.ABSENT : value;
                case CORRECTION, FIRST_AGE -> isStale ? SampleValues.ABSENT : 0;
                case LAST_AGE -> isStale ? -1 : 0;
            };
        }

        private void put(NativeHistogram histogram, SampleColumn into, int at) {
            boolean isStale = histogram.isStale();
            switch (aggregate) {
                case COUNT -> into.values()[at] = isStale ? SampleValues.ABSENT : 1;
                case SUM, FIRST, LAST -> {
                    if (isStale) {
                        into.values()[at] = SampleValues.ABSENT;
                    } else {
                        into.setHistogram(at, histogram);
                    }
                }
                case MIN, MAX, CORRECTION -> into.values()[at] = SampleValues.ABSENT;
                case FIRST_AGE -> into.values()[at] = isStale ? SampleValues.ABSENT : 0;
                case LAST_AGE -> into.values()[at] = isStale ? -1 : 0;
            }
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
}
