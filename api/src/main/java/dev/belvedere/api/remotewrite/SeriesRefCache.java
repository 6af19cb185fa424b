package dev.belvedere.api.remotewrite;

import dev.belvedere.storage.metrics.MetricAppender;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Refs of series by the keys of their labels, so that a series that came before costs a hash and mostly not even a
/// probe.
///
/// A request holds the read lock while it looks up its series, and adds those it did not find afterwards under the
/// write lock. Readers write nothing but the time of last use, where a lost update only ages an entry.
///
/// 36 to 50 bytes a series.
final class SeriesRefCache {

    static final long NONE = Long.MIN_VALUE;

    /// Ends before the ref does, by more than any request takes.
    private static final int LIFETIME_SECONDS =
            (int) TimeUnit.MILLISECONDS.toSeconds(MetricAppender.REF_LIFETIME_MILLIS) - 120;

    private static final int SWEEP_SECONDS = 600;
    private static final int INITIAL = 1024;

    /// A series that was not found, to be added after the request: the halves of its key, and its ref.
    record Found(long high, long low, long ref) {}

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final int maxSeries;
    private final ToldMetadata told = new ToldMetadata();

    private int seriesCount;
    private long[] highs = new long[INITIAL];
    private long[] lows = new long[INITIAL];
    private long[] refs = new long[INITIAL];
    private int[] lastUsedSeconds = new int[INITIAL];

    /// Open addressing by the low half of the key; holds a series' index plus one.
    private int[] slots = new int[2 * INITIAL];

    private int nextSweepSeconds = Integer.MIN_VALUE;

    SeriesRefCache(int maxSeries) {
        this.maxSeries = maxSeries;
    }

    /// To be held while a [Lookup] is used.
    Lock readLock() {
        return lock.readLock();
    }

    /// Of the metrics of these series.
    ToldMetadata told() {
        return told;
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
        long find(long high, long low) {
            boolean isNext = next < seriesCount && lows[next] == low && highs[next] == high;
            return use(isNext ? next : index(high, low));
        }

        /// The same of the series behind the last one alone, by half of its key.
        ///
        /// @return [#NONE] if it is another one or was not used for too long
        long findNext(long low) {
            return next < seriesCount && lows[next] == low ? use(next) : NONE;
        }

        private long use(int index) {
            next = index + 1;
            if (index < 0 || nowSeconds - lastUsedSeconds[index] > LIFETIME_SECONDS) {
                return NONE;
            }
            lastUsedSeconds[index] = nowSeconds;
            return refs[index];
        }
    }

    private int index(long high, long low) {
        int mask = slots.length - 1;
        int slot = (int) low & mask;
        int entry = slots[slot];
        while (entry != 0) {
            if (lows[entry - 1] == low && highs[entry - 1] == high) {
                return entry - 1;
            }
            slot = slot + 1 & mask;
            entry = slots[slot];
        }
        return -1;
    }

    void addAll(List<Found> found, int nowSeconds) {
        lock.writeLock().lock();
        try {
            if (nowSeconds >= nextSweepSeconds) {
                sweepLocked(nowSeconds);
                nextSweepSeconds = nowSeconds + SWEEP_SECONDS;
            }
            for (Found one : found) {
                addLocked(one, nowSeconds);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void addLocked(Found one, int nowSeconds) {
        int index = index(one.high(), one.low());
        if (index >= 0) {
            refs[index] = one.ref();
            lastUsedSeconds[index] = nowSeconds;
            return;
        }
        if (seriesCount >= maxSeries) {
            clearLocked();
        }
        appendLocked(one, nowSeconds);
    }

    private void appendLocked(Found one, int usedSeconds) {
        if (seriesCount == refs.length) {
            int size = seriesCount + (seriesCount >> 1);
            highs = Arrays.copyOf(highs, size);
            lows = Arrays.copyOf(lows, size);
            refs = Arrays.copyOf(refs, size);
            lastUsedSeconds = Arrays.copyOf(lastUsedSeconds, size);
        }
        highs[seriesCount] = one.high();
        lows[seriesCount] = one.low();
        refs[seriesCount] = one.ref();
        lastUsedSeconds[seriesCount] = usedSeconds;
        seriesCount++;
        if (3L * seriesCount > 2L * slots.length) {
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
        int slot = (int) lows[index] & mask;
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
        for (int i = 0; i < seriesCount; i++) {
            if (nowSeconds - lastUsedSeconds[i] <= LIFETIME_SECONDS) {
                kept.appendLocked(new Found(highs[i], lows[i], refs[i]), lastUsedSeconds[i]);
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
        seriesCount = other.seriesCount;
        highs = other.highs;
        lows = other.lows;
        refs = other.refs;
        lastUsedSeconds = other.lastUsedSeconds;
        slots = other.slots;
    }
}
