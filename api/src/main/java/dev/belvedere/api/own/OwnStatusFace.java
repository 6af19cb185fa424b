package dev.belvedere.api.own;

import dev.belvedere.api.OwnApi;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.storage.metrics.MetricAdmin;
import dev.belvedere.storage.metrics.MetricCardinality;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What an operator wants to know of the whole server at a glance. Contract: docs/api/belvedere.md.
public final class OwnStatusFace {

    /// What only the composition root knows.
    ///
    /// @param listeners name to address, as bound
    /// @param dataDirectory absolute
    /// @param sizeBytes of the data directory's parts: `wal`, `segments`
    public record ServerStatus(
            String version,
            long startMillis,
            Map<String, String> listeners,
            String dataDirectory,
            Map<String, Long> sizeBytes) {

        public ServerStatus {
            listeners = new TreeMap<>(listeners);
            sizeBytes = new TreeMap<>(sizeBytes);
        }
    }

    /// What there is to look at.
    public record Stores(MetricAdmin metrics, MetricCardinality cardinality, LogStore logs, TraceStore traces) {}

    private final Stores stores;
    private final Supplier<ServerStatus> status;
    private final Supplier<List<MetricFamily>> ownMetrics;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final TimeSource time;

    public OwnStatusFace(
            Stores stores,
            Supplier<ServerStatus> status,
            Supplier<List<MetricFamily>> ownMetrics,
            TenantResolver tenants,
            QueryBudgets budgets,
            TimeSource time) {
        this.stores = stores;
        this.status = status;
        this.ownMetrics = ownMetrics;
        this.tenants = tenants;
        this.budgets = budgets;
        this.time = time;
    }

    public void addTo(Routes routes) {
        routes.face(OwnApi::error).get(OwnApi.BASE + "/status", this::answer);
    }

    private Reply answer(Call call) {
        Tenant tenant = tenants.tenant(call);
        ServerStatus now = status.get();
        JsonWriter json = new JsonWriter();
        json.beginObject();
        json.name("version").value(now.version());
        json.name("startTimeMillis").value(now.startMillis());
        json.name("uptimeSeconds").value((time.currentMillis() - now.startMillis()) / 1000);
        json.name("listeners").beginObject();
        now.listeners().forEach((name, address) -> json.name(name).value(address));
        json.endObject();
        json.name("dataDirectory").value(now.dataDirectory());
        json.name("sizeBytes").beginObject();
        now.sizeBytes().forEach((part, size) -> json.name(part).value(size));
        json.endObject();
        stores(tenant, budgets.forCall(call), json);
        doors(json);
        json.endObject();
        return OwnApi.reply(json);
    }

    private void stores(Tenant tenant, QueryBudget budget, JsonWriter json) {
        MetricAdmin.Statistics series = stores.metrics().statistics(tenant, 0, budget);
        LogStore.Statistics records = stores.logs().statistics(tenant);
        TraceStore.Statistics spans = stores.traces().statistics(tenant);
        json.name("metrics").beginObject();
        json.name("series").value(series.seriesCount()).name("samples").value(series.sampleCount());
        OwnCardinalityFace.cuts(json.name("cuts"), stores.cardinality().cuts(tenant));
        json.endObject();
        json.name("logs").beginObject();
        json.name("records").value(records.recordCount()).name("streams").value(records.streamCount());
        json.name("bytesOnDisk").value(records.bytesOnDisk());
        json.endObject();
        json.name("traces").beginObject();
        json.name("spans").value(spans.spanCount()).name("traces").value(spans.traceCount());
        json.name("bytesOnDisk").value(spans.bytesOnDisk());
        json.endObject();
    }

    /// Requests by route, from the server's own counters.
    private void doors(JsonWriter json) {
        Map<String, Long> requests = new TreeMap<>();
        for (MetricFamily family : ownMetrics.get()) {
            if (family.name().equals("belvedere_http_requests_total")) {
                family.points()
                        .forEach(point -> requests.merge(point.labels().get("route"), (long) point.value(), Long::sum));
            }
        }
        json.name("requests").beginObject();
        requests.forEach((route, count) -> json.name(route).value(count));
        json.endObject();
    }
}
