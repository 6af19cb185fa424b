package dev.belvedere.tsdb.partition;

import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.block.Block;
import java.util.ArrayList;
import java.util.List;

/// The downsampled blocks of one tenant in one partition, and how they stand to the blocks of samples. Guarded by the
/// partition.
///
/// Windows are open at their start. So the span of a downsampled block is, too: it has the sample at the very end of a
/// block's span, and not the one at its beginning.
public final class RollupBlocks {

    public static final String RESOLUTION = "resolution";

    /// A property of windows: they have nothing but the sample at the end of their span.
    public static final String EDGE = "edge";

    /// A property of a block of samples: series were left out of it because they are past their retention.
    public static final String THINNED = "thinned";

    /// A property of windows: they were made anew of themselves after a deletion, and lack the windows it touched even
    /// where samples of these are left.
    public static final String REDUCED = "reduced";

    private final TenantPartition of;
    private final List<Block> blocks = new ArrayList<>();

    RollupBlocks(TenantPartition of) {
        this.of = of;
    }

    public List<Block> all() {
        return blocks;
    }

    public static long resolutionOf(SegmentRecord record) {
        return Long.parseLong(record.properties().getOrDefault(RESOLUTION, "0"));
    }

    /// The span that a window's end or a sample belongs to.
    public static long spanOf(long millis, long spanMillis) {
        return Math.floorDiv(millis - 1, spanMillis);
    }

    public List<Block> at(long span, long resolutionMillis, long spanMillis) {
        List<Block> found = new ArrayList<>(1);
        for (Block block : blocks) {
            if (resolutionOf(block.record()) == resolutionMillis
                    && spanOf(block.record().minMillis(), spanMillis) == span) {
                found.add(block);
            }
        }
        return found;
    }

    /// The blocks of samples of a span. The sample at the end of a downsampled block's is in the next one.
    public List<Block> samplesOf(long span, long spanMillis) {
        List<Block> found = new ArrayList<>(1);
        for (Block block : of.blocks()) {
            if (Math.floorDiv(block.record().minMillis(), spanMillis) == span) {
                found.add(block);
            }
        }
        return found;
    }

    /// Whether samples of a span, or of one before it, are in no block yet.
    boolean isUnflushed(long span, long spanMillis) {
        long oldest = of.unflushedMillis();
        return oldest != Long.MAX_VALUE && spanOf(oldest, spanMillis) <= span;
    }

    /// Whether windows have all that the blocks of samples of their span have at present.
    ///
    /// @param samples of the windows' span
    public boolean isFresh(Block windows, List<Block> samples) {
        if (of.masks().isDeletionDue(windows.record()) || windows.damagedChunks() > 0) {
            return false;
        }
        for (Block block : samples) {
            if (block.record().endOffset() > windows.record().endOffset()) {
                return false;
            }
        }
        return true;
    }

    /// Whether some series of a span are past their retention and left out of its samples.
    public static boolean areThinned(List<Block> samples) {
        return samples.stream().anyMatch(block -> block.record().properties().containsKey(THINNED));
    }

    public static boolean isReduced(SegmentRecord windows) {
        return windows.properties().containsKey(REDUCED);
    }

    /// The blocks of samples whose first sample is the last of the span before.
    public List<Block> edgeOf(long span, long spanMillis) {
        long end = (span + 1) * spanMillis;
        List<Block> found = new ArrayList<>(1);
        for (Block next : samplesOf(span + 1, spanMillis)) {
            if (next.record().minMillis() == end) {
                found.add(next);
            }
        }
        return found;
    }

    private static boolean isEdge(Block windows) {
        return windows.record().properties().containsKey(EDGE);
    }

    /// The blocks of samples that windows are made of, but for the sample at the end of their span.
    ///
    /// @param samples of the windows' span
    List<Block> origin(List<Block> samples, Block windows, long spanMillis) {
        return isEdge(windows) ? edgeOf(spanOf(windows.record().minMillis(), spanMillis), spanMillis) : samples;
    }

    /// Whether the blocks of samples have all that windows were made of.
    ///
    /// @param samples of the windows' span
    public boolean areComplete(List<Block> samples, Block windows, long spanMillis) {
        List<Block> origin = origin(samples, windows, spanMillis);
        if (areThinned(origin)) {
            return false;
        }
        if (isEdge(windows)) {
            return !origin.isEmpty();
        }
        for (Block block : samples) {
            if (block.record().startOffset() <= windows.record().startOffset()) {
                return true;
            }
        }
        return false;
    }
}
