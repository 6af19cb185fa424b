package dev.belvedere.api.queries;

import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.QueryAnswer.Timings;
import dev.belvedere.promql.evaluation.SamplesByStep;

/// What only the engine of a language knows of a query's cost.
///
/// @param timings of the parts of its evaluation, where they are known
/// @param queryableSamples as Prometheus counts them
/// @param samplesRead as Prometheus counts them
/// @param steps asked for
/// @param stepsKept of these, how many were not worked out anew
public record QueryCost(Timings timings, long queryableSamples, long samplesRead, long steps, long stepsKept) {

    public static final QueryCost NONE = new QueryCost(Timings.NONE, 0, 0, 0, 0);

    public static QueryCost of(QueryAnswer answer, long steps, long stepsKept) {
        QueryAnswer.QueryStatistics statistics = answer.statistics();
        SamplesByStep samples = statistics.samples();
        return new QueryCost(statistics.timings(), samples.totalQueryable(), samples.totalRead(), steps, stepsKept);
    }
}
