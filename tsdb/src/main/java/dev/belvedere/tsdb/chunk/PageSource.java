package dev.belvedere.tsdb.chunk;

import dev.belvedere.model.OperationException;

/// The bytes of a chunk's pages, for a reader that mostly wants one page after the other: the more of them in a row it
/// wants, the more are read at once, for a read costs more than the bytes of a page. Used by one thread.
final class PageSource {

    /// About 16 KiB.
    private static final int MAX_PAGES = 8;

    private static final ChunkBytes.Range NONE = new ChunkBytes.Range(new byte[0], 0);

    private final ChunkBytes source;
    private final int[] starts;

    /// The pages that are here: from the first up to the end, exclusive.
    private int first;

    private int end;

    private ChunkBytes.Range bytes = NONE;

    /// @param starts where each page begins in the chunk, and where the last ends
    PageSource(ChunkBytes source, int[] starts) {
        this.source = source;
        this.starts = starts;
    }

    ChunkBytes.Range page(int page) {
        if (page < first || page >= end) {
            read(page);
        }
        return new ChunkBytes.Range(bytes.bytes(), bytes.offset() + starts[page] - starts[first]);
    }

    /// Whether the page taken last was read by itself, and not with those behind it.
    boolean isAlone() {
        return end - first == 1;
    }

    int length(int page) {
        return starts[page + 1] - starts[page];
    }

    private void read(int page) {
        boolean isNext = page == end && end > first;
        int count = isNext ? Math.min(MAX_PAGES, 2 * (end - first)) : 1;
        int last = Math.min(page + count, starts.length - 1);
        try {
            take(page, last);
        } catch (OperationException e) {
            if (last == page + 1) {
                throw e;
            }
            // What is behind cannot be read; the page itself perhaps can.
            take(page, page + 1);
        }
    }

    private void take(int from, int to) {
        bytes = source.range(starts[from], starts[to] - starts[from]);
        first = from;
        end = to;
    }
}
