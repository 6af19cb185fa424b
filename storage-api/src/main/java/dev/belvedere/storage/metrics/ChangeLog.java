package dev.belvedere.storage.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.LongSupplier;

/// How far back the changes to a tenant's samples reached, so that whoever keeps results of queries knows which of
/// them still hold. Safe from any thread; bounded in memory.
///
/// A store notes every change that a querier could see: samples that came, were deleted or expired. It notes a
/// change after queriers can see it and before it tells anybody that it is done. Who takes the [#version] *before*
/// reading therefore has seen everything up to it; what it did not see is told by [#lowestSince].
///
/// Only the lowest time of a change is kept: everything from there on counts as changed. Changes may be told as
/// reaching further back than they did, never less far.
public final class ChangeLog {

    private static final int MAX_ENTRIES = 1024;

    /// Changes whose lowest times are this close may be told as one.
    private static final long GRAIN_MILLIS = 1000;

    private final LongSupplier hiddenBefore;

    @GuardedBy("this")
    private long version;

    /// Versions of changes, ascending, and the lowest time that any change up to that version and after the entry
    /// before reached. These ascend too: a change that reaches as far back as earlier ones stands for them.
    @GuardedBy("this")
    private final long[] versions = new long[MAX_ENTRIES];

    @GuardedBy("this")
    private final long[] lowest = new long[MAX_ENTRIES];

    @GuardedBy("this")
    private int size;

    /// For a store that hides no sample merely because time goes on.
    public ChangeLog() {
        this(() -> Long.MIN_VALUE);
    }

    /// @param hiddenBefore the time before which samples may be hidden as time goes on, of which no change is noted
    public ChangeLog(LongSupplier hiddenBefore) {
        this.hiddenBefore = hiddenBefore;
    }

    /// Samples before this time may go at any moment without a note: results that depend on them must not be kept.
    /// `Long.MIN_VALUE` if there are none such.
    public long hiddenBefore() {
        return hiddenBefore.getAsLong();
    }

    /// Notes a change of samples at or after a time.
    public synchronized void note(long lowestMillis) {
        version++;
        while (size > 0 && lowest[size - 1] >= lowestMillis) {
            size--;
        }
        if (size > 0 && lowest[size - 1] > lowestMillis - GRAIN_MILLIS) {
            versions[size - 1] = version;
            return;
        }
        if (size == MAX_ENTRIES) {
            thinOutLocked();
        }
        versions[size] = version;
        lowest[size++] = lowestMillis;
    }

    /// Makes one entry of two in the older half.
    @GuardedBy("this")
    private void thinOutLocked() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean isFirstOfTwo = i < MAX_ENTRIES / 2 && i % 2 == 0;
            if (isFirstOfTwo) {
                lowest[kept] = lowest[i];
                versions[kept] = versions[i + 1];
                i++;
            } else {
                lowest[kept] = lowest[i];
                versions[kept] = versions[i];
            }
            kept++;
        }
        size = kept;
    }

    /// Grows with every change.
    public synchronized long version() {
        return version;
    }

    /// The earliest time at which a sample may have changed after a version; `Long.MAX_VALUE` if none has.
    public synchronized long lowestSince(long version) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (versions[middle] > version) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from == size ? Long.MAX_VALUE : lowest[from];
    }
}
