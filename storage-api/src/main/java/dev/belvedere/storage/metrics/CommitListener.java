package dev.belvedere.storage.metrics;

import dev.belvedere.model.OperationException;

/// Waits for what was committed to be durable without a thread that waits: see [MetricAppender#whenDurable].
public interface CommitListener {

    /// All of it is durable and may be acknowledged.
    void durable();

    /// That could not be made sure: none of it may be acknowledged.
    void failed(OperationException failure);
}
