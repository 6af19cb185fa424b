package dev.belvedere.scrape.config;

import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A path whose last part may hold `*`, `?` and `[...]`: `rules/*.yml`.
///
/// @param directory where the files lie, resolved against the configuration file's own
/// @param name the last part, with its wildcards
public record FilePattern(Path directory, String name) {

    /// @throws dev.belvedere.platform.yaml.ConfigException if a wildcard stands before the last part
    public static FilePattern read(YamlNode node, Path configDirectory) {
        String text = node.string();
        int slash = text.lastIndexOf('/');
        String head = slash < 0 ? "" : text.substring(0, slash + 1);
        String name = text.substring(slash + 1);
        if (text.isEmpty()) {
            throw node.error("an empty file name");
        }
        if (head.contains("*")) {
            throw node.error("invalid file pattern \"" + text + "\": a * may stand in the last part only");
        }
        try {
            AnchoredRegex.compile(regex(name));
        } catch (InvalidRegexException e) {
            throw node.error("invalid file pattern \"" + text + "\"");
        }
        return new FilePattern(configDirectory.resolve(head).normalize(), name);
    }

    private static String regex(String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[', ']', '-', '^' -> regex.append(c);
                default ->
                    regex.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
            }
        }
        return regex.toString();
    }

    public boolean hasWildcard() {
        return name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0;
    }

    /// The files that are there now, sorted. A pattern without wildcard names its file whether it is there or not.
    public List<Path> files(Disk disk) throws IOException {
        if (!hasWildcard()) {
            return List.of(directory.resolve(name));
        }
        AnchoredRegex regex = AnchoredRegex.compile(regex(name));
        List<Path> files = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            if (regex.matches(String.valueOf(file.getFileName()))) {
                files.add(file);
            }
        }
        return files;
    }

    @Override
    public String toString() {
        return directory.resolve(name).toString();
    }
}
