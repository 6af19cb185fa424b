package dev.belvedere.tsdb.partition;

import dev.belvedere.model.TimeRange;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.read.Deletion;
import java.util.BitSet;
import java.util.List;

/// The windows of a span that give way to the samples beside them: of a series that has samples left, those windows
/// are hidden that may have one of these, so that nothing counts twice.
///
/// Series that no rule names lose their samples from the oldest on while the block is there, and the windows of what
/// they lost are read.
final class Beside {

    private final BitSet rest;
    private final BitSet ruledWithSamples = new BitSet();
    private final BitSet restWithSamples = new BitSet();
    private final List<Deletion> hidden;

    /// @param rest the series that no rule names
    /// @param restCutoffMillis the first time whose samples of these are not hidden
    Beside(BitSet rest, long restCutoffMillis) {
        this.rest = rest;
        this.hidden = List.of(
                new Deletion(ruledWithSamples, TimeRange.ALWAYS),
                new Deletion(restWithSamples, new TimeRange(restCutoffMillis, Long.MAX_VALUE)));
    }

    /// Notes whose samples are in a chunk.
    ///
    /// @param deletions what is hidden of it
    void note(BlockChunk chunk, List<Deletion> deletions) {
        for (int series : chunk.layout().series()) {
            BitSet withSamples = rest.get(series) ? restWithSamples : ruledWithSamples;
            if (!withSamples.get(series) && isLeft(series, chunk, deletions)) {
                withSamples.set(series);
            }
        }
    }

    private static boolean isLeft(int series, BlockChunk chunk, List<Deletion> deletions) {
        for (Deletion deletion : deletions) {
            if (deletion.covers(series, chunk)) {
                return false;
            }
        }
        return true;
    }

    /// What is hidden of the windows; grows with what is noted.
    List<Deletion> hidden() {
        return hidden;
    }
}
