package dev.belvedere.tsdb;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.Wanted;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks single samples up, for the few that come late or twice. Used under the partition's lock.
final class SampleFinder {

    /// A float or a histogram.
    record Found(double value, @Nullable NativeHistogram histogram) {

        boolean isSame(double otherValue, @Nullable NativeHistogram otherHistogram) {
            return histogram == null
                    ? otherHistogram == null
                            && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(otherValue)
                    : histogram.equals(otherHistogram);
        }
    }

    private final TenantPartition of;
    private final SampleColumn column = new SampleColumn();
    private final IntArrayList single = new IntArrayList(1);

    SampleFinder(TenantPartition of) {
        this.of = of;
    }

    private List<Chunk> chunks(int series, long fromMillis, long toMillis) {
        single.clear();
        single.add(series);
        return of.chunks(of.index().targetOf(series), Wanted.samples(single, fromMillis, toMillis));
    }

    /// The sample that a query would show at a time.
    Optional<Found> find(int series, long timestampMillis) {
        List<Chunk> chunks = chunks(series, timestampMillis, timestampMillis);
        for (int i = chunks.size() - 1; i >= 0; i--) {
            int at = chunks.get(i).layout().indexOf(series);
            if (at < 0) {
                continue;
            }
            OpenChunk chunk = chunks.get(i).open();
            int row = Arrays.binarySearch(chunk.times(), 0, chunk.rows(), timestampMillis);
            if (row >= 0) {
                column.reset(chunk.rows());
                chunk.read(at, column, 0);
                if (!column.isAbsent(row)) {
                    return Optional.of(new Found(column.values()[row], column.histogram(row)));
                }
            }
        }
        return Optional.empty();
    }

    /// The time of the newest sample, or [Head#NEVER].
    long newestMillis(int series) {
        long newest = Head.NEVER;
        for (Chunk each : chunks(series, Long.MIN_VALUE, Long.MAX_VALUE)) {
            int at = each.layout().indexOf(series);
            if (at >= 0 && each.maxMillis() > newest) {
                OpenChunk chunk = each.open();
                column.reset(chunk.rows());
                chunk.read(at, column, 0);
                for (int row = chunk.rows() - 1; row >= 0 && chunk.times()[row] > newest; row--) {
                    if (!column.isAbsent(row)) {
                        newest = chunk.times()[row];
                    }
                }
            }
        }
        return newest;
    }
}
