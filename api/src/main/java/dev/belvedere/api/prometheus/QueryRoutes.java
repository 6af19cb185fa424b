package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryAnswer;
import dev.belvedere.promql.engine.Value;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Printer;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Queries, and what is said about queries.
final class QueryRoutes {

    private static final int MAX_POINTS = 11_000;

    private final PrometheusParts parts;

    QueryRoutes(PrometheusParts parts) {
        this.parts = parts;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.getOrPost("/query", this::instant)
                .getOrPost("/query_range", this::range)
                .getOrPost("/query_exemplars", this::exemplars)
                .getOrPost("/format_query", this::format)
                .getOrPost("/parse_query", this::parse);
    }

    private Reply instant(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.limit();
        long time = parameters.time("time", parts.time().currentMillis());
        QueryBudget budget = budget(call, parameters);
        PromqlEngine engine = engine(parameters);
        Expr expr = expression(engine, parameters);
        long start = parts.time().nanoTime();
        QueryAnswer answer = engine.instant(parts.store(), parts.tenants().tenant(call), expr, time, budget);
        return reply(answer, limit, parameters, parts.time().nanoTime() - start);
    }

    private Reply range(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.limit();
        long start = parameters.requireTime("start");
        long end = parameters.requireTime("end");
        if (end < start) {
            throw ApiException.parameter("end", "end timestamp must not be before start time");
        }
        long step = parameters.requireDuration("step");
        if (step <= 0) {
            throw ApiException.parameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        boolean isTooFine = end - start < 0 || (end - start) / step > MAX_POINTS;
        if (isTooFine) {
            throw ApiException.badData("exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)");
        }
        QueryBudget budget = budget(call, parameters);
        PromqlEngine engine = engine(parameters);
        Expr expr = expression(engine, parameters);
        long began = parts.time().nanoTime();
        QueryAnswer answer = engine.range(parts.store(), parts.tenants().tenant(call), expr, start, end, step, budget);
        return reply(answer, limit, parameters, parts.time().nanoTime() - began);
    }

    private QueryBudget budget(Call call, ApiParameters parameters) {
        OptionalLong timeout = parameters.duration("timeout");
        return timeout.isEmpty()
                ? parts.budgets().forCall(call)
                : parts.budgets().forCall(call, timeout.getAsLong());
    }

    private PromqlEngine engine(ApiParameters parameters) {
        OptionalLong lookback;
        try {
            lookback = parameters.duration("lookback_delta");
        } catch (ApiException e) {
            throw ApiException.badData("error parsing lookback delta duration: "
                    + e.getMessage().replaceFirst("invalid parameter \"lookback_delta\": ", ""));
        }
        PromqlEngine engine = parts.engine();
        return lookback.isPresent() && lookback.getAsLong() > 0
                ? new PromqlEngine(engine.options().withLookback(lookback.getAsLong()))
                : engine;
    }

    private static Expr expression(PromqlEngine engine, ApiParameters parameters) {
        try {
            return engine.parse(parameters.text("query"));
        } catch (ParseException e) {
            throw ApiException.parameter("query", e.getMessage());
        }
    }

    private static Reply reply(QueryAnswer answer, int limit, ApiParameters parameters, long durationNanos) {
        Value value = PromqlJson.truncated(answer.value(), limit);
        ApiAnswer reply = new ApiAnswer().warn(answer.warnings()).inform(answer.infos());
        if (value != answer.value()) {
            reply.warn(ApiAnswer.TRUNCATED);
        }
        String stats = parameters.text("stats");
        if (!stats.isEmpty() && !stats.equals("true") && !stats.equals("all")) {
            reply.warn("value \"" + stats + "\" for parameter \"stats\" is deprecated and will be rejected in the next "
                    + "major release, use \"true\" or \"all\"");
        }
        return PromqlJson.isLarge(value)
                ? reply.withLarge((json, pieces) -> write(json, value, answer, stats, durationNanos, pieces))
                : reply.with(json -> {
                    try {
                        write(json, value, answer, stats, durationNanos, writer -> {});
                    } catch (IOException e) {
                        throw new IllegalStateException("nothing was to be sent yet", e);
                    }
                });
    }

    private static void write(
            JsonWriter json, Value value, QueryAnswer answer, String stats, long durationNanos, ApiAnswer.Pieces pieces)
            throws IOException {
        json.beginObject().name("resultType").value(value.type().resultType()).name("result");
        PromqlJson.write(json, value, pieces);
        if (!stats.isEmpty()) {
            stats(json.name("stats"), answer.statistics(), durationNanos / 1e9);
        }
        json.endObject();
    }

    private static void stats(JsonWriter json, QueryAnswer.QueryStatistics statistics, double seconds) {
        json.beginObject().name("timings").beginObject();
        json.name("evalTotalTime").value(seconds).name("resultSortTime").value(0);
        json.name("queryPreparationTime").value(0).name("innerEvalTime").value(seconds);
        json.name("execQueueTime").value(0).name("execTotalTime").value(seconds).endObject();
        json.name("samples").beginObject();
        json.name("totalQueryableSamples").value(statistics.samplesRead());
        json.name("samplesRead").value(statistics.samplesRead());
        json.name("peakSamples").value(statistics.peakSamples()).endObject().endObject();
    }

    private Reply exemplars(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        TimeRange range = parameters.range();
        Expr expr;
        try {
            expr = parts.engine().parse(parameters.text("query"));
        } catch (ParseException e) {
            throw ApiException.badData(e.getMessage());
        }
        List<List<LabelMatcher>> selectors = new ArrayList<>();
        collectSelectors(expr, selectors);
        Map<Labels, List<Exemplar>> found = new TreeMap<>();
        try (MetricQuerier querier = parts.store()
                .querier(parts.tenants().tenant(call), parts.budgets().forCall(call))) {
            selectors.forEach(matchers -> found.putAll(querier.exemplars(matchers, range)));
        }
        return ApiAnswer.of(json -> {
            json.beginArray();
            found.forEach((labels, exemplars) -> exemplars(json, labels, exemplars));
            json.endArray();
        });
    }

    private static void collectSelectors(Expr expr, List<List<LabelMatcher>> into) {
        if (expr instanceof VectorSelector selector) {
            into.add(selector.matchers());
        }
        expr.children().forEach(child -> collectSelectors(child, into));
    }

    private static void exemplars(JsonWriter json, Labels labels, List<Exemplar> exemplars) {
        json.beginObject();
        GoJson.labels(json.name("seriesLabels"), labels);
        json.name("exemplars").beginArray();
        for (Exemplar exemplar : exemplars) {
            json.beginObject();
            GoJson.labels(json.name("labels"), exemplar.labels());
            json.name("value").sampleValue(exemplar.value());
            json.name("timestamp").timestamp(exemplar.timestampMillis()).endObject();
        }
        json.endArray().endObject();
    }

    private Reply format(Call call) {
        Expr expr = expression(parts.engine(), PrometheusFace.parameters(call));
        return ApiAnswer.of(json -> GoJson.text(json, Printer.pretty(expr)));
    }

    private Reply parse(Call call) {
        Expr expr = expression(parts.engine(), PrometheusFace.parameters(call));
        return ApiAnswer.of(json -> GoJson.tree(json, ExpressionTree.of(expr)));
    }
}
