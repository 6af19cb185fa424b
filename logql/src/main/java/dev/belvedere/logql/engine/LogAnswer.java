package dev.belvedere.logql.engine;

import dev.belvedere.model.labels.Labels;
import java.util.List;

/// The lines a log query found.
///
/// @param entries in time order of the request's direction, at most its limit
/// @param linesScanned records looked at
/// @param bytesScanned bytes decoded from the store
public record LogAnswer(List<Entry> entries, long linesScanned, long bytesScanned) {

    public LogAnswer {
        entries = List.copyOf(entries);
    }

    /// One line as the pipeline left it.
    ///
    /// @param labels everything together
    /// @param streamLabels of the stream, as far as the pipeline left them
    /// @param structuredMetadata what came with the line
    /// @param parsed what the pipeline found in the line
    public record Entry(
            long timestampNanos,
            String line,
            Labels labels,
            Labels streamLabels,
            Labels structuredMetadata,
            Labels parsed) {}
}
