package dev.belvedere.agent.host;

import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The small files of /proc and /sys below a root: `/` on the machine itself, `/host` in a container that mounts the
/// machine's root there.
record HostFiles(Disk disk, Path root) {

    /// More than /proc/stat of a machine with thousands of interrupts and processors.
    private static final int MAX_FILE_BYTES = 4 << 20;

    /// @param path relative to the root: `proc/stat`
    String text(String path) throws IOException {
        return new String(disk.readAll(root.resolve(path), MAX_FILE_BYTES), StandardCharsets.UTF_8);
    }

    List<String> lines(String path) throws IOException {
        return text(path).lines().toList();
    }

    /// The only value of a file, stripped; empty where it is missing or the kernel refuses to tell it now.
    Optional<String> value(String path) {
        try {
            return Optional.of(text(path).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The names in a directory that are directories themselves.
    List<String> directories(String path) throws IOException {
        return disk.list(root.resolve(path)).stream()
                .filter(disk::isDirectory)
                .map(entry -> entry.getFileName().toString())
                .toList();
    }

    /// The fields of a line, separated by any white space.
    static String[] fields(String line) {
        return line.strip().split("\\s+");
    }

    /// @throws IOException naming the file if the text is no number
    static double number(String path, String text) throws IOException {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IOException("/" + path + ": expected a number, found \"" + text + "\"", e);
        }
    }
}
