package dev.belvedere.platform.segment;

import java.nio.ByteBuffer;

/// Ranged reads of one object; safe from any thread until closed.
public interface SegmentReader extends AutoCloseable {

    long size();

    /// Fills `into` from `position`.
    ///
    /// @throws dev.belvedere.model.OperationException `corrupt_segment` if the object ends before,
    ///     `io_error` otherwise
    void read(long position, ByteBuffer into);

    @Override
    void close();
}
