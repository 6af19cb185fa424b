package dev.belvedere.tsdb.partition;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.StoredSample;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.Deletion;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for the samples of a commit that come late or twice. They come in crowds, so the chunks of a target are
/// found once, and opened once.
///
/// Used under the partition's lock, as long as nothing is added to the tenant's samples and none of its blocks is
/// opened or closed.
final class SampleFinder {

    private final TenantPartition of;
    private final Head head;
    private final List<Deletion> expired;
    private final Int2ObjectOpenHashMap<Encoded> byTarget = new Int2ObjectOpenHashMap<>();
    private final ReadBuffers buffers = new ReadBuffers();
    private final SampleColumn column = new SampleColumn();

    /// What is encoded of a target.
    ///
    /// @param chunks older sources first
    /// @param open these, as far as they were looked into
    private record Encoded(List<Chunk> chunks, @Nullable OpenChunk[] open) {

        OpenChunk open(int number, ReadBuffers buffers) {
            OpenChunk known = open[number];
            if (known == null) {
                known = chunks.get(number).open(buffers);
                open[number] = known;
            }
            return known;
        }
    }

    SampleFinder(TenantPartition of) {
        this.of = of;
        this.head = of.head();
        this.expired = of.masks().expired();
    }

    private Encoded encoded(int series) {
        Target target = of.index().targetOf(series);
        Encoded known = byTarget.get(target.number());
        if (known == null) {
            List<Chunk> chunks = of.encodedChunks(target);
            known = new Encoded(chunks, new OpenChunk[chunks.size()]);
            byTarget.put(target.number(), known);
        }
        return known;
    }

    private boolean isExpired(int series, long millis) {
        for (int i = 0; i < expired.size(); i++) {
            Deletion each = expired.get(i);
            if (each.series().get(series) && each.range().contains(millis)) {
                return true;
            }
        }
        return false;
    }

    /// The sample that a query would show at a time; absent if there is none.
    @Nullable
    StoredSample find(int series, long millis) {
        StoredSample open = head.findOpen(series, millis);
        if (open != null && !isExpired(series, millis)) {
            return open;
        }
        Encoded encoded = encoded(series);
        for (int i = encoded.chunks().size() - 1; i >= 0; i--) {
            Chunk chunk = encoded.chunks().get(i);
            if (millis >= chunk.minMillis() && millis <= chunk.maxMillis()) {
                StoredSample found = find(series, millis, chunk, encoded.open(i, buffers));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable StoredSample find(int series, long millis, Chunk chunk, OpenChunk open) {
        int row = Arrays.binarySearch(open.times(), 0, open.rows(), millis);
        int at = row < 0 ? -1 : chunk.layout().indexOf(series);
        if (at < 0) {
            return null;
        }
        column.reset(open.rows());
        if (open.readFloats(at, new OpenChunk.RowRange(row, row + 1), column, row)) {
            return new StoredSample(column.values()[row], null);
        }
        open.read(at, column, 0);
        return column.isAbsent(row) ? null : new StoredSample(column.values()[row], column.histogram(row));
    }

    /// Whether the head knows the time of a series' newest sample: mostly, but for what has not been sampled since
    /// blocks were opened or taken away.
    boolean isNewestKnown(int series) {
        return head.isNewestKnown(series) && !of.masks().canExpire();
    }

    /// The time of the newest sample, or [Head#NEVER].
    long newestMillis(int series) {
        long newest = head.newestOpenMillis(series);
        if (newest != Head.NEVER && isExpired(series, newest)) {
            newest = Head.NEVER;
        }
        Encoded encoded = encoded(series);
        for (int i = encoded.chunks().size() - 1; i >= 0; i--) {
            Chunk chunk = encoded.chunks().get(i);
            int at = chunk.maxMillis() > newest ? chunk.layout().indexOf(series) : -1;
            if (at >= 0) {
                newest = Math.max(newest, newestMillis(at, encoded.open(i, buffers)));
            }
        }
        return newest;
    }

    private long newestMillis(int at, OpenChunk chunk) {
        column.reset(chunk.rows());
        chunk.read(at, column, 0);
        for (int row = chunk.rows() - 1; row >= 0; row--) {
            if (!column.isAbsent(row)) {
                return chunk.times()[row];
            }
        }
        return Head.NEVER;
    }
}
