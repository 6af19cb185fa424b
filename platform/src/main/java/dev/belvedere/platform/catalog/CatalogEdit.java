package dev.belvedere.platform.catalog;

import java.util.List;

/// A change that happens as a whole or not at all. Removals come before additions.
public record CatalogEdit(List<String> removedKeys, List<SegmentRecord> added, List<Checkpoint> checkpoints) {

    /// Everything of a log partition below `offset` is in published segments.
    public record Checkpoint(String topic, int partition, long offset) {}

    public CatalogEdit {
        removedKeys = List.copyOf(removedKeys);
        added = List.copyOf(added);
        checkpoints = List.copyOf(checkpoints);
    }

    public static CatalogEdit add(List<SegmentRecord> segments, List<Checkpoint> checkpoints) {
        return new CatalogEdit(List.of(), segments, checkpoints);
    }

    public static CatalogEdit replace(List<String> removedKeys, List<SegmentRecord> segments) {
        return new CatalogEdit(removedKeys, segments, List.of());
    }
}
