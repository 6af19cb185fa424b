package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.json.LastTimes;
import dev.belvedere.api.queries.Answered;
import dev.belvedere.api.queries.QueryDescription;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.api.queries.StatisticsJson;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value;
import dev.belvedere.promql.cache.KeptForm;
import dev.belvedere.promql.cache.ResultCache;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Printer;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.ResolutionLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Queries, and what is said about queries.
final class QueryRoutes {

    private final PrometheusParts parts;
    private final LastTimes lastTimes = new LastTimes();
    private final AnswerArrays arrays;

    QueryRoutes(PrometheusParts parts, AnswerArrays arrays) {
        this.parts = parts;
        this.arrays = arrays;
    }

    void addTo(PrometheusFace.Registrar face) {
        face.getOrPost("/query", new PromptHandler(this::instant))
                .getOrPost("/query_range", new PromptHandler(this::range))
                .getOrPost("/query_exemplars", this::exemplars)
                .getOrPost("/format_query", this::format)
                .getOrPost("/parse_query", this::parse);
    }

    private Reply instant(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.limit();
        long time = parameters.time("time", parts.time().currentMillis());
        return answer(call, parameters, limit, Steps.instant(time));
    }

    private Reply range(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        int limit = parameters.limit();
        return answer(
                call,
                parameters,
                limit,
                QuerySteps.range(parameters, parts.queries().options().maxPoints()));
    }

    private Reply answer(Call call, ApiParameters parameters, int limit, Steps steps) {
        QueryBudget budget = budget(call, parameters);
        PromqlEngine engine = engine(parameters);
        Plan plan = plan(parameters);
        QueryRequest request =
                new QueryRequest(store(parameters), parts.tenants().tenant(call), plan, steps, budget);
        try {
            Answered<ResultCache.Outcome> answered = parts.queries()
                    .answer(request, engine, freshness(call, parameters), QueryDescription.Origin.of(call));
            ResultCache.Outcome outcome = answered.answer();
            Answered<QueryAnswer> plain = answered.with(outcome.answer());
            boolean isWhole = limit == 0 && parameters.text("stats").isEmpty();
            return isWhole && outcome.form().isPresent()
                    ? keptReply(outcome.form().get(), call, plain, request, parameters)
                    : reply(call, plain, request, limit, parameters);
        } catch (OperationException e) {
            // Some of a query is refused only when its range and step are known.
            throw e.code().equals("bad_query") ? ApiException.parameter("query", e.getMessage()) : e;
        }
    }

    /// The answer of a kept result, written once.
    private Reply keptReply(
            KeptForm form, Call call, Answered<QueryAnswer> answered, QueryRequest request, ApiParameters parameters) {
        Optional<byte[]> written = form.bytes();
        if (written.isPresent()) {
            return Reply.lastingJson(200, written.get());
        }
        Reply reply = reply(call, answered, request, 0, parameters);
        if (reply instanceof Reply.Whole whole) {
            form.keep(Arrays.copyOf(whole.body(), whole.length()));
        }
        return reply;
    }

    /// A client may ask for an answer that is worked out anew.
    private static QueryService.Freshness freshness(Call call, ApiParameters parameters) {
        return parameters.flag("nocache", "unable to parse boolean")
                        || call.header("cache-control").contains("no-store")
                ? QueryService.Freshness.EVALUATED_ANEW
                : QueryService.Freshness.KEPT_ALLOWED;
    }

    /// The store, read at the resolution that the caller wants: `auto`, `raw`, or the widest windows that may stand for
    /// samples.
    private MetricStore store(ApiParameters parameters) {
        List<String> wanted = parameters.all("max_source_resolution");
        if (wanted.isEmpty() || wanted.getFirst().isEmpty() || wanted.getFirst().equals("auto")) {
            return parts.store();
        }
        if (wanted.getFirst().equals("raw")) {
            return new ResolutionLimit(parts.store(), 0);
        }
        long millis = parameters.requireDuration("max_source_resolution");
        if (millis < 0) {
            throw ApiException.parameter("max_source_resolution", "expected auto, raw, 0s or a duration such as 5m");
        }
        return new ResolutionLimit(parts.store(), millis);
    }

