package dev.belvedere.api.queries;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.QueryAnswer.Timings;
import dev.belvedere.promql.evaluation.SamplesByStep;
import dev.belvedere.promql.plan.Steps;

/// What a query took, in Prometheus' JSON.
public final class StatisticsJson {

    private StatisticsJson() {}

    /// @param byStep whether samples are told for each step too
    public static void write(JsonWriter json, Answered<QueryAnswer> answered, Steps steps, boolean byStep) {
        json.beginObject();
        timings(json, answered.answer().statistics().timings(), answered.queueNanos(), answered.execNanos());
        json.name("samples").beginObject();
        SamplesByStep samples = answered.answer().statistics().samples();
        boolean isByStep = byStep && samples.steps() > 0;
        if (isByStep) {
            byStep(json, "totalQueryableSamplesPerStep", samples.queryable(), steps);
        }
        json.name("totalQueryableSamples").value(samples.totalQueryable());
        if (isByStep) {
            byStep(json, "samplesReadPerStep", samples.read(), steps);
        }
        json.name("samplesRead").value(samples.totalRead());
        json.name("peakSamples").value(answered.answer().statistics().peakSamples());
        json.endObject().endObject();
    }

    private static void byStep(JsonWriter json, String name, long[] counts, Steps steps) {
        json.name(name).beginArray();
        for (int step = 0; step < counts.length; step++) {
            json.beginArray().timestamp(steps.startMillis() + step * steps.stepMillis());
            json.value(counts[step]).endArray();
        }
        json.endArray();
    }

    static void write(JsonWriter json, FinishedQuery query) {
        json.beginObject();
        timings(json, query.cost().timings(), query.queueNanos(), query.execNanos());
        json.name("samples").beginObject();
        json.name("totalQueryableSamples").value(query.cost().queryableSamples());
        json.name("samplesRead").value(query.cost().samplesRead());
        json.name("peakSamples").value(query.peakSamples());
        json.endObject().endObject();
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
