package dev.belvedere.promql.answer;

import dev.belvedere.promql.evaluation.SamplesByStep;
import java.util.List;

/// The result of a query and what was noticed on the way.
///
/// @param warnings what makes the result doubtful, each with its place in the query
/// @param infos what may not be meant, each with its place in the query
/// @param isByStep whether each step's result and remarks depend on that step alone, so that they may be put together
///     with those of other steps
public record QueryAnswer(
        Value value, List<String> warnings, List<String> infos, boolean isByStep, QueryStatistics statistics) {

    public QueryAnswer {
        warnings = List.copyOf(warnings);
        infos = List.copyOf(infos);
    }

    public boolean hasRemarks() {
        return !warnings.isEmpty() || !infos.isEmpty();
    }

    /// What the query used.
    ///
    /// @param decodedSamples samples decoded from storage
    /// @param peakSamples the most samples held in memory at once
    /// @param samples what each step looked at
    public record QueryStatistics(long decodedSamples, long peakSamples, SamplesByStep samples, Timings timings) {}

    /// Elapsed times of the parts of an evaluation.
    ///
    /// @param evaluationNanos reading included: series are evaluated as they are read
    /// @param sortNanos bringing the result into its order and form
    public record Timings(long preparationNanos, long evaluationNanos, long sortNanos) {

        public static final Timings NONE = new Timings(0, 0, 0);

        public Timings plus(Timings other) {
            return new Timings(
                    preparationNanos + other.preparationNanos,
                    evaluationNanos + other.evaluationNanos,
                    sortNanos + other.sortNanos);
        }
    }
}
