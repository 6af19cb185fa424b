package dev.belvedere.server;

import dev.belvedere.agent.Agent;
import dev.belvedere.agent.Machine;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.usage.MetricUsage;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.http.EventLoop;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.http.PlainHttpTransport;
import dev.belvedere.platform.http.SelectorLoop;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.ScrapeEnvironment;
import dev.belvedere.scrape.ScrapeService;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.data.Stores;
import dev.belvedere.server.self.OldGeneration;
import dev.belvedere.server.self.OwnLogs;
import dev.belvedere.server.self.OwnTraces;
import dev.belvedere.server.self.ProcessMetrics;
import dev.belvedere.server.warmup.WarmUp;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The running server: every part of it, made here and handed to whoever needs it. The wiring diagram.
///
/// Parts are closed in the opposite order of their making: who writes stops before what is written to.
public final class Belvedere implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Belvedere.class.getName());

    private static final int MAX_SCRAPE_LOOPS = 8;

    private final ServerConfig.Origin origin;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Agent agent;
    private final Queries queries;
    private final Alerting alerting;
    private final ScrapeService scraping;
    private final Stores stores;
    private final Listeners listeners;
    private final Configuration configuration;
    private final ServerView view;
    private final TimeSource time;

    private Belvedere(ServerConfig.Origin origin, TimeSource time, String version) {
        this.origin = origin;
        ServerConfig config = ServerConfig.load(origin);
        MetricRegistry registry = new MetricRegistry();
        ProcessMetrics.register(registry, new ResidentMemory(origin.disk()), version);
        try {
            JdkHttpTransport transport = opened(new JdkHttpTransport());
            this.stores =
                    opened(Stores.open(config.data(), config.prometheus().storage(), origin.disk(), time, registry));
            opened(OldGeneration.watch(time));
            opened(OwnLogs.start(stores.logs(), time, registry));
            OwnTraces ownTraces = opened(new OwnTraces(stores.traces(), time, new SecureRandom(), registry, version));
            this.agent = opened(startAgent(config, stores, registry));
            MetricUsage usage = opened(MetricUsage.open(origin.disk(), stores.stateDirectory(), time));
            this.queries = opened(Queries.open(config, origin.disk(), stores.stateDirectory(), time, registry));
            this.alerting =
                    new Alerting(stores, usage, queries, config.rules(), time, transport, origin.disk(), registry);
            List<EventLoop> loops = startLoops();
            boolean addsTypeAndUnit = config.query().features().contains("type-and-unit-labels");
            this.scraping = new ScrapeService(new ScrapeEnvironment(
                    stores.metrics(),
                    Tenant.DEFAULT,
                    loops,
                    new PlainHttpTransport(loops.getFirst(), transport),
                    time,
                    origin.disk(),
                    registry,
                    "Belvedere/" + version,
                    addsTypeAndUnit,
                    agent.hostname()));
            this.configuration = new Configuration(origin, config, time, registry, this::apply);
            this.view = new ServerView(stores, version, agent.hostname(), time, configuration);
            Faces faces = new Faces(
                    new Faces.Parts(
                            stores,
                            usage,
                            agent,
                            alerting,
                            scraping,
                            queries.service(),
                            config.query().remoteRead(),
                            addsTypeAndUnit,
                            registry,
                            time,
                            version),
                    TenantResolver.single(),
                    new QueryBudgets(config.query().limits(), queries.memory(), time),
                    config.ingest(),
                    view);
            this.listeners = opened(Listeners.bind(config.listen(), faces.routes(), ownTraces, time));
            opened(alerting);
            opened(scraping);
            apply(config);
            view.ready(listeners.addresses());
            this.time = time;
            if (config.listen().isWarmedUp()) {
                opened(WarmUp.start(queries.service().engine().options(), view, time));
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "ready version=" + version + " url=" + url() + " data=" + stores.directory());
        } catch (RuntimeException e) {
            closeParts();
            throw e;
        }
    }

    /// Starts everything and returns when the server answers.
    ///
    /// @throws OperationException with a sentence for the operator; nothing is left open then
    public static Belvedere start(ServerConfig.Origin origin, TimeSource time, String version) {
        return new Belvedere(origin, time, version);
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /// To scrape with: one keeps up with some two million samples a second.
    private List<EventLoop> startLoops() {
        int count = Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, MAX_SCRAPE_LOOPS);
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            loops.add(opened(SelectorLoop.start("scrape-" + i)));
        }
        return loops;
    }

    private static Agent startAgent(ServerConfig config, Stores stores, MetricRegistry registry) {
        try {
            return Agent.start(
                    config.agent(),
                    stores.stateDirectory().resolve("agent"),
                    Machine.local(),
                    batch -> stores.logs().append(Tenant.DEFAULT, batch),
                    registry);
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not start the agent: " + e.getMessage(), e);
        }
    }

    /// Takes on what a running server can: scraping, rules, notifications.
    private void apply(ServerConfig config) {
        RuleFiles.Outcome rules = alerting.read(config);
        scraping.apply(
                config.self().withOwnJobs(config.prometheus(), listeners.main(), agent.hostname(), origin.disk()));
        alerting.apply(config, rules, url(config));
        queries.apply(config.queryLogFile(origin));
        stores.metrics().limitExemplars(config.prometheus().storage().maxExemplars());
    }

    /// Reads the configuration again.
    ///
    /// @throws OperationException if it is wrong; the present one then stays
    public void reload() {
        configuration.reload();
    }

    /// Returns when somebody asks through the API that the server ends, or when it has ended; it is still to be closed.
    public void awaitQuit() throws InterruptedException {
        view.awaitQuit();
    }

    /// Exercises the query path now, so many rounds: for the training run of the build.
    ///
    /// @throws IOException if the loopback address cannot be used
    public void warmUp(int rounds) throws IOException, InterruptedException {
        WarmUp.run(queries.service().engine().options(), view, time, rounds);
    }

    /// Where people reach the server.
    public String url() {
        return url(configuration.current());
    }

    private String url(ServerConfig config) {
        String external = config.listen().externalUrl();
        return external.isEmpty() ? "http://" + Listeners.text(listeners.main()) : external;
    }

    /// Stops within five seconds. What was acknowledged is on disk already.
    @Override
    public void close() {
        view.notReady();
        view.quit();
        LOG.log(System.Logger.Level.INFO, "stopped");
        closeParts();
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.ERROR, "a part of the server did not stop cleanly", e);
            }
        }
    }
}
