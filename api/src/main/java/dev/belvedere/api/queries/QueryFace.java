package dev.belvedere.api.queries;

import dev.belvedere.api.OwnApi;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.params.PrometheusTimes;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.cache.ResultCache;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.QueryProfile;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryCancelledException;
import dev.belvedere.storage.metrics.MetricStore;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Belvedere's own API about queries: which are active, how to end one, which cost most, and what each part of one
/// costs.
public final class QueryFace {

    private static final int MAX_TOP = 1000;

    private final QueryService queries;
    private final MetricStore store;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final TimeSource time;

    public QueryFace(
            QueryService queries, MetricStore store, TenantResolver tenants, QueryBudgets budgets, TimeSource time) {
        this.queries = queries;
        this.store = store;
        this.tenants = tenants;
        this.budgets = budgets;
        this.time = time;
    }

    public void addTo(Routes routes) {
        routes.face(OwnApi::error)
                .get(OwnApi.BASE + "/queries", this::active)
                .add("DELETE", OwnApi.BASE + "/queries/{id}", this::cancel)
                .get(OwnApi.BASE + "/queries/top", this::top)
                .getOrPost(OwnApi.BASE + "/queries/explain", this::explain);
    }

    private Reply active(Call call) {
        Tenant tenant = tenants.tenant(call);
        List<ActiveQuery> found = queries.runs().active().stream()
                .filter(query -> query.description().tenant().equals(tenant))
                .toList();
        JsonWriter json = new JsonWriter();
        json.beginObject().name("queries").beginArray();
        found.forEach(query -> active(json, query));
        json.endArray();
        json.name("running")
                .value(queries.runs().running())
                .name("waiting")
                .value(queries.runs().waiting());
        json.name("maxConcurrent").value(queries.options().maxConcurrent());
        json.name("maxQueued").value(queries.options().maxQueued()).endObject();
        return OwnApi.reply(json);
    }

    private static void active(JsonWriter json, ActiveQuery query) {
        QueryDescription asked = query.description();
        json.beginObject().name("id").value(query.id());
        json.name("language").value(asked.language().label()).name("query").value(asked.text());
        json.name("state").value(query.isRunning() ? "running" : "waiting");
        json.name("waitsFor");
        switch (query.waitsFor()) {
            case NONE -> json.nullValue();
            case PLACE -> json.value("place");
            case TURN -> json.value("turn");
            case MEMORY -> json.value("memory");
        }
        json.name("since").value(Instant.ofEpochMilli(query.sinceMillis()).toString());
        json.name("computeSeconds").value(query.computeNanos() / 1e9);
        json.name("elapsedSeconds").value(query.elapsedNanos() / 1e9);
        json.name("samplesRead").value(query.budget().samplesRead());
        json.name("peakSamples").value(query.budget().peakSamplesHeld());
        json.name("bytesRead").value(query.budget().bytesRead());
        json.name("bytesHeld").value(query.budget().bytesHeld());
        json.name("caller").value(asked.origin().shown());
        if (asked.origin() instanceof QueryDescription.Origin.Rules rules) {
            QueryLog.ruleGroup(json, rules);
        }
        json.name("start").timestamp(asked.startMillis()).name("end").timestamp(asked.endMillis());
        json.name("stepSeconds").value(asked.stepMillis() / 1000.0).endObject();
    }

    private Reply cancel(Call call) {
        String id = call.pathParameter("id");
        Tenant tenant = tenants.tenant(call);
        boolean isOwn = queries.runs().active().stream()
                .anyMatch(query -> Long.toString(query.id()).equals(id)
                        && query.description().tenant().equals(tenant));
        if (!isOwn || !queries.runs().cancel(Long.parseLong(id))) {
            throw new OperationException(
                    "not_found",
                    Fault.USER,
                    "no active query has the id \"" + id + "\": GET " + OwnApi.BASE + "/queries lists them");
        }
        return Reply.empty();
    }

