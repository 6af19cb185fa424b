package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import java.util.ArrayList;
import java.util.List;

/// All rows of a signal at one moment: each is either in one of the segments or in one of the heads. Closing lets the
/// segments go. Used by one thread.
public final class Reading<F extends EventFrame<K>, K> implements AutoCloseable {

    private final List<SegmentHandle> segments = new ArrayList<>();
    private final List<HeadSnapshot<F, K>> heads = new ArrayList<>();
    private boolean isClosed;

    void addSegment(SegmentHandle handle) {
        handle.acquire();
        segments.add(handle);
    }

    void addHead(HeadSnapshot<F, K> head) {
        if (head.size() > 0) {
            heads.add(head);
        }
    }

    /// Per partition in the order in which their rows came.
    public List<SegmentHandle> segments() {
        return segments;
    }

    /// Likewise; rows of a partition's heads came after those of its segments.
    public List<HeadSnapshot<F, K>> heads() {
        return heads;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            segments.forEach(SegmentHandle::release);
        }
    }
}
