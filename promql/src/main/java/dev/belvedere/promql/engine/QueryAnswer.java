package dev.belvedere.promql.engine;

import java.util.List;

/// The result of a query and what was noticed on the way.
///
/// @param warnings what makes the result doubtful, each with its place in the query
/// @param infos what may not be meant, each with its place in the query
public record QueryAnswer(Value value, List<String> warnings, List<String> infos, QueryStatistics statistics) {

    public QueryAnswer {
        warnings = List.copyOf(warnings);
        infos = List.copyOf(infos);
    }

    /// What the query used.
    ///
    /// @param samplesRead samples decoded from storage
    /// @param peakSamples the most samples held in memory at once
    public record QueryStatistics(long samplesRead, long peakSamples) {}
}
