package dev.belvedere.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The repository's own text files.
final class SourceTree {

    /// A Java file.
    ///
    /// @param module the folder at the root that it belongs to
    /// @param path relative to the root
    record JavaFile(String module, String path, boolean isTest, String text) {

        List<String> lines() {
            return text.lines().toList();
        }
    }

    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git");

    private SourceTree() {}

    static Path root() {
        return Path.of(System.getProperty("belvedere.root", ".."))
                .toAbsolutePath()
                .normalize();
    }

    static List<JavaFile> javaFiles() {
        return files(".java").stream().map(SourceTree::javaFile).toList();
    }

    private static JavaFile javaFile(Path file) {
        Path relative = root().relativize(file);
        String path = relative.toString();
        return new JavaFile(relative.getName(0).toString(), path, path.contains("/src/test/"), read(file));
    }

    static List<Path> files(String suffix) {
        try (Stream<Path> all = Files.walk(root())) {
            return all.filter(path -> path.toString().endsWith(suffix))
                    .filter(path -> isOurs(root().relativize(path)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOurs(Path relative) {
        for (Path part : relative) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
