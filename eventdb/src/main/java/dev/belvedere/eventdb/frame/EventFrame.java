package dev.belvedere.eventdb.frame;

import dev.belvedere.model.Tenant;
import java.nio.ByteBuffer;

/// A frame of either signal, as the head keeps it: rows with a time and a key, decoded when asked for. Immutable.
///
/// @param <K> what rows belong to: the label set of a stream, or a trace id
public interface EventFrame<K> {

    FrameRows rows();

    K key(int row);

    /// Decodes every row and forgets it.
    ///
    /// @throws dev.belvedere.eventdb.codec.MalformedBytesException if one cannot be
    void verify();

    default ByteBuffer payload() {
        return ByteBuffer.wrap(rows().bytes);
    }

    default int sizeBytes() {
        return rows().bytes.length;
    }

    default Tenant tenant() {
        return rows().tenant;
    }

    default int rowCount() {
        return rows().count();
    }

    /// The time of a log record, the start of a span: what every row begins with.
    default long nanos(int row) {
        return rows().reader(row).getLong();
    }
}
