package dev.belvedere.eventdb.head;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.model.Tenant;
import java.util.List;

/// Rows of a head at one moment, in order of arrival; the first `size` values of each array count. Never changed.
public record HeadSnapshot<F extends EventFrame<K>, K>(
        int size, long[] nanos, int[] keys, int[] frames, int[] rows, List<F> frameList, List<Key<K>> keyList) {

    /// What rows belong to: a tenant's stream or trace.
    public record Key<K>(Tenant tenant, K key) {}

    public F frame(int row) {
        return frameList.get(frames[row]);
    }

    public Tenant tenant(int row) {
        return keyList.get(keys[row]).tenant();
    }
}
