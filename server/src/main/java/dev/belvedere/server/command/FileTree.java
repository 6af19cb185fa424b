package dev.belvedere.server.command;

import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files that a command was pointed at.
final class FileTree {

    private static final int MAX_FILES = 100_000;

    private FileTree() {}

    /// The path itself if it is a file; of a directory every file below that ends in one of the suffixes, sorted.
    static List<Path> files(Disk disk, Path path, String... suffixes) throws IOException {
        List<Path> found = new ArrayList<>();
        collect(disk, path, suffixes, found);
        return found.isEmpty() && disk.list(path).isEmpty() ? List.of(path) : found;
    }

    private static void collect(Disk disk, Path path, String[] suffixes, List<Path> into) throws IOException {
        for (Path entry : disk.list(path)) {
            int before = into.size();
            collect(disk, entry, suffixes, into);
            if (into.size() == before && hasSuffix(entry, suffixes)) {
                into.add(entry);
            }
            if (into.size() > MAX_FILES) {
                throw new IOException(path + " holds more than " + MAX_FILES + " files");
            }
        }
    }

    private static boolean hasSuffix(Path entry, String[] suffixes) {
        for (String suffix : suffixes) {
            if (entry.toString().endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }
}
