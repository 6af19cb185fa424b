package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.index.SeriesIndex;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Samples that are older than the newest of their series, in a group of its own for each. Guarded by the partition.
final class LateGroups {

    private static final int[] ONLY_COLUMN = {0};

    private final Int2ObjectOpenHashMap<HeadGroup> groups = new Int2ObjectOpenHashMap<>();
    private final ChunkEncoder encoder;
    private final EncodingRoom room;

    LateGroups(ChunkEncoder encoder, EncodingRoom room) {
        this.encoder = encoder;
        this.room = room;
    }

    void append(int series, long timestampMillis, long startMillis, double value, @Nullable NativeHistogram histogram) {
        HeadGroup to = groups.get(series);
        if (to == null) {
            to = new HeadGroup(room);
            to.addColumn(series);
            groups.put(series, to);
        }
        int row = to.row(timestampMillis, OpenRows.ROWS);
        if (row < 0) {
            to.seal(encoder);
            row = to.row(timestampMillis, OpenRows.ROWS);
        }
        if (histogram == null) {
            to.set(0, row, value);
        } else {
            to.setHistogram(0, row, histogram);
        }
        if (startMillis != 0) {
            to.setStart(0, row, startMillis);
        }
    }

    boolean has(int series) {
        return groups.containsKey(series);
    }

    /// Whether a series has samples in a time range.
    boolean hasSamples(int series, long fromMillis, long toMillis) {
        HeadGroup of = groups.get(series);
        if (of == null) {
            return false;
        }
        BitSet marked = new BitSet();
        of.mark(fromMillis, toMillis, marked);
        return marked.get(series);
    }

    void collect(Wanted wanted, List<Chunk> into) {
        if (groups.isEmpty()) {
            return;
        }
        IntArrayList series = wanted.series();
        for (int i = 0; i < series.size(); i++) {
            HeadGroup of = groups.get(series.getInt(i));
            if (of != null) {
                wanted.collect(of.sealed(), into);
                if (of.rows() > 0) {
                    wanted.collect(of.snapshot(ONLY_COLUMN), into);
                }
            }
        }
    }

    void forEach(Consumer<HeadGroup> visitor) {
        groups.values().forEach(visitor);
    }

    /// Encodes everything and hands it over to lists by target number. Nothing is late afterwards.
    void takeAll(SeriesIndex index, List<List<Chunk>> into) {
        for (HeadGroup each : groups.values()) {
            if (each.rows() > 0) {
                each.seal(encoder);
            }
            into.get(index.targetOf(each.seriesOf(0)).number()).addAll(each.takeSealed());
        }
        groups.clear();
    }

    int count() {
        return groups.size();
    }

    long sizeBytes() {
        long bytes = 0;
        for (HeadGroup each : groups.values()) {
            bytes += each.sizeBytes();
        }
        return bytes;
    }
}
