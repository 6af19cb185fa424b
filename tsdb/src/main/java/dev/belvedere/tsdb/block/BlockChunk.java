package dev.belvedere.tsdb.block;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.TimeRange;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkBytes;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import dev.belvedere.tsdb.chunk.ChunkView;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnPage;
import dev.belvedere.tsdb.chunk.EncodedColumns;
import dev.belvedere.tsdb.chunk.KeptRow;
import dev.belvedere.tsdb.chunk.LostRows;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An encoded chunk in a block.
public final class BlockChunk implements Chunk, ChunkBytes {

    /// A row of more columns than this for each that is wanted of it is not worth its memory.
    private static final int MAX_COLUMNS_PER_WANTED = 8;

    private final Block block;
    private final ColumnLayout layout;
    private final long minMillis;
    private final long maxMillis;
    private final long position;
    private final int headerLength;
    private final int length;

    /// Absent where it was not read lately; set and taken away by the partition's [ReadCache].
    private volatile @Nullable ChunkHeader header;

    /// By page number; likewise. Absent where no page was read lately. Threads that race for an element see it whole.
    private volatile @Nullable ColumnPage @Nullable [] pages;

    /// Absent where nobody asked for a single row lately; set and taken away likewise.
    private volatile @Nullable KeptRow row;

    /// @param times of the earliest and the latest row
    /// @param place in the block
    BlockChunk(Block block, ColumnLayout layout, TimeRange times, Place place) {
        this.block = block;
        this.layout = layout;
        this.minMillis = times.startMillis();
        this.maxMillis = times.endMillis();
        this.position = place.position();
        this.headerLength = place.headerLength();
        this.length = place.length();
    }

    record Place(long position, int headerLength, int length) {}

    public Block block() {
        return block;
    }

    @Override
    public ColumnLayout layout() {
        return layout;
    }

    @Override
    public long minMillis() {
        return minMillis;
    }

    @Override
    public long maxMillis() {
        return maxMillis;
    }

    /// Where it begins in the block.
    public long position() {
        return position;
    }

    @Override
    public int headerLength() {
        return headerLength;
    }

    @Override
    public int length() {
        return length;
    }

    @Nullable
    ChunkHeader header() {
        return header;
    }

    void setHeader(@Nullable ChunkHeader next) {
        header = next;
    }

    /// Called under the cache's lock.
    void setPage(int page, @Nullable ColumnPage content) {
        @Nullable ColumnPage[] known = pages;
        if (known == null || known.length <= page) {
            known = known == null ? new ColumnPage[page + 1] : Arrays.copyOf(known, page + 1);
            pages = known;
        }
        known[page] = content;
    }

    @Override
    public @Nullable ColumnPage keptPage(int page) {
        @Nullable ColumnPage[] known = pages;
        return known == null || page >= known.length ? null : known[page];
    }

    @Override
    public @Nullable KeptRow keptRow(int wanted, int columns) {
        KeptRow known = row;
        if (known != null && known.row() == wanted) {
            return known;
        }
        return (long) columns * MAX_COLUMNS_PER_WANTED < layout.columns() ? null : block.keepRow(this, wanted);
    }

    @Nullable
    KeptRow row() {
        return row;
    }

    void setRow(@Nullable KeptRow next) {
        row = next;
    }

    @Override
    public void offerPage(int page, ColumnPage content) {
        block.offerPage(this, page, content);
    }

    /// Opens it for readers that go on without what is damaged (docs/retention.md, "Damaged blocks").
    @Override
    public OpenChunk open(ReadBuffers buffers) {
        try {
            return new EncodedColumns(this, block.headerOf(this), buffers);
        } catch (OperationException e) {
            if (!isSkipped(e)) {
                throw e;
            }
            return new LostRows(minMillis);
        }
    }

    /// The chunk for those who must not go on without anything of it.
    public Chunk whole() {
        return new Whole(this);
    }

    /// Reads all of it and compares checksums, without taking the samples apart.
    ///
    /// @throws OperationException `corrupt_block`, `corrupt_segment`, `io_error`
    public void check() {
        new EncodedColumns(new Whole(this)).checkPages();
    }

    @Override
    public boolean isSkipped(OperationException failure) {
        return block.noteDamage(this, failure) && block.columnsPerSeries() == 1;
    }

    private record Whole(BlockChunk base) implements ChunkView, ChunkBytes {

        @Override
        public OpenChunk open(ReadBuffers buffers) {
            try {
                return new EncodedColumns(this, ChunkHeader.read(this), buffers);
            } catch (OperationException e) {
                base.block.noteDamage(base, e);
                throw e;
            }
        }

        @Override
        public boolean isSkipped(OperationException failure) {
            base.block.noteDamage(base, failure);
            return false;
        }

        @Override
        public Range range(long from, int count) {
            return base.range(from, count);
        }

        @Override
        public int headerLength() {
            return base.headerLength;
        }

        @Override
        public int length() {
            return base.length;
        }

        @Override
        public boolean isChecked() {
            return true;
        }

        @Override
        public RuntimeException corrupt(String reason) {
            return base.corrupt(reason);
        }
    }

    @Override
    public Range range(long from, int count) {
        return new Range(block.read(position + from, count).array(), 0);
    }

    @Override
    public boolean isChecked() {
        return true;
    }

    @Override
    public RuntimeException corrupt(String reason) {
        return BlockFormat.corrupt(block.record().key(), "chunk at " + position + ": " + reason);
    }
}