    private QueryBudget budget(Call call, ApiParameters parameters) {
        OptionalLong timeout = parameters.duration("timeout");
        if (timeout.isPresent() && timeout.getAsLong() <= 0) {
            throw ApiException.timeout("query timed out in query execution: the timeout asked for is not positive");
        }
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
        PromqlEngine engine = parts.queries().engine();
        return lookback.isPresent() && lookback.getAsLong() > 0 ? engine.withLookback(lookback.getAsLong()) : engine;
    }

    private Plan plan(ApiParameters parameters) {
        try {
            return parts.queries().plan(parameters.text("query"));
        } catch (ParseException e) {
            throw ApiException.parameter("query", e.getMessage());
        }
    }

    private Reply reply(
            Call call, Answered<QueryAnswer> answered, QueryRequest request, int limit, ApiParameters parameters) {
        QueryAnswer answer = answered.answer();
        QueryBudget budget = request.budget();
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
        ApiAnswer.LargeBody body = (json, pieces) -> {
            json.beginObject()
                    .name("resultType")
                    .value(value.type().resultType())
                    .name("result");
            PromqlJson.write(json, value, lastTimes, writer -> {
                budget.checkNotRefused();
                pieces.mayDrain(writer);
            });
            if (!stats.isEmpty()) {
                StatisticsJson.write(json.name("stats"), answered, request.steps(), stats.equals("all"));
            }
            json.endObject();
        };
        long bytes = PromqlJson.textBytes(value);
        budget.holdBytes(bytes);
        return PromqlJson.isLarge(value)
                ? reply.withLarge(body)
                : reply.with(body, arrays.writer(call.cancellation(), ApiAnswer.roomFor(bytes)));
    }

    private Reply exemplars(Call call) {
        ApiParameters parameters = PrometheusFace.parameters(call);
        TimeRange range = parameters
                .range()
                .orElseThrow(() -> ApiException.badData("end timestamp must not be before start timestamp"));
        Expr expr;
        try {
            expr = parts.queries().plan(parameters.text("query")).expr();
        } catch (ParseException e) {
            throw ApiException.badData(e.getMessage());
        }
        List<List<LabelMatcher>> selectors = new ArrayList<>();
        collectSelectors(expr, selectors);
        if (selectors.isEmpty()) {
            return Reply.empty();
        }
        QueryBudget budget = parts.budgets().forCall(call);
        Map<Labels, List<Exemplar>> found = new TreeMap<>();
        try (MetricQuerier querier = parts.store().querier(parts.tenants().tenant(call), budget)) {
            selectors.forEach(matchers -> found.putAll(querier.exemplars(matchers, range)));
        }
        int count = found.values().stream().mapToInt(List::size).sum();
        return new ApiAnswer().withList(count, budget, (json, pieces) -> {
            json.beginArray();
            for (Map.Entry<Labels, List<Exemplar>> series : found.entrySet()) {
                exemplars(json, pieces, series.getKey(), series.getValue());
            }
            json.endArray();
        });
    }

    private static void collectSelectors(Expr expr, List<List<LabelMatcher>> into) {
        if (expr instanceof VectorSelector selector) {
            into.add(selector.matchers());
        }
        expr.children().forEach(child -> collectSelectors(child, into));
    }

    private static void exemplars(JsonWriter json, ApiAnswer.Pieces pieces, Labels labels, List<Exemplar> exemplars)
            throws IOException {
        json.beginObject();
        GoJson.labels(json.name("seriesLabels"), labels);
        json.name("exemplars").beginArray();
        for (Exemplar exemplar : exemplars) {
            json.beginObject();
            GoJson.labels(json.name("labels"), exemplar.labels());
            json.name("value").sampleValue(exemplar.value());
            json.name("timestamp").timestamp(exemplar.timestampMillis()).endObject();
            pieces.mayDrain(json);
        }
        json.endArray().endObject();
    }

    private Reply format(Call call) {
        Expr expr = plan(PrometheusFace.parameters(call)).expr();
        return ApiAnswer.of(json -> GoJson.text(json, Printer.pretty(expr)));
    }

    private Reply parse(Call call) {
        Expr expr = plan(PrometheusFace.parameters(call)).expr();
        return ApiAnswer.of(json -> GoJson.tree(json, ExpressionTree.of(expr)));
    }
}
