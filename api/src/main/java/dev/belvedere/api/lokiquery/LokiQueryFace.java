package dev.belvedere.api.lokiquery;

import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.queries.Answered;
import dev.belvedere.api.queries.QueryDescription;
import dev.belvedere.api.queries.QueryLanguage;
import dev.belvedere.api.queries.QueryRuns;
import dev.belvedere.logql.engine.LogAnswer;
import dev.belvedere.logql.engine.LogqlEngine;
import dev.belvedere.logql.syntax.LogqlExpr;
import dev.belvedere.logql.syntax.LogqlParser;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Loki's query API under `/loki/api/v1`. Errors are lines of text, as Loki's clients show them.
public final class LokiQueryFace {

    private static final String BASE = "/loki/api/v1";
    private static final String CATEGORIZE = "categorize-labels";
    private static final int DEFAULT_LIMIT = 100;

    /// Loki's `max_entries_limit_per_query`.
    private static final int MAX_LIMIT = 5000;

    /// What a name or value is taken to cost in a sorted set.
    private static final int ENTRY_BYTES = 64;

    private final QueryRuns runs;
    private final LogStore store;
    private final LogqlEngine engine;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final TimeSource time;
    private final String version;

    public LokiQueryFace(
            QueryRuns runs,
            LogStore store,
            TenantResolver tenants,
            QueryBudgets budgets,
            TimeSource time,
            String version) {
        this.runs = runs;
        this.store = store;
        this.engine = new LogqlEngine(store);
        this.tenants = tenants;
        this.budgets = budgets;
        this.time = time;
        this.version = version;
    }

    public void addTo(Routes routes) {
        routes.face(ErrorRenderer.text())
                .getOrPost(BASE + "/query", this::query)
                .getOrPost(BASE + "/query_range", this::queryRange)
                .getOrPost(BASE + "/labels", this::labels)
                .getOrPost(BASE + "/label", this::labels)
                .get(BASE + "/label/{name}/values", this::labelValues)
                .getOrPost(BASE + "/series", this::series)
                .get(BASE + "/status/buildinfo", this::buildInfo);
    }

    private Reply query(Call call) {
        LogqlExpr expr = parse(call);
        if (!(expr instanceof LogqlExpr.MetricQuery metric)) {
            throw new InvalidRequestException("log queries are not supported as an instant query type, please change"
                    + " your query to a range query type");
        }
        long atNanos = call.parameters()
                .get("time")
                .map(text -> LokiTimes.nanos("time", text))
                .orElseGet(time::currentNanos);
        long atMillis = millis(atNanos);
        QueryBudget budget = budgets.forCall(call);
        Tenant tenant = tenants.tenant(call);
        Answered<QueryAnswer> answered = run(
                call,
                new LokiTimes.Range(atNanos, atNanos),
                0,
                budget,
                () -> engine.instant(tenant, metric, atMillis, budget));
        return reply(LokiJson.metrics(answered.answer(), budget.bytesRead(), answered.execNanos() / 1e9), budget);
    }

    private Reply queryRange(Call call) {
        LogqlExpr expr = parse(call);
        LokiTimes.Range range = LokiTimes.range(call.parameters(), time);
        Tenant tenant = tenants.tenant(call);
        QueryBudget budget = budgets.forCall(call);
        return switch (expr) {
            case LogqlExpr.LogQuery lines -> {
                LogRequest.Direction direction = direction(call);
                int limit = limit(call);
                Answered<LogAnswer> answered = run(
                        call,
                        range,
                        0,
                        budget,
                        () -> engine.lines(
                                tenant, lines, range.startNanos(), range.endNanos(), direction, limit, budget));
                boolean isCategorized =
                        call.header("x-loki-response-encoding-flags").contains(CATEGORIZE);
                yield reply(LokiJson.streams(answered.answer(), isCategorized, answered.execNanos() / 1e9));
            }
            case LogqlExpr.MetricQuery metric -> {
                long step = LokiTimes.stepMillis(call.parameters(), range);
                Answered<QueryAnswer> answered = run(
                        call,
                        range,
                        step,
                        budget,
                        () -> engine.range(
                                tenant, metric, millis(range.startNanos()), millis(range.endNanos()), step, budget));
                yield reply(LokiJson.metrics(answered.answer(), budget.bytesRead(), answered.execNanos() / 1e9));
            }
        };
    }

