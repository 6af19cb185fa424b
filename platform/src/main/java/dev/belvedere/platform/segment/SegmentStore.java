package dev.belvedere.platform.segment;

import java.util.List;

/// Immutable objects. A key is written once and never again with other content; readers and writers never meet.
///
/// All calls throw [dev.belvedere.model.OperationException]: `io_error`, `disk_full`, or `segment_missing`.
public interface SegmentStore {

    /// Stores a new object. It is visible as a whole once this returns, and survives power loss.
    ///
    /// @param key parts of `A-Z a-z 0-9 . _ -` joined by `/`; no part is `.` or `..`
    /// @return the object's size in bytes
    long put(String key, Content content);

    /// Opens an object for ranged reads.
    SegmentReader open(String key);

    /// Removes an object; does nothing where it is missing.
    void delete(String key);

    /// All keys that begin with `prefix`, sorted. For recovery and checks, not for lookups: an object store may
    /// take minutes for it.
    List<String> list(String prefix);

    /// Writes an object's bytes, front to back.
    interface Content {
        void writeTo(SegmentSink sink);
    }
}
