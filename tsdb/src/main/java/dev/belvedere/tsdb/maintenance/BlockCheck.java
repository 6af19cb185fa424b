package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockReader;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Quarantine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads every byte of every published block, as an operator asks for after a crash or a disk's complaint.
public final class BlockCheck {

    /// What was found.
    ///
    /// @param problems a sentence each; empty if all is well
    public record Result(int blocks, long chunks, long columns, List<String> problems) {

        public boolean isClean() {
            return problems.isEmpty();
        }
    }

    private final SegmentStore segments;
    private final List<String> problems = new ArrayList<>();
    private int blocks;
    private long chunks;
    private long columns;

    private BlockCheck(SegmentStore segments) {
        this.segments = segments;
    }

    /// Checks all metrics blocks that the catalog names; needs no open store.
    public static Result run(CatalogState state, SegmentStore segments) {
        BlockCheck check = new BlockCheck(segments);
        for (SegmentRecord record : state.segments(TsdbEnvironment.TOPIC)) {
            if (BlockNames.isBlock(record)) {
                check.checkBlock(record);
            } else if (record.kind().equals(Quarantine.KIND)) {
                check.problems.add("a damaged metrics block was put aside at a start and is missing: " + record.key()
                        + ", " + Instant.ofEpochMilli(record.minMillis()) + " to "
                        + Instant.ofEpochMilli(record.maxMillis()));
            }
        }
        return new Result(check.blocks, check.chunks, check.columns, List.copyOf(check.problems));
    }

    private void checkBlock(SegmentRecord record) {
        blocks++;
        try {
            Block block = BlockReader.open(record, segments, new SeriesIndex());
            try {
                for (List<BlockChunk> ofTarget : block.chunks().values()) {
                    ofTarget.forEach(this::checkChunk);
                }
            } finally {
                block.giveUp(false);
            }
        } catch (OperationException e) {
            problems.add(e.getMessage());
        }
    }

    private void checkChunk(BlockChunk chunk) {
        chunks++;
        try {
            OpenChunk open = chunk.whole().open();
            requireTimes(chunk, open);
            SampleColumn column = new SampleColumn();
            for (int c = 0; c < chunk.layout().columns() * chunk.block().columnsPerSeries(); c++) {
                columns++;
                column.reset(open.rows());
                open.read(c, column, 0);
            }
        } catch (OperationException e) {
            problems.add(e.getMessage());
        }
    }

    private void requireTimes(BlockChunk chunk, OpenChunk open) {
        long[] times = open.times();
        boolean isAscending = times[0] == chunk.minMillis() && times[open.rows() - 1] == chunk.maxMillis();
        for (int row = 1; row < open.rows(); row++) {
            isAscending &= times[row] > times[row - 1];
        }
        if (!isAscending) {
            problems.add("metrics block " + chunk.block().record().key() + ": the times of the chunk at "
                    + chunk.position() + " do not fit its entry in the index");
        }
    }
}
