package dev.belvedere.platform.segment;

import java.nio.ByteBuffer;

/// Takes the bytes of one object in order.
public interface SegmentSink {

    /// Consumes the remaining bytes of `bytes`.
    void write(ByteBuffer bytes);

    /// How many bytes were written so far.
    long position();
}
