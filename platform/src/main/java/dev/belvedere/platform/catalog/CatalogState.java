package dev.belvedere.platform.catalog;

import dev.belvedere.platform.catalog.CatalogEdit.Checkpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All published segments and all checkpoints at one moment; immutable.
public final class CatalogState {

    public static final CatalogState EMPTY = new CatalogState(Map.of(), Map.of());

    private record LogPartition(String topic, int partition) {}

    private final Map<String, SegmentRecord> segments;
    private final Map<LogPartition, Long> checkpoints;

    private CatalogState(Map<String, SegmentRecord> segments, Map<LogPartition, Long> checkpoints) {
        this.segments = segments;
        this.checkpoints = checkpoints;
    }

    /// The state after an edit.
    ///
    /// @throws IllegalStateException if the edit removes a key that is not there or adds one that is
    public CatalogState apply(CatalogEdit edit) {
        Map<String, SegmentRecord> newSegments = new LinkedHashMap<>(segments);
        for (String key : edit.removedKeys()) {
            if (newSegments.remove(key) == null) {
                throw new IllegalStateException("the catalog has no segment " + key + " to remove");
            }
        }
        for (SegmentRecord segment : edit.added()) {
            if (newSegments.putIfAbsent(segment.key(), segment) != null) {
                throw new IllegalStateException("the catalog already has a segment " + segment.key());
            }
        }
        Map<LogPartition, Long> newCheckpoints = new LinkedHashMap<>(checkpoints);
        for (Checkpoint checkpoint : edit.checkpoints()) {
            newCheckpoints.merge(
                    new LogPartition(checkpoint.topic(), checkpoint.partition()), checkpoint.offset(), Math::max);
        }
        return new CatalogState(newSegments, newCheckpoints);
    }

    public Collection<SegmentRecord> segments() {
        return segments.values();
    }

    public List<SegmentRecord> segments(String topic) {
        return segments.values().stream().filter(s -> s.topic().equals(topic)).toList();
    }

    public boolean contains(String key) {
        return segments.containsKey(key);
    }

    /// The offset from which on the log still has to be read; 0 where nothing was ever published.
    public long checkpoint(String topic, int partition) {
        return checkpoints.getOrDefault(new LogPartition(topic, partition), 0L);
    }

    /// The edit that makes this state from nothing.
    public CatalogEdit asEdit() {
        List<Checkpoint> all = new ArrayList<>();
        checkpoints.forEach((key, offset) -> all.add(new Checkpoint(key.topic(), key.partition(), offset)));
        return CatalogEdit.add(List.copyOf(segments.values()), all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CatalogState that
                && segments.equals(that.segments)
                && checkpoints.equals(that.checkpoints);
    }

    @Override
    public int hashCode() {
        return segments.hashCode();
    }

    @Override
    public String toString() {
        return "CatalogState" + asEdit();
    }
}
