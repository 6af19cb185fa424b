package dev.belvedere.tsdb.block;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.PickedColumns;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.util.ArrayList;
import java.util.List;

/// Tells what of a block can still be read, and writes that to a new one. Used once.
public final class BlockSalvage implements AutoCloseable {

    /// Samples that nobody can read any more.
    ///
    /// @param maxSamples how many there may be: the rows of the chunk; 0 if not even that can be read
    public record Loss(Labels series, long minMillis, long maxMillis, int maxSamples) {}

    /// A chunk's columns that are whole.
    private record Readable(BlockChunk chunk, List<Integer> columns) {

        boolean isWhole() {
            return columns.size() == chunk.layout().columns();
        }
    }

    private final SeriesIndex index = new SeriesIndex();
    private final Block block;
    private final IndexView view;
    private final boolean isHeaderDamaged;
    private final List<List<Readable>> readable = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    private BlockSalvage(SegmentRecord record, SegmentStore segments) {
        boolean isDamaged = false;
        try {
            BlockReader.open(record, segments, new SeriesIndex()).giveUp(false);
        } catch (OperationException e) {
            isDamaged = true;
        }
        isHeaderDamaged = isDamaged;
        block = BlockReader.openWithAnyHeader(record, segments, index);
        view = index.view();
        for (int t = 0; t < index.targetCount(); t++) {
            List<Readable> ofTarget = new ArrayList<>();
            for (BlockChunk chunk : block.chunksOf(t)) {
                ofTarget.add(read(chunk));
            }
            readable.add(ofTarget);
        }
    }

    /// Reads all of a block.
    ///
    /// @throws OperationException `corrupt_block` if not even its index can be read, `segment_missing`, `io_error`
    public static BlockSalvage of(SegmentRecord record, SegmentStore segments) {
        return new BlockSalvage(record, segments);
    }

    private Readable read(BlockChunk chunk) {
        List<Integer> whole = new ArrayList<>();
        int series = chunk.layout().columns();
        OpenChunk open;
        try {
            open = chunk.whole().open();
            requireTimes(chunk, open);
        } catch (OperationException e) {
            requireDamage(e);
            for (int c = 0; c < series; c++) {
                losses.add(loss(chunk, c, 0));
            }
            return new Readable(chunk, whole);
        }
        for (int c = 0; c < series; c++) {
            if (isReadable(open, c, series)) {
                whole.add(c);
            } else {
                losses.add(loss(chunk, c, open.rows()));
            }
        }
        if (block.columnsPerSeries() > 1 && whole.size() < series) {
            // The columns of a series stand on pages that others share: such a chunk is made anew, not patched.
            whole.forEach(c -> losses.add(loss(chunk, c, open.rows())));
            whole.clear();
        }
        return new Readable(chunk, whole);
    }

    private static void requireTimes(BlockChunk chunk, OpenChunk open) {
        if (open.times()[0] != chunk.minMillis() || open.times()[open.rows() - 1] != chunk.maxMillis()) {
            throw BlockFormat.corrupt(
                    chunk.block().record().key(),
                    "the times of the chunk at " + chunk.position() + " do not fit its entry in the index");
        }
    }

    private boolean isReadable(OpenChunk open, int series, int seriesCount) {
        SampleColumn column = new SampleColumn();
        for (int i = 0; i < block.columnsPerSeries(); i++) {
            try {
                column.reset(open.rows());
                open.read(i * seriesCount + series, column, 0);
            } catch (OperationException e) {
                requireDamage(e);
                return false;
            }
        }
        return true;
    }

    private static void requireDamage(OperationException e) {
        if (!e.code().equals("corrupt_block") && !e.code().equals("corrupt_segment")) {
            throw e;
        }
    }

    private Loss loss(BlockChunk chunk, int column, int rows) {
        return new Loss(view.labels(chunk.layout().series(column)), chunk.minMillis(), chunk.maxMillis(), rows);
    }

    /// What is lost of an index that can be read.
    public List<Loss> losses() {
        return losses;
    }

    public boolean isHealthy() {
        return losses.isEmpty() && !isHeaderDamaged;
    }

    public SegmentRecord record() {
        return block.record();
    }

    public IndexView view() {
        return view;
    }

    public int columnsPerSeries() {
        return block.columnsPerSeries();
    }

    /// Writes what can be read; the caller finishes the block.
    public void writeTo(BlockWriter writer) {
        BlockBuilder builder = new BlockBuilder(view);
        for (int t = 0; t < readable.size(); t++) {
            List<EncodedPart> parts = new ArrayList<>();
            for (Readable each : readable.get(t)) {
                if (each.isWhole()) {
                    parts.add(asItIs(each.chunk()));
                } else if (!each.columns().isEmpty()) {
                    builder.addChunk(PickedColumns.of(each.chunk(), each.columns()), parts);
                }
            }
            Target target = index.target(t);
            builder.write(writer, target, parts);
        }
    }

    private static EncodedPart asItIs(BlockChunk chunk) {
        return new EncodedPart(
                chunk.layout().series(),
                chunk.minMillis(),
                chunk.maxMillis(),
                chunk.range(0, chunk.length()).bytes(),
                chunk.headerLength());
    }

    @Override
    public void close() {
        block.giveUp(false);
    }
}
