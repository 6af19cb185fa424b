package dev.belvedere.eventdb.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import org.jspecify.annotations.Nullable;

/// A published segment: opened when first needed, removed from the store once it is retired and nobody reads it.
public final class SegmentHandle {

    private final SegmentRecord record;
    private final SegmentStore store;

    @GuardedBy("this")
    private int users;

    @GuardedBy("this")
    private boolean isRetired;

    @GuardedBy("this")
    private boolean isUsedSinceSweep;

    @GuardedBy("this")
    private @Nullable SegmentFile file;

    SegmentHandle(SegmentRecord record, SegmentStore store) {
        this.record = record;
        this.store = store;
    }

    public SegmentRecord record() {
        return record;
    }

    /// Whether it may hold something of the range.
    boolean overlaps(long startNanos, long endNanos) {
        return startNanos < endNanos
                && record.minMillis() <= Math.floorDiv(endNanos - 1, 1_000_000)
                && record.maxMillis() >= Math.floorDiv(startNanos, 1_000_000);
    }

    /// Keeps the segment readable until [#release]. Only for segments that are still listed.
    synchronized void acquire() {
        users++;
        isUsedSinceSweep = true;
    }

    /// The open file; only between [#acquire] and [#release].
    public synchronized SegmentFile file() {
        SegmentFile open = file;
        if (open == null) {
            open = SegmentFile.open(store, record.key());
            file = open;
        }
        return open;
    }

    void release() {
        boolean isLast;
        synchronized (this) {
            users--;
            isLast = users == 0 && isRetired;
        }
        if (isLast) {
            remove();
        }
    }

    /// The catalog no longer lists it: it goes when its last reader does.
    void retire() {
        boolean isUnused;
        synchronized (this) {
            isRetired = true;
            isUnused = users == 0;
        }
        if (isUnused) {
            remove();
        }
    }

    private void remove() {
        close();
        store.delete(record.key());
    }

    /// Closes the file if nobody reads it now and nobody did since the last call.
    synchronized void closeIfIdle() {
        if (users == 0 && !isUsedSinceSweep) {
            close();
        }
        isUsedSinceSweep = false;
    }

    synchronized void close() {
        SegmentFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
