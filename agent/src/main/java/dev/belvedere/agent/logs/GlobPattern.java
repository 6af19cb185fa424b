package dev.belvedere.agent.logs;

import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// An absolute path in whose parts `*`, `?`, `[a-z]` and `{a,b}` stand for names; a part `**` stands for any number
/// of directories.
public final class GlobPattern {

    private static final String ANY_DEPTH = "**";
    private static final int MAX_DEPTH = 32;

    private final String text;
    private final List<String> parts;
    private final List<PathMatcher> matchers = new ArrayList<>();

    private GlobPattern(String text) {
        this.text = text;
        parts = List.of(text.substring(1).split("/"));
        for (String part : parts) {
            matchers.add(FileSystems.getDefault().getPathMatcher("glob:" + part));
        }
    }

    /// @throws IllegalArgumentException for a relative path or a bracket that is not closed
    public static GlobPattern of(String text) {
        if (!text.startsWith("/") || text.length() < 2) {
            throw new IllegalArgumentException("a path of log files must be absolute, got \"" + text + "\"");
        }
        try {
            return new GlobPattern(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a valid pattern: " + e.getDescription(), e);
        }
    }

    /// The files that match, at most `max`, sorted within each directory.
    List<Path> find(Disk disk, int max) throws IOException {
        List<Path> found = new ArrayList<>();
        descend(disk, Path.of("/"), 0, found, max);
        return found;
    }

    private void descend(Disk disk, Path directory, int part, List<Path> found, int max) throws IOException {
        if (found.size() >= max || directory.getNameCount() > MAX_DEPTH) {
            return;
        }
        boolean isLast = part == parts.size() - 1;
        if (parts.get(part).equals(ANY_DEPTH) && !isLast) {
            descend(disk, directory, part + 1, found, max);
            for (Path entry : disk.list(directory)) {
                if (disk.isDirectory(entry)) {
                    descend(disk, entry, part, found, max);
                }
            }
        } else if (!isLast && isPlain(parts.get(part))) {
            descend(disk, directory.resolve(parts.get(part)), part + 1, found, max);
        } else {
            for (Path entry : disk.list(directory)) {
                if (matchers.get(part).matches(entry.getFileName())) {
                    take(disk, entry, part, found, max);
                }
            }
        }
    }

    private void take(Disk disk, Path entry, int part, List<Path> found, int max) throws IOException {
        boolean isDirectory = disk.isDirectory(entry);
        if (part < parts.size() - 1) {
            if (isDirectory) {
                descend(disk, entry, part + 1, found, max);
            }
        } else if (!isDirectory && found.size() < max) {
            found.add(entry);
        }
    }

    private static boolean isPlain(String part) {
        return part.chars().noneMatch(c -> "*?[]{}\\".indexOf(c) >= 0);
    }

    @Override
    public String toString() {
        return text;
    }
}
