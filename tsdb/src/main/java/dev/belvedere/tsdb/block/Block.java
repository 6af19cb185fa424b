package dev.belvedere.tsdb.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import dev.belvedere.tsdb.chunk.ColumnPage;
import dev.belvedere.tsdb.chunk.KeptRow;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A published block: closed, when only its record is known, or open, with its index in memory.
///
/// It is opened ([BlockReader#open]) and closed under the guard of the index that it is opened with. Whoever reads
/// chunks pins the block meanwhile ([#pin], [#unpin]), so that it stays open; a block that was given up is removed when
/// the last pin goes.
public final class Block {

    private static final System.Logger LOG = System.getLogger(Block.class.getName());

    private final SegmentRecord record;
    private final SegmentStore segments;

    /// Absent while the block is closed.
    private volatile @Nullable Content content;

    /// What an open block has.
    ///
    /// @param chunks by target number
    record Content(SegmentReader reader, int columnsPerSeries, Int2ObjectOpenHashMap<List<BlockChunk>> chunks) {}

    /// Absent where nobody reads it for queries.
    private volatile @Nullable ReadCache cache;

    /// Absent until it is asked for.
    private volatile @Nullable Map<String, Long> bytesByMetric;

    /// Chunks of which something could not be read.
    private final Set<BlockChunk> damaged = ConcurrentHashMap.newKeySet();

    @GuardedBy("this")
    private int pins;

    @GuardedBy("this")
    private boolean isGivenUp;

    @GuardedBy("this")
    private boolean isRemovedWhenClosed;

    /// A closed block.
    public Block(SegmentRecord record, SegmentStore segments) {
        this.record = record;
        this.segments = segments;
    }

    void open(Content with) {
        content = with;
    }

    public boolean isOpen() {
        return content != null;
    }

    /// Closes the block, unless it is pinned or known to be damaged.
    ///
    /// @return whether it was closed
    public boolean close() {
        Content before;
        synchronized (this) {
            before = content;
            if (pins > 0 || isGivenUp || before == null || !damaged.isEmpty()) {
                return false;
            }
            content = null;
        }
        forgetKept();
        before.reader().close();
        return true;
    }

    private Content content() {
        Content present = content;
        if (present == null) {
            throw new IllegalStateException("block " + record.key() + " is closed");
        }
        return present;
    }

    public SegmentRecord record() {
        return record;
    }

    SegmentStore segments() {
        return segments;
    }

    /// How many columns the chunks have for each series of their layout: 1 unless the block is downsampled.
    public int columnsPerSeries() {
        return content().columnsPerSeries();
    }

    /// The chunks of a target, by its number in the index the block was opened with; empty if it has none.
    public List<BlockChunk> chunksOf(int target) {
        List<BlockChunk> found = content().chunks().get(target);
        return found == null ? List.of() : found;
    }

    /// The chunks of all targets, by target number.
    public Int2ObjectMap<List<BlockChunk>> chunks() {
        return content().chunks();
    }

    /// Keeps what is read of chunks from now on.
    public void keepIn(ReadCache next) {
        cache = next;
    }

    private void forgetKept() {
        ReadCache own = cache;
        if (own != null) {
            own.forget(this);
        }
    }

    ChunkHeader headerOf(BlockChunk chunk) {
        ChunkHeader known = chunk.header();
        if (known != null) {
            return known;
        }
        ChunkHeader header = ChunkHeader.read(chunk);
        ReadCache own = cache;
        if (own != null) {
            own.put(chunk, header);
        }
        return header;
    }

    void offerPage(BlockChunk chunk, int page, ColumnPage content) {
        ReadCache own = cache;
        if (own != null) {
            own.put(chunk, page, content);
        }
    }

    @Nullable
    KeptRow keepRow(BlockChunk chunk, int row) {
        ReadCache own = cache;
        return own == null ? null : own.keepRow(chunk, row);
    }

    public boolean overlaps(long fromMillis, long toMillis) {
        return record.minMillis() <= toMillis && record.maxMillis() >= fromMillis;
    }

    /// How many bytes the samples of each metric take, roughly; read once.
    ///
    /// @param view of the index that the block was opened with
    public Map<String, Long> bytesByMetric(IndexView view) {
        Map<String, Long> known = bytesByMetric;
        if (known == null) {
            known = MetricBytes.of(this, view);
            bytesByMetric = known;
        }
        return known;
    }

    /// Whether a failure to read means that bytes cannot be had or make no sense, and not that the program is wrong.
    public static boolean isDamage(OperationException failure) {
        return failure.code().equals("corrupt_block")
                || failure.code().equals("corrupt_segment")
                || failure.code().equals("io_error");
    }

    /// Notes that a chunk is damaged, if it is that.
    ///
    /// @return whether it is
    boolean noteDamage(BlockChunk chunk, OperationException failure) {
        if (!isDamage(failure)) {
            return false;
        }
        if (damaged.add(chunk)) {
            LOG.log(Level.ERROR, "part of a metrics block is damaged key=" + record.key(), failure);
        }
        return true;
    }

    /// Notes that the chunk at a position is damaged, if the failure means that.
    public void noteDamage(long position, OperationException failure) {
        for (List<BlockChunk> ofTarget : chunks().values()) {
            for (BlockChunk chunk : ofTarget) {
                if (chunk.position() == position) {
                    noteDamage(chunk, failure);
                }
            }
        }
    }

    /// How many chunks were found to be damaged.
    public int damagedChunks() {
        return damaged.size();
    }

    public boolean isDamaged(BlockChunk chunk) {
        return damaged.contains(chunk);
    }

    /// Whether something in a time range was found to be damaged.
    public boolean isDamaged(long fromMillis, long toMillis) {
        for (BlockChunk chunk : damaged) {
            if (chunk.minMillis() <= toMillis && chunk.maxMillis() >= fromMillis) {
                return true;
            }
        }
        return false;
    }

    ByteBuffer read(long position, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        content().reader().read(position, buffer);
        return buffer;
    }

    /// Makes sure that chunks can be read until [#unpin].
    public synchronized void pin() {
        pins++;
    }

    public void unpin() {
        synchronized (this) {
            pins--;
            if (pins > 0 || !isGivenUp) {
                return;
            }
        }
        dispose();
    }

    /// Closes the block when nobody reads it any more.
    ///
    /// @param remove whether its bytes go too
    public void giveUp(boolean remove) {
        synchronized (this) {
            if (isGivenUp) {
                return;
            }
            isGivenUp = true;
            isRemovedWhenClosed = remove;
            if (pins > 0) {
                return;
            }
        }
        dispose();
    }

    private void dispose() {
        boolean remove;
        Content last;
        synchronized (this) {
            remove = isRemovedWhenClosed;
            last = content;
        }
        if (last != null) {
            forgetKept();
            last.reader().close();
        }
        if (remove) {
            segments.delete(record.key());
        }
    }
}
