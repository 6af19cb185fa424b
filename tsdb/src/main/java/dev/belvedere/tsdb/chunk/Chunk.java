package dev.belvedere.tsdb.chunk;

import org.jspecify.annotations.Nullable;

/// Rows of one target, wherever they are. Immutable; safe from any thread.
public interface Chunk {

    ColumnLayout layout();

    /// The earliest row's time.
    long minMillis();

    /// The latest row's time, inclusive.
    long maxMillis();

    /// Makes the columns readable.
    ///
    /// @throws dev.belvedere.model.OperationException `corrupt_block` or `io_error`
    default OpenChunk open() {
        return open(new ReadBuffers());
    }

    /// The same, sharing buffers with other chunks that the same thread has open.
    OpenChunk open(ReadBuffers buffers);

    /// Where to look for floats of a row before reading them, and to put them afterwards; absent where nothing is kept.
    ///
    /// @param columns how many are wanted
    default @Nullable KeptRow keptRow(int row, int columns) {
        return null;
    }
}
