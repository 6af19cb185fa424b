package dev.belvedere.eventdb.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.head.Head;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.log.IngestLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One partition of a signal: the head that grows, the one being flushed, and the published segments. Its lock orders
/// frames as the log does and makes the hand-over from head to segments one step for readers.
final class Partition<F extends EventFrame<K>, K> {

    /// A head that takes no more frames; its frames have offsets from `start` to before `end`.
    record Frozen<F extends EventFrame<K>, K>(HeadSnapshot<F, K> rows, long sizeBytes, long start, long end) {}

    private final IngestLog log;
    private final int number;

    @GuardedBy("this")
    private Head<F, K> head = new Head<>(0);

    @GuardedBy("this")
    private long headStart;

    @GuardedBy("this")
    private long nextOffset;

    @GuardedBy("this")
    private @Nullable Frozen<F, K> frozen;

    /// Sorted by start offset.
    @GuardedBy("this")
    private final List<SegmentHandle> segments = new ArrayList<>();

    Partition(IngestLog log, int number, long checkpoint) {
        this.log = log;
        this.number = number;
        this.headStart = checkpoint;
        this.nextOffset = checkpoint;
    }

    int number() {
        return number;
    }

    synchronized long append(F frame, long nanoTime) {
        long offset = log.append(number, frame.payload());
        apply(frame, offset, nanoTime);
        return offset;
    }

    /// Takes a frame that is in the log already.
    synchronized void apply(F frame, long offset, long nanoTime) {
        if (head.isEmpty()) {
            head = new Head<>(nanoTime);
        }
        head.add(frame);
        nextOffset = offset + 1;
    }

    /// Steps over offsets that hold nothing for the head.
    synchronized void skipTo(long offset) {
        nextOffset = Math.max(nextOffset, offset);
    }

    /// Memory of everything that is not in segments.
    synchronized long headBytes() {
        Frozen<F, K> flushing = frozen;
        return head.sizeBytes() + (flushing == null ? 0 : flushing.sizeBytes());
    }

    synchronized boolean isDue(long flushBytes, long flushAgeNanos, long nanoTime) {
        return frozen != null
                || !head.isEmpty()
                        && (head.sizeBytes() >= flushBytes || nanoTime - head.createdNanoTime() >= flushAgeNanos);
    }

    synchronized boolean hasFrozen() {
        return frozen != null;
    }

    /// The head that is to be flushed: one whose flush failed before, else the present one, after which a new one
    /// begins.
    synchronized Optional<Frozen<F, K>> freeze() {
        if (frozen == null && !head.isEmpty()) {
            frozen = new Frozen<>(head.snapshot(), head.sizeBytes(), headStart, nextOffset);
            head = new Head<>(0);
            headStart = nextOffset;
        }
        return Optional.ofNullable(frozen);
    }

    /// The frozen head is now in segments.
    synchronized void publish(List<SegmentHandle> added) {
        frozen = null;
        replace(List.of(), added);
    }

    synchronized void replace(List<SegmentHandle> removed, List<SegmentHandle> added) {
        segments.removeAll(removed);
        segments.addAll(added);
        segments.sort(Comparator.comparingLong(handle -> handle.record().startOffset()));
    }

    synchronized List<SegmentHandle> segments() {
        return List.copyOf(segments);
    }

    /// Adds everything that may hold rows of the tenant in the range.
    synchronized void readInto(Reading<F, K> reading, Tenant tenant, long startNanos, long endNanos) {
        for (SegmentHandle handle : segments) {
            if (handle.record().tenant().equals(tenant) && handle.overlaps(startNanos, endNanos)) {
                reading.addSegment(handle);
            }
        }
        Frozen<F, K> flushing = frozen;
        if (flushing != null) {
            reading.addHead(flushing.rows());
        }
        reading.addHead(head.snapshot());
    }
}
