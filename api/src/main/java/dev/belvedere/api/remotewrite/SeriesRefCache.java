package dev.belvedere.api.remotewrite;

import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.remotewrite.SeriesLabels;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Refs of series by the bytes of their labels, so that a series that came before costs a hash, a probe and a
/// comparison of bytes.
///
/// A request holds the read lock while it looks up its series, and adds those it did not find afterwards under the
/// write lock. Readers write nothing but the time of last use, where a lost update only ages an entry.
///
/// About 60 bytes a series: a hit is verified against label pairs, of which a whole site has few.
final class SeriesRefCache {

    static final long NONE = Long.MIN_VALUE;

    /// Ends before the ref does, by more than any request takes.
    private static final int LIFETIME_SECONDS =
            (int) TimeUnit.MILLISECONDS.toSeconds(MetricAppender.REF_LIFETIME_MILLIS) - 120;

    private static final int SWEEP_SECONDS = 600;
    private static final int MAX_PAIR_BYTES = 256 << 20;
    private static final int INITIAL = 1024;

    /// A series that was not found, to be added after the request.
    ///
    /// @param labels a copy of the ranges; the bytes they point to must still be there
    record Found(SeriesLabels labels, long ref) {}

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final int maxSeries;

    private LabelPairs pairs = new LabelPairs();
    private int seriesCount;
    private int[] hashes = new int[INITIAL];
    private long[] refs = new long[INITIAL];
    private int[] lastUsedSeconds = new int[INITIAL];

    /// The pairs of series `i` are `keys[keyEnds[i - 1]]` to before `keys[keyEnds[i]]`.
    private int[] keyEnds = new int[INITIAL];

    private int[] keys = new int[8 * INITIAL];

    /// Open addressing; holds a series' index plus one.
    private int[] slots = new int[2 * INITIAL];

    private int nextSweepSeconds = Integer.MIN_VALUE;

    SeriesRefCache(int maxSeries) {
        this.maxSeries = maxSeries;
    }

    /// To be held while a [Lookup] is used.
    Lock readLock() {
        return lock.readLock();
    }

    int size() {
        lock.readLock().lock();
        try {
            return seriesCount;
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Looks up the series of one request. A request mostly has them in the order in which they came before, so the
    /// one behind the last is tried first and costs no hash. Used under the read lock, by one thread.
    final class Lookup {

        private final int nowSeconds;
        private int next;

        Lookup(int nowSeconds) {
            this.nowSeconds = nowSeconds;
        }

        /// @return [#NONE] if the series is not here or was not used for too long
        long find(SeriesLabels labels) {
            int index = next < seriesCount && SeriesRefCache.this.equals(next, labels) ? next : index(labels);
            next = index + 1;
            if (index < 0 || nowSeconds - lastUsedSeconds[index] > LIFETIME_SECONDS) {
                return NONE;
            }
            lastUsedSeconds[index] = nowSeconds;
            return refs[index];
        }
    }

    private int index(SeriesLabels labels) {
        int hash = fold(labels.hash());
        int mask = slots.length - 1;
        int slot = hash & mask;
        int entry = slots[slot];
        while (entry != 0) {
            if (hashes[entry - 1] == hash && equals(entry - 1, labels)) {
                return entry - 1;
            }
            slot = slot + 1 & mask;
            entry = slots[slot];
        }
        return -1;
    }

    private static int fold(long hash) {
        return (int) (hash ^ hash >>> 32);
    }

    private int keyStart(int index) {
        return index == 0 ? 0 : keyEnds[index - 1];
    }

    private boolean equals(int index, SeriesLabels labels) {
        int start = keyStart(index);
        int count = keyEnds[index] - start;
        if (count != labels.count()) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!pairs.equals(keys[start + i], labels, i)) {
                return false;
            }
        }
        return true;
    }

    void addAll(List<Found> found, int nowSeconds) {
        lock.writeLock().lock();
        try {
            if (nowSeconds >= nextSweepSeconds) {
                sweepLocked(nowSeconds);
                nextSweepSeconds = nowSeconds + SWEEP_SECONDS;
            }
            for (Found one : found) {
                addLocked(one.labels(), one.ref(), nowSeconds);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void addLocked(SeriesLabels labels, long ref, int nowSeconds) {
        int index = index(labels);
        if (index >= 0) {
            refs[index] = ref;
            lastUsedSeconds[index] = nowSeconds;
            return;
        }
        if (seriesCount >= maxSeries || pairs.byteCount() > MAX_PAIR_BYTES) {
            clearLocked();
        }
        int end = keyStart(seriesCount);
        if (end + labels.count() > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(2 * keys.length, end + labels.count()));
        }
        for (int i = 0; i < labels.count(); i++) {
            keys[end++] = pairs.intern(labels, i);
        }
        appendLocked(fold(labels.hash()), ref, nowSeconds, end);
    }

    private void appendLocked(int hash, long ref, int usedSeconds, int keyEnd) {
        if (seriesCount == refs.length) {
            int size = 2 * seriesCount;
            hashes = Arrays.copyOf(hashes, size);
            refs = Arrays.copyOf(refs, size);
            lastUsedSeconds = Arrays.copyOf(lastUsedSeconds, size);
            keyEnds = Arrays.copyOf(keyEnds, size);
        }
        hashes[seriesCount] = hash;
        refs[seriesCount] = ref;
        lastUsedSeconds[seriesCount] = usedSeconds;
        keyEnds[seriesCount] = keyEnd;
        seriesCount++;
        if (2 * seriesCount > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < seriesCount; i++) {
                putSlotLocked(i);
            }
        } else {
            putSlotLocked(seriesCount - 1);
        }
    }

    private void putSlotLocked(int index) {
        int mask = slots.length - 1;
        int slot = hashes[index] & mask;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = index + 1;
    }

    /// Makes the tables anew without what has expired, if that is worth it.
    private void sweepLocked(int nowSeconds) {
        int expired = 0;
        for (int i = 0; i < seriesCount; i++) {
            expired += nowSeconds - lastUsedSeconds[i] > LIFETIME_SECONDS ? 1 : 0;
        }
        if (4 * expired <= seriesCount) {
            return;
        }
        SeriesRefCache kept = new SeriesRefCache(maxSeries);
        SeriesLabels view = new SeriesLabels();
        for (int i = 0; i < seriesCount; i++) {
            if (nowSeconds - lastUsedSeconds[i] <= LIFETIME_SECONDS) {
                int end = kept.keyStart(kept.seriesCount);
                int start = keyStart(i);
                int count = keyEnds[i] - start;
                if (end + count > kept.keys.length) {
                    kept.keys = Arrays.copyOf(kept.keys, Math.max(2 * kept.keys.length, end + count));
                }
                for (int k = 0; k < count; k++) {
                    kept.keys[end++] = pairs.copyTo(kept.pairs, keys[start + k], view);
                }
                kept.appendLocked(hashes[i], refs[i], lastUsedSeconds[i], end);
            }
        }
        takeLocked(kept);
    }

    /// Forgets everything: refs turned out to be no longer valid.
    void clear() {
        lock.writeLock().lock();
        try {
            clearLocked();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void clearLocked() {
        takeLocked(new SeriesRefCache(maxSeries));
    }

    private void takeLocked(SeriesRefCache other) {
        pairs = other.pairs;
        seriesCount = other.seriesCount;
        hashes = other.hashes;
        refs = other.refs;
        lastUsedSeconds = other.lastUsedSeconds;
        keyEnds = other.keyEnds;
        keys = other.keys;
        slots = other.slots;
    }
}
