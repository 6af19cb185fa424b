package dev.belvedere.tsdb.partition;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.head.Head;
import dev.belvedere.tsdb.head.Wanted;
import dev.belvedere.tsdb.index.Forgetting;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.read.Deletion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything of one tenant in one partition: index, head, what is being written to a block, and blocks. Guarded by
/// the partition.
public final class TenantPartition {

    /// How often a series is defined per epoch, so that a damaged frame takes no other with it.
    private static final int DEFINITIONS = 2;

    /// Set while a series' definition is in a frame that is being written.
    private static final int IN_FRAME = 0x40;

    private final Tenant tenant;
    private final SeriesIndex index = new SeriesIndex();
    private final Head head = new Head(index);
    private final SeriesPresence presence = new SeriesPresence(this);
    private byte[] defined = new byte[64];

    /// Series that were without samples in the last round of [Garbage] and that nobody has touched since.
    private BitSet idle = new BitSet();

    /// What the head handed over and no published block holds yet, by target number.
    private List<List<Chunk>> flushing = List.of();

    /// By start offset.
    private final List<Block> blocks = new ArrayList<>();

    /// Blocks that could not be opened or were put aside; whoever asks for their time range is told.
    private final List<SegmentRecord> lost = new ArrayList<>();

    /// The newest sample in a block that is closed, or `Long.MIN_VALUE`.
    private long closedMillis = Long.MIN_VALUE;

    /// Blocks that were asked for since the last time that idle ones were closed.
    private final Set<Block> asked = new HashSet<>();

    private final BlockOpener opener;
    private final Masks masks;
    private final RollupBlocks rollups = new RollupBlocks(this);

    /// The earliest time of a sample in the head, and of one that is being flushed.
    private long headMillis = Long.MAX_VALUE;

    private long flushingMillis = Long.MAX_VALUE;

    TenantPartition(Tenant tenant, Retention retention, TimeSource time, BlockOpener opener) {
        this.tenant = tenant;
        this.opener = opener;
        this.masks = new Masks(index, retention, time);
    }

    public Tenant tenant() {
        return tenant;
    }

    public SeriesIndex index() {
        return index;
    }

    public SeriesPresence presence() {
        return presence;
    }

    public Head head() {
        return head;
    }

    /// All blocks of samples. Whoever looks for what is in them asks for [#openBlocks] first.
    public List<Block> blocks() {
        return blocks;
    }

    /// Opens what is closed of the blocks that overlap a range.
    ///
    /// @return whether any was
    public boolean openBlocks(long fromMillis, long toMillis) {
        boolean isAnyClosed = openOneOf(fromMillis, toMillis);
        boolean isLeft = isAnyClosed;
        while (isLeft) {
            isLeft = openOneOf(fromMillis, toMillis);
        }
        return isAnyClosed;
    }

    /// Opens one of these, for those who let others have their turn before the next.
    ///
    /// @return false if none is left
    boolean openOneOf(long fromMillis, long toMillis) {
        Block closed = askFor(blocks, fromMillis, toMillis);
        closed = closed == null ? askFor(rollups.all(), fromMillis, toMillis) : closed;
        if (closed != null) {
            open(closed);
        }
        return closed != null;
    }

    /// Takes note that the blocks of a range are asked for, up to the first that is closed.
    private @Nullable Block askFor(List<Block> some, long fromMillis, long toMillis) {
        for (int i = 0; i < some.size(); i++) {
            Block block = some.get(i);
            if (block.overlaps(fromMillis, toMillis)) {
                asked.add(block);
                if (!block.isOpen()) {
                    return block;
                }
            }
        }
        return null;
    }

    /// Opens the blocks that may have newer samples than one of a time.
    ///
    /// @return whether any was closed
    public boolean openBlocksIfNewer(long millis) {
        return millis <= closedMillis && openBlocks(millis, Long.MAX_VALUE);
    }

    /// Opens the blocks that may have series which are not at home in this partition: before a series is made, it is
    /// looked for in both places.
    public void openAway() {
        forEachBlock(block -> {
            if (!SeriesPlacement.areAtHome(block.record())) {
                open(block);
            }
        });
    }

    /// Makes sure that a block is open, and stays so for a while.
    ///
    /// @return false if it cannot be opened; it is none of the blocks any more then
    public boolean open(Block block) {
        asked.add(block);
        if (block.isOpen()) {
            return true;
        }
        boolean isOpened = opener.open(this, block);
        noteClosed();
        return isOpened;
    }

    /// Closes blocks that nobody has asked for since the last time, but for those with samples after a time.
    public void closeIdle(long fromMillis) {
        forEachBlock(block -> {
            if (block.record().maxMillis() < fromMillis
                    && !asked.contains(block)
                    && SeriesPlacement.areAtHome(block.record())) {
                block.close();
            }
        });
        asked.clear();
        noteClosed();
    }

    private void forEachBlock(Consumer<Block> consumer) {
        List.copyOf(blocks).forEach(consumer);
        List.copyOf(rollups.all()).forEach(consumer);
    }

    private void noteClosed() {
        closedMillis = Long.MIN_VALUE;
        for (Block block : blocks) {
            closedMillis = block.isOpen()
                    ? closedMillis
                    : Math.max(closedMillis, block.record().maxMillis());
        }
    }

