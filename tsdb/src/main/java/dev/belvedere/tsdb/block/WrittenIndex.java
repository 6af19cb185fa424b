package dev.belvedere.tsdb.block;

import dev.belvedere.model.TimeRange;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/// The index of a block that was just written, by the [BlockWriter] it is given to. It opens the block without reading
/// back what is known. Used by one thread.
public final class WrittenIndex {

    private final int columnsPerSeries;
    private final List<WrittenTarget> targets = new ArrayList<>();
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = Long.MIN_VALUE;

    /// @param chunks by minimum time
    private record WrittenTarget(Target target, List<WrittenChunk> chunks) {}

    /// @param series the series of its columns
    private record WrittenChunk(int[] series, TimeRange times, BlockChunk.Place place) {}

    /// Of a block of samples.
    public WrittenIndex() {
        this(1);
    }

    /// @param columnsPerSeries how many columns chunks have for each series
    public WrittenIndex(int columnsPerSeries) {
        this.columnsPerSeries = columnsPerSeries;
    }

    int columnsPerSeries() {
        return columnsPerSeries;
    }

    int targetCount() {
        return targets.size();
    }

    void beginTarget(Target target) {
        targets.add(new WrittenTarget(target, new ArrayList<>()));
    }

    /// Notes a chunk of the target begun last.
    void add(BlockWriter.EncodedPart part, BlockChunk.Place place) {
        minMillis = Math.min(minMillis, part.minMillis());
        maxMillis = Math.max(maxMillis, part.maxMillis());
        TimeRange times = new TimeRange(part.minMillis(), part.maxMillis());
        targets.getLast().chunks().add(new WrittenChunk(part.series(), times, place));
    }

    /// Whether the block has no chunk.
    public boolean isEmpty() {
        return minMillis > maxMillis;
    }

    /// The earliest row's time, of a block that is not empty.
    public long minMillis() {
        return minMillis;
    }

    /// The latest row's time.
    public long maxMillis() {
        return maxMillis;
    }

    /// Opens the block, with series by the numbers it was written with. The caller holds the guard of their index.
    ///
    /// @throws dev.belvedere.model.OperationException `segment_missing`, `io_error`
    public Block open(SegmentRecord record, SegmentStore segments) {
        Block block = new Block(record, segments);
        Int2ObjectOpenHashMap<List<BlockChunk>> chunks = new Int2ObjectOpenHashMap<>(targets.size());
        for (WrittenTarget written : targets) {
            List<BlockChunk> ofTarget = new ArrayList<>(written.chunks().size());
            for (WrittenChunk chunk : written.chunks()) {
                ofTarget.add(
                        new BlockChunk(block, written.target().layout(chunk.series()), chunk.times(), chunk.place()));
            }
            chunks.put(written.target().number(), ofTarget);
        }
        block.open(new Block.Content(segments.open(record.key()), columnsPerSeries, chunks));
        return block;
    }
}
