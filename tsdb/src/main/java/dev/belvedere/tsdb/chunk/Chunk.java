package dev.belvedere.tsdb.chunk;

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
    OpenChunk open();
}
