package dev.belvedere.eventdb.frame;

import dev.belvedere.model.Tenant;
import java.nio.ByteBuffer;

/// A frame of either signal, as the head keeps it: rows with a time and a key, decoded when asked for. Immutable.
///
/// @param <K> what rows belong to: the label set of a stream, or a trace id
public interface EventFrame<K> {

    ByteBuffer payload();

    int sizeBytes();

    Tenant tenant();

    int rowCount();

    /// The time of a log record, the start of a span.
    long nanos(int row);

    K key(int row);

    /// Decodes every row and forgets it.
    ///
    /// @throws dev.belvedere.eventdb.codec.MalformedBytesException if one cannot be
    void verify();
}
