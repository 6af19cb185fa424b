package dev.belvedere.api.queries;

import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.storage.events.TraceStore.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Traces, searched and fetched as [QueryRuns]. Whoever looks at what runs sees each as the query that says the same.
public final class TraceQueries {

    /// What a span is taken to need as JSON.
    private static final int SPAN_TEXT_BYTES = 600;

    /// The same for a service or an operation.
    private static final int NAME_TEXT_BYTES = 60;

    private final QueryRuns runs;
    private final TraceStore traces;
    private final LogStore logs;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;

    public TraceQueries(
            QueryRuns runs, TraceStore traces, LogStore logs, TenantResolver tenants, QueryBudgets budgets) {
        this.runs = runs;
        this.traces = traces;
        this.logs = logs;
        this.tenants = tenants;
        this.budgets = budgets;
    }

    public List<List<Span>> search(Call call, TraceSearch search) {
        Tenant tenant = tenants.tenant(call);
        QueryDescription description = new QueryDescription(
                QueryLanguage.TRACEQL,
                text(search),
                tenant,
                Math.floorDiv(search.startNanos(), 1_000_000L),
                Math.floorDiv(search.endNanos(), 1_000_000L),
                0,
                QueryDescription.Origin.of(call));
        return run(call, description, budget -> {
            List<List<Span>> found = traces.search(tenant, search, budget);
            found.forEach(spans -> holdText(spans, budget));
            return found;
        });
    }

    /// @return its spans; none if it is not stored
    public List<Span> trace(Call call, TraceId id) {
        Tenant tenant = tenants.tenant(call);
        String text = "{ trace:id = " + LabelNames.quote(id.hex()) + " }";
        return run(call, timeless(QueryLanguage.TRACEQL, text, tenant, call), budget -> {
            List<Span> found = traces.trace(tenant, id, budget);
            holdText(found, budget);
            return found;
        });
    }

    /// An answer's text is whole in memory before it is sent.
    private static void holdText(List<Span> spans, QueryBudget budget) {
        budget.holdBytes((long) SPAN_TEXT_BYTES * spans.size());
    }

    /// The names of services that have spans in a range, sorted.
    public Set<String> services(Call call, long startNanos, long endNanos) {
        QueryBudget budget = budgets.forCall(call);
        Set<String> found = traces.services(tenants.tenant(call), startNanos, endNanos, budget);
        budget.holdBytes((long) NAME_TEXT_BYTES * found.size());
        return found;
    }

    /// The operations of a service that have spans in a range, sorted.
    public Set<Operation> operations(Call call, String service, long startNanos, long endNanos) {
        QueryBudget budget = budgets.forCall(call);
        Set<Operation> found = traces.operations(tenants.tenant(call), service, startNanos, endNanos, budget);
        budget.holdBytes((long) NAME_TEXT_BYTES * found.size());
        return found;
    }

    /// The records of a trace.
    public List<LogRecord> logs(Call call, TraceId id, int limit) {
        Tenant tenant = tenants.tenant(call);
        String text = "{} | trace_id=" + LabelNames.quote(id.hex());
        return run(
                call,
                timeless(QueryLanguage.LOGQL, text, tenant, call),
                budget -> logs.ofTrace(tenant, id, limit, budget));
    }

    private static QueryDescription timeless(QueryLanguage language, String text, Tenant tenant, Call call) {
        return new QueryDescription(language, text, tenant, 0, 0, 0, QueryDescription.Origin.of(call));
    }

    private <T> T run(Call call, QueryDescription description, Function<QueryBudget, T> work) {
        QueryBudget budget = budgets.forCall(call);
        return call.trace()
                .phase(
                        "search",
                        () -> runs.run(description, budget, () -> work.apply(budget))
                                .answer());
    }

    static String text(TraceSearch search) {
        List<String> conditions = new ArrayList<>();
        if (!search.service().isEmpty()) {
            conditions.add("resource.service.name = " + LabelNames.quote(search.service()));
        }
        if (!search.operation().isEmpty()) {
            conditions.add("name = " + LabelNames.quote(search.operation()));
        }
        new TreeMap<>(search.attributes()).forEach((name, value) -> conditions.add(attribute(name, value)));
        if (search.minDurationNanos() > 0) {
            conditions.add("duration >= " + search.minDurationNanos() + "ns");
        }
        if (search.maxDurationNanos() < Long.MAX_VALUE) {
            conditions.add("duration <= " + search.maxDurationNanos() + "ns");
        }
        return conditions.isEmpty() ? "{}" : "{ " + String.join(" && ", conditions) + " }";
    }

    private static String attribute(String name, String value) {
        if (name.equals("error") && value.equals("true")) {
            return "status = error";
        }
        boolean isPlain = name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
        return "." + (isPlain ? name : LabelNames.quote(name)) + " = " + LabelNames.quote(value);
    }
}
