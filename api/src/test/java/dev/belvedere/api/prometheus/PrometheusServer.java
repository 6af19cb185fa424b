package dev.belvedere.api.prometheus;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.HttpServer;
import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.api.http.Listener;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.jaeger.JaegerFace;
import dev.belvedere.api.lokiquery.LokiQueryFace;
import dev.belvedere.api.own.OwnTraceFace;
import dev.belvedere.api.queries.QueryFace;
import dev.belvedere.api.queries.QueryLog;
import dev.belvedere.api.queries.QueryMemoryMetrics;
import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.api.queries.QueryRuns;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.api.queries.TraceQueries;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.scrape.PoolTargets;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryLogStore;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.memory.MemoryTraceStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAdmin;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/// A real server with the whole API over a store in memory, at a time that stands still.
final class PrometheusServer implements AutoCloseable {

    static final long NOW = 1_700_000_000_000L;
    static final int MAX_SAMPLES = 150_000;

    final MemoryMetricStore store = new MemoryMetricStore();
    final MemoryLogStore logs = new MemoryLogStore();
    final MemoryTraceStore traces = new MemoryTraceStore();
    final MetricRegistry registry = new MetricRegistry();
    final MemoryDisk disk = new MemoryDisk();
    final QueryMemory memory;
    final QueryLog queryLog = new QueryLog(disk);
    final QueryService queries;
    final List<String> adminCalls = new ArrayList<>();
    List<PoolTargets> targets = List.of();
    List<RuleGroupSnapshot> groups = List.of();
    List<AlertSnapshot> alerts = List.of();
    boolean isReady = true;
    boolean isAdminEnabled = true;
    boolean isReloadEnabled = true;
    int maxSearchLimit = 1000;
    String reloadFailure = "";
    Labels externalLabels = Labels.EMPTY;

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    PrometheusServer() {
        this(QueryOptions.DEFAULT, PromqlOptions.DEFAULT, store -> store);
    }

    PrometheusServer(QueryOptions options, PromqlOptions language, UnaryOperator<MetricStore> wrapping) {
        this(options, language, QueryMemory.unlimited(), wrapping);
    }

    PrometheusServer(
            QueryOptions options, PromqlOptions language, QueryMemory memory, UnaryOperator<MetricStore> wrapping) {
        this.memory = memory;
        QueryMemoryMetrics.register(registry, memory);
        ManualTime time = new ManualTime(NOW);
        MetricStore stored = wrapping.apply(store);
        QueryRuns runs = new QueryRuns(options, time, registry, queryLog, Optional.empty());
        queries = new QueryService(new PromqlEngine(language), runs, registry);
        QueryBudgets budgets =
                new QueryBudgets(new QueryBudget.Limits(MAX_SAMPLES, 1 << 20, 60_000), memory, new SystemTime());
        PrometheusParts parts = new PrometheusParts(
                queries,
                stored,
                new Admin(),
                TenantResolver.single(),
                budgets,
                time,
                () -> targets,
                new Rules(),
                new View(),
                registry);
        Routes routes = new Routes();
        new PrometheusFace(parts).addTo(routes, "/api/v1");
        new OperationsFace(parts).addTo(routes);
        TenantResolver tenants = TenantResolver.single();
        new QueryFace(queries, stored, tenants, budgets, time).addTo(routes);
        new LokiQueryFace(runs, logs, tenants, budgets, time, "3.14.0").addTo(routes);
        TraceQueries traceQueries = new TraceQueries(runs, traces, logs, tenants, budgets);
        new JaegerFace(traceQueries, time).addTo(routes, "/jaeger/api");
        new OwnTraceFace(traceQueries, time).addTo(routes);
        server = HttpServer.start(
                List.of(new Listener("http", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)),
                HttpServerOptions.DEFAULT,
                (call, route, status, start, duration) -> {},
                new SystemTime());
    }

    private final class Rules implements RuleView {
        @Override
        public List<RuleGroupSnapshot> groups() {
            return groups;
        }

        @Override
        public List<AlertSnapshot> alerts() {
            return alerts;
        }
    }

    private final class Admin implements MetricAdmin {
        @Override
        public void flush() {
            adminCalls.add("flush");
        }

