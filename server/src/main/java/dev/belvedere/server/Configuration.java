package dev.belvedere.server;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.server.config.ServerConfig;
import java.util.function.Consumer;

/// The configuration in use, and how another one takes its place while the server runs.
final class Configuration implements ServerView.Reloading {

    private static final System.Logger LOG = System.getLogger(Configuration.class.getName());

    private final ServerConfig.Origin origin;
    private final TimeSource time;
    private final Consumer<ServerConfig> apply;
    private volatile ServerConfig current;
    private volatile boolean isLastSuccessful = true;
    private volatile long lastMillis;

    /// @param apply takes on what a running server can; throws if it cannot, having changed nothing
    Configuration(
            ServerConfig.Origin origin,
            ServerConfig first,
            TimeSource time,
            MetricRegistry registry,
            Consumer<ServerConfig> apply) {
        this.origin = origin;
        this.time = time;
        this.apply = apply;
        this.current = first;
        this.lastMillis = time.currentMillis();
        registry.gauge(
                "prometheus_config_last_reload_successful",
                "Whether the last configuration reload attempt was successful.",
                () -> isLastSuccessful ? 1 : 0);
        registry.gauge(
                "prometheus_config_last_reload_success_timestamp_seconds",
                "Timestamp of the last successful configuration reload.",
                () -> lastMillis / 1e3);
    }

    @Override
    public ServerConfig current() {
        return current;
    }

    /// Reads the configuration again.
    ///
    /// @throws OperationException if it is wrong; the present one then stays
    @Override
    public synchronized void reload() {
        try {
            ServerConfig next = ServerConfig.load(origin);
            apply.accept(next);
            warnOfRestart(next);
            current = next;
            lastMillis = time.currentMillis();
            isLastSuccessful = true;
            LOG.log(System.Logger.Level.INFO, "configuration reloaded");
        } catch (OperationException e) {
            isLastSuccessful = false;
            throw e;
        }
    }

    private void warnOfRestart(ServerConfig next) {
        ServerConfig before = current;
        boolean needsRestart = !next.listen().equals(before.listen())
                || !next.data().equals(before.data())
                || !next.query().equals(before.query())
                || !next.ingest().equals(before.ingest())
                || !next.rules().equals(before.rules())
                || !next.agent().equals(before.agent())
                || !next.prometheus().storage().equals(before.prometheus().storage());
        if (needsRestart) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the configuration has changes in server, data, query, ingest, rules, agent or"
                            + " storage: they take a restart");
        }
    }

    @Override
    public boolean isLastSuccessful() {
        return isLastSuccessful;
    }

    @Override
    public long lastMillis() {
        return lastMillis;
    }
}
