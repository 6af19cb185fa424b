package dev.belvedere.tsdb;

import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import java.nio.file.Path;

/// What an operator's command sees of a store that nobody has open.
public record StoreParts(LocalCatalog catalog, LocalSegmentStore segments) {

    public static StoreParts open(Disk disk, Path root) {
        return new StoreParts(
                new LocalCatalog(disk, root.resolve("catalog")), new LocalSegmentStore(disk, root.resolve("segments")));
    }
}
