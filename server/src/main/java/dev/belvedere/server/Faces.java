package dev.belvedere.server;

import dev.belvedere.agent.Agent;
import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.jaeger.JaegerFace;
import dev.belvedere.api.lokipush.LokiPushFace;
import dev.belvedere.api.lokiquery.LokiQueryFace;
import dev.belvedere.api.otlp.OtlpFace;
import dev.belvedere.api.own.OwnCardinalityFace;
import dev.belvedere.api.own.OwnRulesFace;
import dev.belvedere.api.own.OwnStatusFace;
import dev.belvedere.api.own.OwnTraceFace;
import dev.belvedere.api.own.UiFace;
import dev.belvedere.api.prometheus.OperationsFace;
import dev.belvedere.api.prometheus.PrometheusFace;
import dev.belvedere.api.prometheus.PrometheusParts;
import dev.belvedere.api.prometheus.RuleView;
import dev.belvedere.api.queries.QueryFace;
import dev.belvedere.api.queries.QueryRuns;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.api.queries.TraceQueries;
import dev.belvedere.api.remoteread.RemoteReadFace;
import dev.belvedere.api.remotewrite.RemoteWriteFace;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.QuerySource;
import dev.belvedere.api.zipkin.ZipkinFace;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.ScrapeService;
import dev.belvedere.server.config.IngestConfig;
import dev.belvedere.server.config.SelfConfig;
import dev.belvedere.server.data.Stores;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;
import java.util.Map;

/// Every API, and on which listener it is served.
final class Faces {

    /// What faces show and write to.
    ///
    /// @param addsTypeAndUnit whether series that are sent here get the labels `__type__` and `__unit__`
    record Parts(
            Stores stores,
            MetricUsage usage,
            Agent agent,
            Alerting alerting,
            ScrapeService scraping,
            QueryService queries,
            RemoteReadFace.Limits remoteRead,
            boolean addsTypeAndUnit,
            MetricRegistry registry,
            TimeSource time,
            String version) {}

    private final Parts parts;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final ServerView view;
    private final IngestConfig ingest;

    Faces(Parts parts, TenantResolver tenants, QueryBudgets budgets, IngestConfig ingest, ServerView view) {
        this.parts = parts;
        this.tenants = tenants;
        this.budgets = budgets;
        this.ingest = ingest;
        this.view = view;
    }

    /// Routes by the name of their listener.
    Map<String, Routes> routes() {
        Routes all = new Routes();
        addQueries(all);
        Routes otlpGrpc = new Routes();
        Routes otlpHttp = new Routes();
        Routes zipkin = new Routes();
        addIngest(all);
        OtlpFace otlp = otlp();
        otlp.addTo(all);
        otlp.addTo(otlpGrpc);
        otlp.addTo(otlpHttp);
        ZipkinFace spans =
                new ZipkinFace(parts.stores().traces(), tenants, ingest.limits(), parts.time(), parts.registry());
        spans.addTo(all);
        spans.addTo(zipkin);
        new UiFace(Faces.class.getClassLoader()).addTo(all);
        return Map.of("http", all, "otlp-grpc", otlpGrpc, "otlp-http", otlpHttp, "zipkin", zipkin);
    }

    private void addIngest(Routes all) {
        new RemoteWriteFace(
                        parts.stores().metrics(),
                        tenants,
                        new RemoteWriteFace.Settings(
                                ingest.limits(),
                                parts.addsTypeAndUnit(),
                                parts.stores().ingestThreads()),
                        parts.time(),
                        parts.registry())
                .addTo(all);
        new LokiPushFace(parts.stores().logs(), tenants, ingest.limits(), parts.time(), parts.registry()).addTo(all);
    }

    private OtlpFace otlp() {
        Stores stores = parts.stores();
        return new OtlpFace(
                new OtlpFace.Stores(stores.metrics(), stores.logs(), stores.traces()),
                tenants,
                new OtlpFace.Settings(ingest.limits(), ingest.deltas(), view::otlpOptions, parts.addsTypeAndUnit()),
                parts.time(),
                parts.registry());
    }

    private void addQueries(Routes routes) {
        Stores stores = parts.stores();
        TimeSource time = parts.time();
        MetricStore metrics = parts.usage().counted(stores.metrics(), QuerySource.API);
        PrometheusParts prometheus = new PrometheusParts(
                parts.queries(),
                metrics,
                stores.metrics(),
                tenants,
                budgets,
                time,
                parts.scraping()::targets,
                ruleView(),
                view,
                parts.registry());
        new PrometheusFace(prometheus).addTo(routes, "/api/v1");
        new OperationsFace(prometheus).addTo(routes);
        new RemoteReadFace(stores.metrics(), tenants, budgets, view::externalLabels, parts.remoteRead())
                .addTo(routes, parts.registry());
        new QueryFace(parts.queries(), metrics, tenants, budgets, time).addTo(routes);
        QueryRuns runs = parts.queries().runs();
        new LokiQueryFace(runs, stores.logs(), tenants, budgets, time, parts.version()).addTo(routes);
        TraceQueries traces = new TraceQueries(runs, stores.traces(), stores.logs(), tenants, budgets);
        JaegerFace jaeger = new JaegerFace(traces, time);
        jaeger.addTo(routes, "/api");
        jaeger.addTo(routes, "/jaeger/api");
        new OwnTraceFace(traces, time).addTo(routes);
        new OwnRulesFace(parts.alerting()).addTo(routes);
        new OwnCardinalityFace(stores.metrics(), parts.usage(), tenants, budgets, time).addTo(routes);
        new OwnStatusFace(
                        new OwnStatusFace.Stores(stores.metrics(), stores.metrics(), stores.logs(), stores.traces()),
                        view::status,
                        parts.registry()::collect,
                        tenants,
                        budgets,
                        time)
                .addTo(routes);
        new AgentFace(parts.agent()::collect).addTo(routes, SelfConfig.AGENT_PATH);
    }

    private RuleView ruleView() {
        return new RuleView() {
            @Override
            public List<RuleGroupSnapshot> groups() {
                return parts.alerting().rules().groups();
            }

            @Override
            public List<AlertSnapshot> alerts() {
                return parts.alerting().rules().alerts();
            }
        };
    }
}
