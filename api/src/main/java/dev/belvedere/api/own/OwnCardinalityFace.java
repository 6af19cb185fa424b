package dev.belvedere.api.own;

import dev.belvedere.api.OwnApi;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.Usage;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricCardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Cardinality;
import dev.belvedere.storage.metrics.MetricCardinality.Count;
import dev.belvedere.storage.metrics.MetricCardinality.Named;
import dev.belvedere.storage.metrics.MetricCardinality.Order;
import dev.belvedere.storage.metrics.MetricCardinality.Request;
import dev.belvedere.storage.metrics.MetricCardinality.SeriesCut;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Which metrics, labels and targets make how many series, who is cut, and what nobody queries. Contract:
/// docs/api/belvedere.md.
public final class OwnCardinalityFace {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 1000;

    /// Metrics looked at for those nobody queries.
    private static final int MAX_METRICS = 200_000;

    private final MetricCardinality cardinality;
    private final MetricUsage usage;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final TimeSource time;

    public OwnCardinalityFace(
            MetricCardinality cardinality,
            MetricUsage usage,
            TenantResolver tenants,
            QueryBudgets budgets,
            TimeSource time) {
        this.cardinality = cardinality;
        this.usage = usage;
        this.tenants = tenants;
        this.budgets = budgets;
        this.time = time;
    }

    public void addTo(Routes routes) {
        routes.face(OwnApi::error)
                .get(OwnApi.BASE + "/cardinality", this::explore)
                .get(OwnApi.BASE + "/cardinality/unused", this::unused);
    }

    private Reply explore(Call call) {
        Tenant tenant = tenants.tenant(call);
        Parameters parameters = call.parameters();
        QueryBudget budget = budgets.forCall(call);
        String focus = parameters.first("focus");
        Cardinality counted = cardinality.cardinality(
                tenant,
                new Request(
                        matchers(parameters.first("match")),
                        focus,
                        OwnApi.limit(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT),
                        order(parameters.first("sort"))),
                budget);
        List<Usage> usages =
                usage.of(tenant, counted.metrics().stream().map(Named::name).toList());
        Map<String, Long> bytes = cardinality.bytesByMetric(tenant, budget);
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("beforeSeconds").beginArray();
        MetricCardinality.MOMENTS.forEach(ago -> json.value(ago.toSeconds()));
        json.endArray();
        count(json.name("series"), counted.series());
        json.name("metricCount").value(counted.metricCount());
        json.name("metrics").beginArray();
        for (int i = 0; i < counted.metrics().size(); i++) {
            Named metric = counted.metrics().get(i);
            json.beginObject().name("name").value(metric.name());
            count(json.name("series"), metric.series());
            json.name("bytes").value(bytes.getOrDefault(metric.name(), 0L));
            usage(json.name("usage"), usages.get(i));
            json.endObject();
        }
        json.endArray();
        json.name("labelCount").value(counted.labelCount()).name("labels").beginArray();
        counted.labels().forEach(label -> {
            json.beginObject().name("name").value(label.name()).name("values").value(label.values());
            count(json.name("series"), label.series());
            json.endObject();
        });
        json.endArray().name("pairs").beginArray();
        counted.pairs().forEach(pair -> {
            json.beginObject().name("name").value(pair.name()).name("value").value(pair.value());
            count(json.name("series"), pair.series());
            json.endObject();
        });
        json.endArray();
        json.name("targetCount").value(counted.targetCount()).name("targets").beginArray();
        counted.targets().forEach(target -> {
            json.beginObject().name("job").value(target.job()).name("instance").value(target.instance());
            count(json.name("series"), target.series());
            json.endObject();
        });
        json.endArray();
        json.name("focus").beginObject().name("label").value(focus);
        json.name("count").value(counted.focusCount()).name("values").beginArray();
        counted.focus().forEach(value -> {
            json.beginObject().name("name").value(value.name());
            count(json.name("series"), value.series());
            json.endObject();
        });
        json.endArray().endObject();
        cuts(json.name("cuts"), cardinality.cuts(tenant));
        json.name("usageSinceMillis").value(usage.sinceMillis());
        json.endObject();
        return OwnApi.reply(json);
    }

    private static Order order(String sort) {
        return switch (sort) {
            case "", "total" -> Order.TOTAL;
            case "hour" -> Order.GROWTH_IN_HOUR;
            case "day" -> Order.GROWTH_IN_DAY;
            case "week" -> Order.GROWTH_IN_WEEK;
            default ->
                throw new InvalidRequestException(
                        "parameter sort: \"" + sort + "\" is none of total, hour, day and week");
        };
    }

    private static List<LabelMatcher> matchers(String selector) {
        if (selector.isEmpty()) {
            return List.of();
        }
        try {
            return Parser.parseSelector(selector);
        } catch (ParseException e) {
            throw new InvalidRequestException("parameter match: " + e.getMessage());
        }
    }

    private static void count(JsonWriter json, Count count) {
        json.beginObject();
        json.name("total").value(count.total()).name("active").value(count.active());
        json.name("newInHour").value(count.newInHour()).name("newInDay").value(count.newInDay());
        json.name("before").beginArray();
        count.before().forEach(json::value);
        json.endArray().endObject();
    }

    private static void usage(JsonWriter json, Usage usage) {
        json.beginObject();
        json.name("lastQueriedMillis");
        if (usage.lastMillis() == 0) {
            json.nullValue();
        } else {
            json.value(usage.lastMillis());
        }
        json.name("rules").value(usage.rules()).name("dashboards").value(usage.dashboards());
        json.name("api").value(usage.api()).endObject();
    }

    static void cuts(JsonWriter json, List<SeriesCut> cuts) {
        json.beginArray();
        for (SeriesCut cut : cuts) {
            json.beginObject().name("scope").value(cut.scope()).name("name").value(cut.name());
            json.name("active").value(cut.active()).name("limit").value(cut.limit());
            json.name("limitKey").value(cut.limitKey()).name("refused").value(cut.refused());
            json.name("sinceMillis").value(cut.sinceMillis()).endObject();
        }
        json.endArray();
    }

    /// Metrics that nobody has queried for some days, those with most series first.
    private Reply unused(Call call) {
        Tenant tenant = tenants.tenant(call);
        Parameters parameters = call.parameters();
        int limit = OwnApi.limit(parameters, "limit", DEFAULT_LIMIT, MAX_LIMIT);
        int days = OwnApi.limit(parameters, "days", 30, 3650);
        long since = time.currentMillis() - TimeUnit.DAYS.toMillis(days);
        List<Named> metrics = cardinality
                .cardinality(tenant, new Request(List.of(), "", MAX_METRICS, Order.TOTAL), budgets.forCall(call))
                .metrics();
        List<Usage> usages = usage.of(tenant, metrics.stream().map(Named::name).toList());
        List<Integer> found = new ArrayList<>();
        long series = 0;
        for (int i = 0; i < metrics.size(); i++) {
            if (usages.get(i).lastMillis() < since) {
                found.add(i);
                series += metrics.get(i).series().total();
            }
        }
        JsonWriter json = new JsonWriter();
        json.beginObject()
                .name("metricCount")
                .value(found.size())
                .name("seriesCount")
                .value(series);
        json.name("metrics").beginArray();
        for (int i : found.subList(0, Math.min(limit, found.size()))) {
            json.beginObject().name("name").value(metrics.get(i).name());
            count(json.name("series"), metrics.get(i).series());
            usage(json.name("usage"), usages.get(i));
            json.endObject();
        }
        json.endArray().name("usageSinceMillis").value(usage.sinceMillis()).endObject();
        return OwnApi.reply(json);
    }
}
