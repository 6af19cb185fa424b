package dev.belvedere.tsdb.maintenance;

import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.tsdb.block.Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Commits edits of the catalog with the blocks they add. Used by one thread at a time.
///
/// Of a commit that failed nobody knows whether a later crash brings it back. So its segments stay until another
/// commit has gone through, which settles it; a restart before that keeps or removes them by what the catalog says
/// then.
final class Publisher {

    private final Catalog catalog;
    private final SegmentStore segments;
    private final List<String> unsettled = new ArrayList<>();

    Publisher(Catalog catalog, SegmentStore segments) {
        this.catalog = catalog;
        this.segments = segments;
    }

    /// @param added the blocks of the edit's new records, closed if the commit fails
    void publish(CatalogEdit edit, Collection<Block> added) {
        try {
            catalog.commit(edit);
        } catch (RuntimeException e) {
            added.forEach(block -> block.giveUp(false));
            edit.added().stream().map(SegmentRecord::key).forEach(unsettled::add);
            throw e;
        }
        unsettled.forEach(segments::delete);
        unsettled.clear();
    }

    void publish(CatalogEdit edit) {
        publish(edit, List.of());
    }
}