        @Override
        public void cleanTombstones() {
            adminCalls.add("clean");
        }

        @Override
        public void deleteSeries(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
            adminCalls.add("delete " + matchers + " " + range.startMillis() + ".." + range.endMillis());
        }

        @Override
        public List<StoredBlock> blocks(Tenant tenant) {
            return List.of(new StoredBlock("metrics/default/0000/17", 1_699_999_000_000L, 1, 1000, 1999, 7, 21));
        }

        @Override
        public Statistics statistics(Tenant tenant, int topCount, QueryBudget budget) {
            return new Statistics(
                    5,
                    100,
                    7,
                    1000,
                    2000,
                    11,
                    new TreeMap<>(Map.of("up", (long) topCount)),
                    Map.of("job", 2L),
                    Map.of("job", 64L),
                    Map.of("job=a", 3L));
        }
    }

    private final class View implements ServerView {
        @Override
        public boolean isReady() {
            return isReady;
        }

        @Override
        public String configText() {
            return "global:\n  scrape_interval: 15s\n";
        }

        @Override
        public Map<String, String> flags() {
            return Map.of("web.listen-address", "127.0.0.1:9090", "config.file", "belvedere.yml");
        }

        @Override
        public Build build() {
            return new Build("3.14.0", "abc", "main", "me", "20260101", "java25");
        }

        @Override
        public Runtime runtime() {
            return new Runtime(NOW - 5000, "/srv", "host", true, NOW - 4000, 0, 12, 2, 1024, "15d");
        }

        @Override
        public Labels externalLabels() {
            return externalLabels;
        }

        @Override
        public boolean isAdminEnabled() {
            return isAdminEnabled;
        }

        @Override
        public boolean isReloadEnabled() {
            return isReloadEnabled;
        }

        @Override
        public void reload() {
            if (!reloadFailure.isEmpty()) {
                throw new OperationException("invalid_config", Fault.USER, reloadFailure);
            }
            adminCalls.add("reload");
        }

        @Override
        public boolean isQuitEnabled() {
            return isAdminEnabled;
        }

        @Override
        public void quit() {
            adminCalls.add("quit");
        }

        @Override
        public int maxSearchLimit() {
            return maxSearchLimit;
        }

        @Override
        public String snapshot(boolean skipsHead) {
            adminCalls.add("snapshot " + skipsHead);
            return "20260101T000000Z-0123456789abcdef";
        }

        @Override
        public Map<String, Map<String, Boolean>> features() {
            return Map.of("promql", Map.of(">=", true, "info", false));
        }

        @Override
        public List<Notice> notices() {
            return List.of(new Notice("disk is nearly full", NOW, true));
        }
    }

    /// @param samples seconds before now and value, ...
    void write(Labels labels, double... samples) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(labels);
            for (int i = 0; i < samples.length; i += 2) {
                appender.append(ref, NOW - (long) (samples[i] * 1000), MetricAppender.NO_START, samples[i + 1]);
            }
            appender.commit();
        }
    }

    void write(Labels labels, double secondsAgo, NativeHistogram histogram) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(labels);
            appender.append(ref, NOW - (long) (secondsAgo * 1000), MetricAppender.NO_START, histogram);
            appender.commit();
        }
    }

    /// The status and the body: `200 {...}`.
    String get(String path) {
        return send(request(path).GET());
    }

    /// The first line with data of a stream of events, which is then left.
    String firstEvent(String path) {
        try {
            HttpResponse<InputStream> response = client.send(request(path).GET().build(), BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                String line = ":";
                while (line != null && line.startsWith(":")) {
                    line = lines.readLine();
                }
                return String.valueOf(line);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String post(String path, String form) {
        return send(request(path)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    String delete(String path) {
        return send(request(path).DELETE());
    }

    /// Asks without waiting; cancelling the result closes the connection.
    CompletableFuture<HttpResponse<String>> begin(String path) {
        return client.sendAsync(request(path).GET().build(), BodyHandlers.ofString());
    }

    /// Asks over a connection of its own, which the caller closes.
    Socket connect(String path) throws IOException {
        int port = server.listeners().getFirst().address().getPort();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String request = "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    String put(String path) {
        return send(request(path).PUT(BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + server.listeners().getFirst().address().getPort() + path));
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
