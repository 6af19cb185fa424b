package dev.belvedere.platform.log;

import java.nio.ByteBuffer;

/// A pass over the frames of one partition, in offset order. Used by one thread.
public interface IngestLogReader extends AutoCloseable {

    /// Moves to the next frame that can be read.
    ///
    /// @return false at the end; a later call may find frames written since
    boolean next();

    /// The offset of the current frame. Where it is not one more than the last, the frames between are lost.
    long offset();

    /// The current frame's payload; valid until the next call of [#next] or [#close].
    ByteBuffer payload();

    @Override
    void close();
}
