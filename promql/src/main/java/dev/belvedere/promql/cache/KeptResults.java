package dev.belvedere.promql.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.promql.cache.ResultCache.Kept;
import dev.belvedere.promql.cache.ResultCache.Key;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Results by key within a number of bytes; the least recently used go first. Safe from any thread.
final class KeptResults {

    /// Of all bytes, what one result may take at most: a quarter.
    private static final int SHARE = 4;

    private static final long BYTES_PER_ENTRY = 300;

    private final long maxBytes;

    @GuardedBy("this")
    private final Map<Key, Kept> byKey = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("this")
    private long bytes;

    KeptResults(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long maxBytes() {
        return maxBytes;
    }

    synchronized @Nullable Kept get(Key key) {
        return byKey.get(key);
    }

    synchronized void put(Key key, Kept result) {
        long size = size(key, result);
        if (size > maxBytes / SHARE) {
            remove(key);
            return;
        }
        Kept before = byKey.put(key, result);
        bytes += size - (before == null ? 0 : size(key, before));
        Iterator<Map.Entry<Key, Kept>> oldest = byKey.entrySet().iterator();
        while (bytes > maxBytes) {
            Map.Entry<Key, Kept> entry = oldest.next();
            bytes -= size(entry.getKey(), entry.getValue());
            oldest.remove();
        }
    }

    /// Puts what was written of a result beside it, if it is still the one kept and both together are not too large.
    @SuppressWarnings("ReferenceEquality") // an equal answer at another time is another one
    synchronized void write(Key key, Kept result, byte[] written) {
        Kept now = byKey.get(key);
        if (now != null && now.answer() == result.answer()) {
            Kept with = now.with(written);
            if (size(key, with) <= maxBytes / SHARE) {
                put(key, with);
            }
        }
    }

    private synchronized void remove(Key key) {
        Kept before = byKey.remove(key);
        bytes -= before == null ? 0 : size(key, before);
    }

    private static long size(Key key, Kept result) {
        return BYTES_PER_ENTRY + 2L * key.query().length() + result.sizeBytes();
    }

    synchronized long sizeBytes() {
        return bytes;
    }

    synchronized int entries() {
        return byKey.size();
    }
}
