package dev.belvedere.scrape.discovery;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Asks a source of targets now and then, on a virtual thread of its own, and passes on what changed.
public final class Discovery implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Discovery.class.getName());

    /// What discovery works with.
    ///
    /// @param fileErrors counts files that cannot be read
    /// @param httpErrors counts requests that fail
    public record Environment(
            TimeSource time,
            Disk disk,
            HttpTransport transport,
            String userAgent,
            Counter fileErrors,
            Counter httpErrors) {}

    private final TargetSource source;
    private final String name;
    private final TimeSource time;
    private final Counter errors;
    private final Consumer<List<TargetGroup>> sink;
    private final Thread thread;
    private boolean hasFailed;

    private Discovery(
            TargetSource source, String name, TimeSource time, Counter errors, Consumer<List<TargetGroup>> sink) {
        this.source = source;
        this.name = name;
        this.time = time;
        this.errors = errors;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("discovery " + name).unstarted(this::run);
    }

    /// Starts discovery, or passes on at once what is known without.
    ///
    /// @param sink gets all groups whenever they changed, and at least once; an empty list if the first poll fails
    /// @return empty if nothing is left to do
    public static Optional<Discovery> start(
            DiscoveryConfig config, Environment environment, Consumer<List<TargetGroup>> sink) {
        Discovery discovery;
        switch (config) {
            case DiscoveryConfig.Static fixed -> {
                sink.accept(fixed.groups());
                return Optional.empty();
            }
            case DiscoveryConfig.NotBuiltIn other -> {
                sink.accept(List.of());
                return Optional.empty();
            }
            case DiscoveryConfig.FromFiles files ->
                discovery = new Discovery(
                        new FileSource(files, environment.disk),
                        "files " + files.files(),
                        environment.time,
                        environment.fileErrors,
                        sink);
            case DiscoveryConfig.FromHttp http ->
                discovery = new Discovery(
                        new HttpSource(http, environment),
                        "url " + http.url(),
                        environment.time,
                        environment.httpErrors,
                        sink);
        }
        discovery.thread.start();
        return Optional.of(discovery);
    }

    private void run() {
        Optional<List<TargetGroup>> known = Optional.empty();
        try {
            while (true) {
                Optional<List<TargetGroup>> polled = poll();
                if (polled.isPresent() && !polled.equals(known) || known.isEmpty()) {
                    known = Optional.of(polled.orElse(List.of()));
                    sink.accept(known.get());
                }
                time.sleep(Duration.ofMillis(Math.max(1, source.intervalMillis())));
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /// @return empty after a failure, which is logged when it is the first in a row
    private Optional<List<TargetGroup>> poll() throws InterruptedException {
        try {
            List<TargetGroup> groups = source.poll();
            hasFailed = false;
            return Optional.of(groups);
        } catch (IOException | OperationException e) {
            errors.increment();
            if (!hasFailed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "discovery failed, the last targets stay; " + name + " error=\"" + e.getMessage() + '"');
            }
            hasFailed = true;
            return Optional.empty();
        }
    }

    /// Nothing is passed on after this returns, except by a call that is under way.
    @Override
    public void close() {
        thread.interrupt();
    }
}