    /// Takes note that a block cannot be opened.
    void loseBlock(Block block) {
        blocks.remove(block);
        rollups.all().remove(block);
        lost.add(block.record());
        head.doubtNewest(block.record().maxMillis());
    }

    public List<SegmentRecord> lost() {
        return lost;
    }

    public Masks masks() {
        return masks;
    }

    public RollupBlocks rollups() {
        return rollups;
    }

    /// Notes that the head has taken samples down to a time.
    public void noteApplied(long lowestMillis) {
        headMillis = Math.min(headMillis, lowestMillis);
    }

    /// The earliest time of a sample that is in no block; `Long.MAX_VALUE` if there is none.
    long unflushedMillis() {
        return Math.min(headMillis, flushingMillis);
    }

    public List<List<Chunk>> flushing() {
        return flushing;
    }

    /// @param chunks all that the head had; empty when they are in blocks
    public void setFlushing(List<List<Chunk>> chunks) {
        flushing = chunks;
        flushingMillis = chunks.isEmpty() ? Long.MAX_VALUE : headMillis;
        headMillis = chunks.isEmpty() ? headMillis : Long.MAX_VALUE;
    }

    public void addBlock(Block block) {
        block.keepIn(opener.cache());
        blocks.add(block);
        blocks.sort(Comparator.comparingLong(b -> b.record().startOffset()));
        noteClosed();
    }

    /// Takes over all blocks of before the start, closed.
    public void takeBlocks(List<Block> before) {
        for (Block block : before) {
            block.keepIn(opener.cache());
            (block.record().kind().equals(BlockNames.ROLLUP) ? rollups.all() : blocks).add(block);
        }
        blocks.sort(Comparator.comparingLong(b -> b.record().startOffset()));
        noteClosed();
    }

    /// Notes that somebody holds a ref of a series, or that samples of it came.
    void touch(int series) {
        if (idle.get(series)) {
            idle.clear(series);
        }
        index.touch(series, 1);
    }

    /// The same for all that have samples in chunks.
    public void touchAll(List<Chunk> chunks) {
        ColumnLayout last = null;
        for (Chunk chunk : chunks) {
            if (chunk.layout() != last && !idle.isEmpty()) {
                last = chunk.layout();
                for (int series : last.series()) {
                    idle.clear(series);
                }
            }
        }
    }

    public BitSet idle() {
        return idle;
    }

    public void setIdle(BitSet series) {
        idle = series;
    }

    /// Puts in place what is left. What is forgotten has no samples, and a new epoch begins.
    ///
    /// @return how many series are forgotten
    public int finish(Forgetting forgetting) {
        int forgotten = forgetting.finish();
        head.trim();
        presence.reset();
        defined = new byte[Math.max(64, index.seriesBound())];
        return forgotten;
    }

    /// Whether no frame has to define any of some series with consecutive numbers.
    boolean areDefined(int first, int count) {
        if (count > defined.length - first) {
            return false;
        }
        for (int series = first; series < first + count; series++) {
            if (defined[series] < DEFINITIONS) {
                return false;
            }
        }
        return true;
    }

    /// Whether a frame with samples of a series has to define it; if so the caller defines it and tells
    /// [#endDefinition].
    boolean beginDefinition(int series) {
        if (series >= defined.length) {
            defined = Arrays.copyOf(defined, Math.max(series + 1, defined.length + (defined.length >> 1)));
        }
        if (defined[series] >= DEFINITIONS) {
            return false;
        }
        defined[series] |= IN_FRAME;
        return true;
    }

    void endDefinition(int series, boolean isWritten) {
        defined[series] &= ~IN_FRAME;
        if (isWritten) {
            defined[series]++;
        }
    }

    /// Forgets all definitions: the numbers mean nothing in the next epoch.
    void beginEpoch() {
        Arrays.fill(defined, (byte) 0);
    }

    /// The encoded chunks of a target in open blocks, in what is being flushed and in the head, older sources first.
    List<Chunk> encodedChunks(Target target) {
        return chunkSearch(Long.MIN_VALUE, Long.MAX_VALUE).encodedChunks(target);
    }

    /// All chunks of open blocks and the head that may hold samples of some series of a target, older sources first.
    List<Chunk> chunks(Target target, Wanted wanted) {
        return chunkSearch(wanted.fromMillis(), wanted.toMillis()).chunks(target, wanted);
    }

    /// Looks for the chunks of many targets in one range of time.
    public ChunkSearch chunkSearch(long fromMillis, long toMillis) {
        List<ChunkSearch.Source> sources = new ArrayList<>(blocks.size());
        for (Block block : blocks) {
            if (block.isOpen() && block.overlaps(fromMillis, toMillis)) {
                sources.add(new ChunkSearch.Source(block.chunks(), deletions(block)));
            }
        }
        return new ChunkSearch(sources, flushing, head, masks.expired());
    }

    /// The chunks of the head and of what is being flushed.
    List<Chunk> unflushedChunks(Target target, Wanted wanted) {
        return new ChunkSearch(List.of(), flushing, head, masks.expired()).chunks(target, wanted);
    }

    /// What is hidden of a block.
    List<Deletion> deletions(Block block) {
        return masks.of(block.record());
    }
}