    private Reply top(Call call) {
        Parameters parameters = call.parameters();
        int limit = OwnApi.limit(parameters, "limit", 20, MAX_TOP);
        List<TopQueries.Cost> top =
                queries.runs().top().list(tenants.tenant(call), order(parameters.first("by")), limit);
        JsonWriter json = new JsonWriter();
        json.beginObject().name("queries").beginArray();
        for (TopQueries.Cost cost : top) {
            TopQueries.Total total = cost.total();
            json.beginObject()
                    .name("language")
                    .value(cost.language().label())
                    .name("query")
                    .value(cost.text())
                    .name("isCut")
                    .value(cost.isCut());
            json.name("count").value(total.count()).name("failures").value(total.failures());
            json.name("totalSeconds").value(total.totalNanos() / 1e9);
            json.name("worstSeconds").value(total.worstNanos() / 1e9);
            json.name("computeSeconds").value(total.computeNanos() / 1e9);
            json.name("samplesRead").value(total.samplesRead());
            json.name("bytesRead").value(total.bytesRead());
            json.name("steps").value(total.steps()).name("stepsKept").value(total.stepsKept());
            json.name("last")
                    .value(Instant.ofEpochMilli(total.lastMillis()).toString())
                    .endObject();
        }
        json.endArray().endObject();
        return OwnApi.reply(json);
    }

    private static TopQueries.Order order(String text) {
        try {
            return text.isEmpty() ? TopQueries.Order.TOTAL : TopQueries.Order.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "parameter by: \"" + text + "\" is not one of total, worst, compute, count, samples, bytes");
        }
    }

    /// Evaluates a query and tells what each node of its plan cost.
    private Reply explain(Call call) {
        Parameters parameters = call.parameters();
        Plan plan = plan(parameters);
        Steps steps = steps(parameters);
        QueryBudget budget = budgets.forCall(call);
        Tenant tenant = tenants.tenant(call);
        Explained explained = onThreadOfItsOwn(budget, () -> {
            QueryProfile profile = new QueryProfile(time::threadCpuNanos);
            QueryRequest request = new QueryRequest(store, tenant, plan, steps, budget, Optional.of(profile));
            Answered<ResultCache.Outcome> answered = queries.answer(
                    request, queries.engine(), QueryService.Freshness.EVALUATED_ANEW, QueryDescription.Origin.of(call));
            return new Explained(answered.with(answered.answer().answer()), profile);
        });
        QueryAnswer answer = explained.answered.answer();
        JsonWriter json = new JsonWriter();
        json.beginObject().name("query").value(plan.text()).name("steps").value(steps.count());
        json.name("cache")
                .value(plan.isByStep() && answer.isByStep() ? (answer.hasRemarks() ? "whole" : "by step") : "whole");
        StatisticsJson.write(
                json.name("stats"),
                explained.answered,
                steps,
                parameters.first("stats").equals("all"));
        ProfileJson.write(json.name("plan"), explained.profile.root());
        json.endObject();
        return OwnApi.reply(json);
    }

    private record Explained(Answered<QueryAnswer> answered, QueryProfile profile) {}

    /// Works on a platform thread: the CPU time of a virtual one is not counted.
    private static <T> T onThreadOfItsOwn(QueryBudget budget, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("explain").daemon().start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            budget.cancel("cancelled by its client");
            Thread.currentThread().interrupt();
            throw new QueryCancelledException("query_cancelled", Fault.USER, "query was cancelled by its client");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private Plan plan(Parameters parameters) {
        try {
            return queries.plan(parameters.first("query"));
        } catch (ParseException e) {
            throw new InvalidRequestException("parameter query: " + e.getMessage());
        }
    }

    private Steps steps(Parameters parameters) {
        if (parameters.first("start").isEmpty()) {
            String at = parameters.first("time");
            return Steps.instant(at.isEmpty() ? time.currentMillis() : moment("time", at));
        }
        long start = moment("start", parameters.first("start"));
        long end = moment("end", parameters.first("end"));
        long step = duration(parameters.first("step"));
        if (end < start
                || step <= 0
                || end - start < 0
                || (end - start) / step > queries.options().maxPoints()) {
            throw new InvalidRequestException("parameters start, end, step: expected a range of at most "
                    + queries.options().maxPoints() + " steps (query.maxPoints)");
        }
        return new Steps(start, end, step);
    }

    private static long moment(String name, String text) {
        try {
            return PrometheusTimes.parseMillis(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("parameter " + name + ": " + e.getMessage());
        }
    }

    private static long duration(String text) {
        try {
            return PrometheusTimes.parseDurationMillis(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("parameter step: " + e.getMessage());
        }
    }
}
