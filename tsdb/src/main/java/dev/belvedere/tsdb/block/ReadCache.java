package dev.belvedere.tsdb.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import dev.belvedere.tsdb.chunk.ColumnPage;
import dev.belvedere.tsdb.chunk.KeptRow;
import java.util.ArrayDeque;
import java.util.Iterator;

/// What queries have read lately of a partition's chunks: headers, pages that were read one by one, and single rows,
/// each up to a number of bytes; of more, what came first goes. Queries for a few series of many targets and for the
/// newest samples read little else, and whoever looks at a dashboard asks for the same again.
///
/// What is kept is in its chunk: finding it costs nothing. Its lock is taken last.
public final class ReadCache {

    static final int MAX_HEADER_BYTES = 2 << 20;
    static final int MAX_PAGE_BYTES = 2 << 20;
    static final int MAX_ROW_BYTES = 2 << 20;

    /// Stand for the header and for a row where a page's number would.
    private static final int HEADER = -1;

    private static final int ROW = -2;

    private record Kept(BlockChunk chunk, int page, int sizeBytes) {

        void forget() {
            switch (page) {
                case HEADER -> chunk.setHeader(null);
                case ROW -> chunk.setRow(null);
                default -> chunk.setPage(page, null);
            }
        }
    }

    /// What is kept of one kind, the oldest first. Guarded by the cache.
    private static final class Queue {

        private final ArrayDeque<Kept> all = new ArrayDeque<>();
        private final long maxBytes;
        private long bytes;

        Queue(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        void add(Kept kept) {
            all.add(kept);
            bytes += kept.sizeBytes();
            while (bytes > maxBytes) {
                Kept oldest = all.remove();
                bytes -= oldest.sizeBytes();
                oldest.forget();
            }
        }

        void forget(Block block) {
            for (Iterator<Kept> each = all.iterator(); each.hasNext(); ) {
                Kept kept = each.next();
                if (kept.chunk().block() == block) {
                    each.remove();
                    bytes -= kept.sizeBytes();
                    kept.forget();
                }
            }
        }
    }

    @GuardedBy("this")
    private final Queue headers = new Queue(MAX_HEADER_BYTES);

    @GuardedBy("this")
    private final Queue pages = new Queue(MAX_PAGE_BYTES);

    @GuardedBy("this")
    private final Queue rows = new Queue(MAX_ROW_BYTES);

    /// The row of a chunk, with what is known of it; takes the place of the one that was kept of that chunk.
    synchronized KeptRow keepRow(BlockChunk chunk, int row) {
        KeptRow known = chunk.row();
        if (known != null && known.row() == row) {
            return known;
        }
        KeptRow begun = new KeptRow(row, chunk.layout().columns());
        chunk.setRow(begun);
        if (known == null) {
            rows.add(new Kept(chunk, ROW, begun.sizeBytes()));
        }
        return begun;
    }

    synchronized void put(BlockChunk chunk, ChunkHeader header) {
        if (chunk.header() == null) {
            chunk.setHeader(header);
            headers.add(new Kept(chunk, HEADER, header.sizeBytes()));
        }
    }

    synchronized void put(BlockChunk chunk, int page, ColumnPage content) {
        if (chunk.keptPage(page) == null) {
            chunk.setPage(page, content);
            pages.add(new Kept(chunk, page, content.sizeBytes()));
        }
    }

    /// Forgets what is kept of a block that is closed.
    synchronized void forget(Block block) {
        headers.forget(block);
        pages.forget(block);
        rows.forget(block);
    }
}
