package dev.belvedere.api.queries;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.QueryAnswer.Timings;
import dev.belvedere.promql.plan.Steps;

/// What a query took, in Prometheus' JSON.
public final class StatisticsJson {

    private StatisticsJson() {}

    /// @param byStep whether samples are told for each step too
    public static void write(JsonWriter json, Answered<QueryAnswer> answered, Steps steps, boolean byStep) {
        json.beginObject();
        timings(json, answered.answer().statistics().timings(), answered.queueNanos(), answered.execNanos());
        json.name("samples").beginObject();
        long[] queryable = answered.answer().statistics().queryableSamples();
        if (byStep && queryable.length > 0) {
            json.name("totalQueryableSamplesPerStep").beginArray();
            for (int step = 0; step < queryable.length; step++) {
                json.beginArray().timestamp(steps.startMillis() + step * steps.stepMillis());
                json.value(queryable[step]).endArray();
            }
            json.endArray();
        }
        samples(
                json,
                answered.answer().statistics().totalQueryableSamples(),
                answered.answer().statistics().peakSamples());
        json.endObject().endObject();
    }

    static void write(JsonWriter json, FinishedQuery query) {
        json.beginObject();
        timings(json, query.cost().timings(), query.queueNanos(), query.execNanos());
        json.name("samples").beginObject();
        samples(json, query.cost().queryableSamples(), query.peakSamples());
        json.endObject().endObject();
    }

    private static void samples(JsonWriter json, long queryable, long peak) {
        json.name("totalQueryableSamples").value(queryable).name("peakSamples").value(peak);
    }

    private static void timings(JsonWriter json, Timings timings, long queueNanos, long execNanos) {
        long evaluation = timings.preparationNanos() + timings.evaluationNanos() + timings.sortNanos();
        json.name("timings").beginObject();
        json.name("evalTotalTime").value(evaluation / 1e9);
        json.name("resultSortTime").value(timings.sortNanos() / 1e9);
        json.name("queryPreparationTime").value(timings.preparationNanos() / 1e9);
        json.name("innerEvalTime").value(timings.evaluationNanos() / 1e9);
        json.name("execQueueTime").value(queueNanos / 1e9);
        json.name("execTotalTime").value(execNanos / 1e9).endObject();
    }
}