    private <T> Answered<T> run(
            Call call, LokiTimes.Range range, long stepMillis, QueryBudget budget, Supplier<T> work) {
        QueryDescription description = new QueryDescription(
                QueryLanguage.LOGQL,
                call.parameters().first("query"),
                tenants.tenant(call),
                millis(range.startNanos()),
                millis(range.endNanos()),
                stepMillis,
                QueryDescription.Origin.of(call));
        return call.trace().phase("evaluate", () -> runs.run(description, budget, work));
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, 1_000_000L);
    }

    private static LogqlExpr parse(Call call) {
        String query = call.parameters().first("query");
        if (query.isEmpty()) {
            throw new InvalidRequestException("parameter \"query\" is missing");
        }
        call.trace().attribute("query", query);
        return LogqlParser.parse(query);
    }

    private static LogRequest.Direction direction(Call call) {
        String direction = call.parameters().first("direction").toLowerCase(java.util.Locale.ROOT);
        return switch (direction) {
            case "", "backward" -> LogRequest.Direction.BACKWARD;
            case "forward" -> LogRequest.Direction.FORWARD;
            default ->
                throw new InvalidRequestException("invalid direction \"" + direction + "\": backward or forward");
        };
    }

    private static int limit(Call call) {
        String text = call.parameters().first("limit");
        if (text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit < 1) {
                throw new InvalidRequestException("limit must be a positive value");
            }
            if (limit > MAX_LIMIT) {
                throw new InvalidRequestException("max entries limit per query exceeded, limit > max_entries_limit ("
                        + limit + " > " + MAX_LIMIT + "): narrow the range or filter more");
            }
            return limit;
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("invalid parameter \"limit\": \"" + text + "\" is no number");
        }
    }

    private List<Labels> streams(Call call, List<List<LabelMatcher>> anyOf, QueryBudget budget) {
        LokiTimes.Range range = LokiTimes.range(call.parameters(), time);
        return store.streams(tenants.tenant(call), anyOf, range.startNanos(), range.endNanos(), budget);
    }

    /// The selector of parameter `query`; one that every stream matches where it is absent.
    private static List<List<LabelMatcher>> selector(Call call) {
        String query = call.parameters().first("query");
        return List.of(query.isEmpty() || query.equals("{}") ? List.of() : LogqlParser.parseSelector(query));
    }

    private Reply labels(Call call) {
        TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
        QueryBudget budget = budgets.forCall(call);
        streams(call, selector(call), budget).forEach(stream -> stream.forEach((name, value) -> names.add(name)));
        return names(names, budget);
    }

    private Reply labelValues(Call call) {
        String name = call.pathParameter("name");
        TreeSet<String> values = new TreeSet<>(Labels::compareUtf8);
        QueryBudget budget = budgets.forCall(call);
        streams(call, selector(call), budget).stream()
                .map(stream -> stream.get(name))
                .filter(value -> !value.isEmpty())
                .forEach(values::add);
        return names(values, budget);
    }

    private static Reply names(TreeSet<String> names, QueryBudget budget) {
        budget.holdBytes((long) ENTRY_BYTES * names.size());
        return reply(LokiJson.strings(List.copyOf(names)), budget);
    }

    private Reply series(Call call) {
        List<String> matches = new ArrayList<>(call.parameters().all("match[]"));
        matches.addAll(call.parameters().all("match"));
        if (matches.isEmpty()) {
            throw new InvalidRequestException("at least one match[] parameter is needed, such as {app=\"api\"}");
        }
        List<List<LabelMatcher>> anyOf =
                matches.stream().map(LogqlParser::parseSelector).toList();
        QueryBudget budget = budgets.forCall(call);
        return reply(LokiJson.series(streams(call, anyOf, budget)), budget);
    }

    private Reply buildInfo(Call call) {
        JsonWriter json = new JsonWriter();
        json.beginObject().name("version").value(version).name("revision").value("");
        json.name("branch")
                .value("")
                .name("buildUser")
                .value("")
                .name("buildDate")
                .value("");
        json.name("goVersion").value("").endObject();
        return reply(json);
    }

    /// Counts the text, whose size shows only now.
    private static Reply reply(JsonWriter json, QueryBudget budget) {
        budget.holdBytes(json.size());
        return reply(json);
    }

    private static Reply reply(JsonWriter json) {
        return new Reply.Whole(200, Reply.JSON, json.array(), json.size(), List.of());
    }
}
