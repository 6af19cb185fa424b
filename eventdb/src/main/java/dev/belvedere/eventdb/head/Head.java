package dev.belvedere.eventdb.head;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.model.Tenant;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The frames of one partition since its last flush, with the time and key of each row. Everything is guarded by the
/// partition's lock; [#snapshot] gives what readers may use without it.
///
/// Cost per row: 20 bytes besides the frame. Nothing is decoded until a reader asks.
public final class Head<F extends EventFrame<K>, K> {

    private record TenantKey<K>(Tenant tenant, K key) {}

    private final List<F> frames = new ArrayList<>();
    private final LongArrayList nanos = new LongArrayList();
    private final IntArrayList keys = new IntArrayList();
    private final IntArrayList rowFrames = new IntArrayList();
    private final IntArrayList rowIndexes = new IntArrayList();
    private final Map<TenantKey<K>, Integer> keyNumbers = new HashMap<>();
    private final List<HeadSnapshot.Key<K>> keyList = new ArrayList<>();
    private long sizeBytes;
    private final long createdNanoTime;

    /// @param createdNanoTime when the first frame will have come, for the flush by age
    public Head(long createdNanoTime) {
        this.createdNanoTime = createdNanoTime;
    }

    public void add(F frame) {
        int frameNumber = frames.size();
        frames.add(frame);
        for (int row = 0; row < frame.rowCount(); row++) {
            nanos.add(frame.nanos(row));
            keys.add(keyNumber(frame.tenant(), frame.key(row)));
            rowFrames.add(frameNumber);
            rowIndexes.add(row);
        }
        sizeBytes += frame.sizeBytes() + 20L * frame.rowCount();
    }

    private int keyNumber(Tenant tenant, K key) {
        TenantKey<K> tenantKey = new TenantKey<>(tenant, key);
        Integer number = keyNumbers.get(tenantKey);
        if (number == null) {
            number = keyList.size();
            keyNumbers.put(tenantKey, number);
            keyList.add(new HeadSnapshot.Key<>(tenant, key));
        }
        return number;
    }

    public boolean isEmpty() {
        return frames.isEmpty();
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    public long createdNanoTime() {
        return createdNanoTime;
    }

    /// What is there now. Arrays are shared: rows added later lie beyond the snapshot's size.
    public HeadSnapshot<F, K> snapshot() {
        return new HeadSnapshot<>(
                nanos.size(),
                nanos.elements(),
                keys.elements(),
                rowFrames.elements(),
                rowIndexes.elements(),
                List.copyOf(frames),
                List.copyOf(keyList));
    }
}
