package dev.belvedere.server.data;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Takes snapshots: data directories whose segments are second names of the running one's. A state of the catalog is
/// one moment of all signals, and segments never change, so that nobody has to wait.
final class Snapshots {

    private static final String DIRECTORY = "snapshots";
    private static final String HALF = ".tmp";
    private static final String SEGMENTS = "segments";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// How often segments may vanish under a snapshot, replaced by their compaction, before it is given up.
    private static final int MAX_ATTEMPTS = 20;

    private final Disk disk;
    private final Path data;
    private final DataLayout layout;
    private final Catalog catalog;
    private final SecureRandom random = new SecureRandom();

    Snapshots(Disk disk, Path data, DataLayout layout, Catalog catalog) {
        this.disk = disk;
        this.data = data;
        this.layout = layout;
        this.catalog = catalog;
    }

    /// Makes a snapshot of everything that is published.
    ///
    /// @return its name below `snapshots`
    /// @throws OperationException `io_error`, `overloaded`; nothing is left of it then
    String take(long nowMillis) {
        byte[] suffix = new byte[8];
        random.nextBytes(suffix);
        String name = TIME.format(Instant.ofEpochMilli(nowMillis)) + "-"
                + HexFormat.of().formatHex(suffix);
        Path half = data.resolve(DIRECTORY).resolve(name + HALF);
        try {
            write(half);
            disk.rename(half, data.resolve(DIRECTORY).resolve(name));
            disk.syncDirectory(data.resolve(DIRECTORY));
            return name;
        } catch (IOException e) {
            OperationException failure = new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not write the snapshot " + half + ": " + e.getMessage(), e);
            try {
                remove(half);
            } catch (IOException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    private void write(Path half) throws IOException {
        DataLayout.open(disk, half, layout.partitions());
        CatalogState state = linkSegments(half);
        try (LocalCatalog copy = new LocalCatalog(disk, half.resolve("catalog"))) {
            copy.commit(state.asEdit());
        }
        disk.syncDirectory(half);
    }

    /// @return the state whose segments all have a second name
    private CatalogState linkSegments(Path half) throws IOException {
        Set<String> linked = new HashSet<>();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            CatalogState state = catalog.state();
            try {
                for (SegmentRecord segment : state.segments()) {
                    if (linked.add(segment.key())) {
                        link(half, segment.key());
                    }
                }
            } catch (NoSuchFileException e) {
                // Replaced meanwhile: the newer state has what it was replaced by.
                linked.removeIf(key -> !disk.exists(half.resolve(SEGMENTS).resolve(key)));
                continue;
            }
            removeOthers(half, state, linked);
            return state;
        }
        throw new IOException("segments are replaced faster than they are linked");
    }

    private void link(Path half, String key) throws IOException {
        Path to = half.resolve(SEGMENTS).resolve(key);
        Path directory = to.resolveSibling(".").normalize();
        disk.createDirectories(directory);
        disk.link(data.resolve(SEGMENTS).resolve(key), to);
        disk.syncDirectory(directory);
    }

    private void removeOthers(Path half, CatalogState state, Set<String> linked) throws IOException {
        for (String key : linked) {
            if (!state.contains(key)) {
                disk.delete(half.resolve(SEGMENTS).resolve(key));
            }
        }
    }

    private void remove(Path path) throws IOException {
        List<Path> entries = new ArrayList<>(disk.list(path));
        for (Path entry : entries) {
            remove(entry);
        }
        disk.delete(path);
    }
}
