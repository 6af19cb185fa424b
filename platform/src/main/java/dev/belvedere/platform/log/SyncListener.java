package dev.belvedere.platform.log;

import dev.belvedere.model.OperationException;

/// Waits for a frame to be durable without a thread that waits: see [IngestLog#whenDurable].
public interface SyncListener {

    /// The frame survives power loss.
    void synced();

    /// That could not be made sure: the frame may or may not survive, and must not be acknowledged.
    void failed(OperationException failure);
}
