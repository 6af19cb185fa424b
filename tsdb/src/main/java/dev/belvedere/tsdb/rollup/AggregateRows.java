package dev.belvedere.tsdb.rollup;

import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.read.GroupSplitter;
import dev.belvedere.tsdb.read.MergedRows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All aggregates of the rows of some series that occur in the same sources. Used by one thread.
final class AggregateRows {

    private static final Aggregate[] ALL = Aggregate.values();

    private final int[] series;
    private final List<Source> sources;
    private final long fromMillis;
    private final long toMillis;
    private final @Nullable MergedRows[] rows = new MergedRows[ALL.length];
    private final MergedRows samples;

    private AggregateRows(int[] series, List<Source> sources, long fromMillis, long toMillis) {
        this.series = series;
        this.sources = sources;
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.samples =
                new MergedRows(sources.stream().map(Source::samplesOrLast).toList(), fromMillis, toMillis);
    }

    /// Sorts series of one target by the sources they occur in.
    ///
    /// @param sources of two that have a row of the same time the later one holds
    static List<AggregateRows> split(IntArrayList series, List<Source> sources, long fromMillis, long toMillis) {
        Map<Chunk, Source> sourceOf = new IdentityHashMap<>();
        List<Chunk> chunks = new ArrayList<>(sources.size());
        for (Source source : sources) {
            Chunk chunk = source.samplesOrLast();
            chunks.add(chunk);
            sourceOf.put(chunk, source);
        }
        List<AggregateRows> parts = new ArrayList<>();
        for (GroupSplitter.Part part : GroupSplitter.split(series, chunks)) {
            List<Source> ofPart = new ArrayList<>();
            for (Chunk chunk : part.chunks()) {
                Source source = sourceOf.get(chunk);
                if (source != null) {
                    ofPart.add(source);
                }
            }
            parts.add(new AggregateRows(part.series(), ofPart, fromMillis, toMillis));
        }
        return parts;
    }

    int[] series() {
        return series;
    }

    long[] times() {
        return samples.times();
    }

    int rowCount() {
        return samples.rows();
    }

    /// Samples, and the last of each window.
    void readSamples(int ofSeries, SampleColumn into) {
        samples.read(ofSeries, into);
    }

    void read(int ofSeries, Aggregate aggregate, SampleColumn into) {
        MergedRows of = rows[aggregate.ordinal()];
        if (of == null) {
            of = new MergedRows(
                    sources.stream().map(source -> source.of(aggregate)).toList(), fromMillis, toMillis);
            assert Arrays.equals(of.times(), 0, of.rows(), times(), 0, rowCount())
                    : "aggregates have other rows than samples";
            rows[aggregate.ordinal()] = of;
        }
        of.read(ofSeries, into);
    }
}
