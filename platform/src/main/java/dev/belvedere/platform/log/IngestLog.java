package dev.belvedere.platform.log;

import java.nio.ByteBuffer;

/// The durable, partitioned record of everything accepted for one topic.
///
/// Offsets number the frames of a partition from 0. A frame is written by [#append] and durable when
/// [#awaitDurable] has returned for its offset; only then may it be acknowledged. Calls are safe from any thread;
/// an engine that must apply frames in offset order holds its own partition lock around `append` and the
/// application.
public interface IngestLog extends AutoCloseable {

    /// The largest payload of one frame. A larger write must be split by its writer.
    int MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

    int partitions();

    /// Writes one frame. The payload's remaining bytes are copied before the call returns.
    ///
    /// @return the frame's offset
    /// @throws OperationException `disk_full` (OVERLOAD) or `io_error` (DEPENDENCY);
    ///     the frame then has no offset and no trace
    long append(int partition, ByteBuffer payload);

    /// As [#append], for a frame that leans on earlier ones: it is not written if frames were lost since the caller
    /// last looked at [#losses].
    ///
    /// @return the frame's offset, or -1 if [#losses] is not `expectedLosses` any more
    long appendUnlessLost(int partition, ByteBuffer payload, long expectedLosses);

    /// How often frames were refused after they were written, because [#awaitDurable] failed. They may be missing
    /// after a crash while later ones are there.
    long losses(int partition);

    /// Returns once every frame of the partition up to and including `offset` survives power loss.
    ///
    /// @throws OperationException `io_error` if that could not be made sure: the frame may or may not
    ///     survive, and must not be acknowledged
    void awaitDurable(int partition, long offset);

    /// As [#awaitDurable], but returns at once: the listener is told, once, by this thread or another, perhaps before
    /// this returns. Whoever tells it has others to tell: it neither blocks nor throws.
    void whenDurable(int partition, long offset, SyncListener listener);

    /// The offset that the next frame will get.
    long endOffset(int partition);

    /// The lowest offset that may still be read.
    long startOffset(int partition);

    /// Makes sure that the next frame gets at least `offset`. An engine calls this at its start with the checkpoint of
    /// the catalog: where a crash has taken the end of the log, frames must not be given offsets that the catalog
    /// already counts as published.
    void reserveBelow(int partition, long offset);

    /// Reads frames with offsets of at least `fromOffset`, up to those written when it reaches the end.
    IngestLogReader read(int partition, long fromOffset);

    /// Bytes that the frames kept take, roughly.
    long sizeBytes();

    /// Gives up frames below `offset`. An implementation MAY keep them longer.
    void truncate(int partition, long offset);

    @Override
    void close();
}
