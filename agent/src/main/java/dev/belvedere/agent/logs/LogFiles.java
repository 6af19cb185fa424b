package dev.belvedere.agent.logs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Log files that are read alike.
///
/// @param paths which files; one that two patterns match is read once
/// @param excluded which of them not
/// @param labels stream labels of every line, besides `filename`
/// @param isFromEnd whether files that are there at the start, and unknown, are read from their end
public record LogFiles(
        List<GlobPattern> paths, List<GlobPattern> excluded, Map<String, String> labels, boolean isFromEnd) {

    public LogFiles {
        paths = List.copyOf(paths);
        excluded = List.copyOf(excluded);
        labels = new TreeMap<>(labels);
    }
}
