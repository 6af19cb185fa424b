package dev.belvedere.server.warmup;

import dev.belvedere.alerting.rules.AlertSnapshot;
import dev.belvedere.alerting.rules.RuleGroupSnapshot;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.HttpServer;
import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.api.http.Listener;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.prometheus.PrometheusFace;
import dev.belvedere.api.prometheus.PrometheusParts;
import dev.belvedere.api.prometheus.RuleView;
import dev.belvedere.api.prometheus.ServerView;
import dev.belvedere.api.queries.QueryLog;
import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.api.queries.QueryRuns;
import dev.belvedere.api.queries.QueryService;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.api.usage.QuerySource;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.server.self.OwnTraces;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryTraceStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Asks typical questions of a small store in memory, through an HTTP listener of its own on the loopback address,
/// until the code behind is compiled.
///
/// The JVM compiles what runs often, and compiling costs as much as hundreds of questions: without this the first
/// people who look at a dashboard after a start pay for it. It begins when the process is idle and works at most half
/// of the time of one core; no data, metric or trace of the server is touched.
public final class WarmUp implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
    private static final Duration LOOK = Duration.ofMillis(500);

    /// So many looks in a row without work mean that the process is idle.
    private static final int IDLE_LOOKS = 4;

    /// CPU of the process, in nanoseconds, between two looks that counts as no work.
    private static final long IDLE_NANOS = 50_000_000;

    /// After so many looks it begins all the same.
    private static final int MAX_LOOKS = 1200;

    /// It rests when it has worked for so long: each rest costs a timer and a change of thread.
    private static final long WORK_NANOS = 20_000_000;

    /// Room for results of ranges: each is asked for again at once or not at all, and what is kept longer grows old.
    private static final long KEPT_BYTES = 64 << 10;

    private final PromqlOptions options;
    private final ServerView view;
    private final TimeSource time;
    private final LongSupplier processCpuNanos;
    private final Thread thread;

    private WarmUp(PromqlOptions options, ServerView view, TimeSource time, LongSupplier processCpuNanos) {
        this.options = options;
        this.view = view;
        this.time = time;
        this.processCpuNanos = processCpuNanos;
        // Not a virtual one, which changes threads twice for each question.
        this.thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::runWhenIdle);
    }

    /// Begins in the background as soon as the process is idle.
    public static WarmUp start(PromqlOptions options, ServerView view, TimeSource time) {
        WarmUp warmUp = new WarmUp(options, view, time, processCpu());
        warmUp.thread.start();
        return warmUp;
    }

    /// Does so many rounds at once: for the training run of the build.
    public static void run(PromqlOptions options, ServerView view, TimeSource time, int rounds)
            throws InterruptedException, IOException {
        new WarmUp(options, view, time, processCpu()).ask(new Effort(rounds, Long.MAX_VALUE, 0));
    }

    private static LongSupplier processCpu() {
        com.sun.management.OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system::getProcessCpuTime;
    }

    private void runWhenIdle() {
        try {
            awaitIdle();
            ask(Effort.AFTER_START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the warm-up ended early", e);
        }
    }

    private void awaitIdle() throws InterruptedException {
        int idle = 0;
        long before = processCpuNanos.getAsLong();
        for (int look = 0; look < MAX_LOOKS && idle < IDLE_LOOKS; look++) {
            time.sleep(LOOK);
            long now = processCpuNanos.getAsLong();
            idle = now - before < IDLE_NANOS ? idle + 1 : 0;
            before = now;
        }
    }

    /// How much is done.
    ///
    /// @param maxCpuNanos of the process, compilers included
    /// @param restShare how long to rest after some questions, as a multiple of the time they took
    private record Effort(int maxRounds, long maxCpuNanos, int restShare) {

        static final Effort AFTER_START = new Effort(500, 8_000_000_000L, 1);
    }

    private void ask(Effort effort) throws InterruptedException, IOException {
        long cpuBefore = processCpuNanos.getAsLong();
        int rounds = 0;
        try (SampleStore young = new SampleStore(time, SampleStore.Shape.YOUNG);
                SampleStore old = new SampleStore(time, SampleStore.Shape.OLD);
                SampleStore wide = new SampleStore(time, SampleStore.Shape.WIDE);
                MetricUsage usage = MetricUsage.open(new MemoryDisk(), Path.of("warm-up"), time);
                OwnTraces traces = ownTraces();
                HttpServer server = serve(List.of(young, old, wide), new Around(usage, traces));
                PlainClient ofYoung = client(server, 0);
                PlainClient ofOld = client(server, 1);
                PlainClient ofWide = client(server, 2)) {
            Asking asking = new Asking(effort);
            while (rounds < effort.maxRounds && processCpuNanos.getAsLong() - cpuBefore < effort.maxCpuNanos) {
                PlainClient client = rounds % 2 == 0 ? ofYoung : ofOld;
                asking.ask(client, Questions.paths(young.endMillis(), rounds), Questions.headers(rounds));
                asking.ask(ofWide, Questions.countingPaths(wide.endMillis(), rounds), Questions.headers(rounds));
                rounds++;
            }
        }
        LOG.log(
                System.Logger.Level.INFO,
                "queries are warmed up rounds=" + rounds + " cpuMillis="
                        + (processCpuNanos.getAsLong() - cpuBefore) / 1_000_000);
    }

    /// Asks and rests by turns.
    private final class Asking {

        private final Effort effort;
        private long workedNanos;

        Asking(Effort effort) {
            this.effort = effort;
        }

        void ask(PlainClient client, List<String> paths, String headers) throws IOException, InterruptedException {
            for (String path : paths) {
                long start = time.nanoTime();
                client.get(path, headers);
                workedNanos += time.nanoTime() - start;
                if (workedNanos > WORK_NANOS) {
                    time.sleep(Duration.ofNanos(workedNanos * effort.restShare));
                    workedNanos = 0;
                }
            }
        }
    }

    private static PlainClient client(HttpServer server, int listener) throws IOException {
        return new PlainClient(URI.create(base(server.listeners().get(listener))));
    }

    private static String base(Listener listener) {
        InetSocketAddress address = listener.address();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /// What stands around the queries of a server. Of its own: what it keeps and counts of made-up data is no one's
    /// business.
    private record Around(MetricUsage usage, OwnTraces traces) {}

    private OwnTraces ownTraces() {
        return new OwnTraces(new MemoryTraceStore(), time, new SecureRandom(), new MetricRegistry(), "");
    }

    private HttpServer serve(List<SampleStore> stores, Around around) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<Listener> listeners = new ArrayList<>();
        for (SampleStore samples : stores) {
            listeners.add(new Listener("warm-up-" + listeners.size(), address, routes(samples, around)));
        }
        return HttpServer.start(listeners, HttpServerOptions.DEFAULT, around.traces, time);
    }

    private Routes routes(SampleStore samples, Around around) {
        MetricRegistry registry = new MetricRegistry();
        QueryRuns runs = new QueryRuns(
                QueryOptions.DEFAULT.withCacheBytes(KEPT_BYTES),
                time,
                registry,
                new QueryLog(new MemoryDisk()),
                Optional.empty());
        QueryService queries = new QueryService(new PromqlEngine(options), runs, registry);
        PrometheusParts parts = new PrometheusParts(
                queries,
                around.usage.counted(samples.store(), QuerySource.API),
                samples.store(),
                TenantResolver.single(),
                new QueryBudgets(QueryBudget.Limits.DEFAULT, QueryMemory.unlimited(), time),
                time,
                List::of,
                NO_RULES,
                view,
                registry);
        Routes routes = new Routes();
        new PrometheusFace(parts).addTo(routes, "/api/v1");
        return routes;
    }

    private static final RuleView NO_RULES = new RuleView() {
        @Override
        public List<RuleGroupSnapshot> groups() {
            return List.of();
        }

        @Override
        public List<AlertSnapshot> alerts() {
            return List.of();
        }
    };

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
