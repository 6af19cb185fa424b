package dev.belvedere.server;

import dev.belvedere.api.own.OwnStatusFace.ServerStatus;
import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.data.Stores;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.wire.otlp.OtlpOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/// What the faces see of the running server, at whatever moment they look.
///
/// @param hostname what this machine calls itself
final class ServerView implements dev.belvedere.api.prometheus.ServerView {

    private final Stores stores;
    private final String version;
    private final String hostname;
    private final long startMillis;
    private final Reloading reloading;
    private volatile Map<String, String> listeners = Map.of();
    private volatile boolean isReady;
    private final CountDownLatch ended = new CountDownLatch(1);

    /// The configuration from one reload to the next.
    interface Reloading {

        ServerConfig current();

        void reload();

        boolean isLastSuccessful();

        long lastMillis();
    }

    ServerView(Stores stores, String version, String hostname, TimeSource time, Reloading reloading) {
        this.stores = stores;
        this.version = version;
        this.hostname = hostname;
        this.startMillis = time.currentMillis();
        this.reloading = reloading;
    }

    /// @param bound name to address
    void ready(Map<String, String> bound) {
        listeners = bound;
        isReady = true;
    }

    void notReady() {
        isReady = false;
    }

    ServerStatus status() {
        return new ServerStatus(
                version, startMillis, listeners, stores.directory().toString(), stores.sizeBytes());
    }

    /// How OTLP metrics become series, by section `otlp`.
    OtlpOptions otlpOptions() {
        return reloading.current().prometheus().otlp();
    }

    @Override
    public boolean isReady() {
        return isReady;
    }

    @Override
    public String configText() {
        return reloading.current().text();
    }

    @Override
    public Map<String, String> flags() {
        ServerConfig config = reloading.current();
        Map<String, String> flags = new TreeMap<>();
        config.listen().listen().address().ifPresent(address -> flags.put("web.listen-address", address.toString()));
        flags.put("web.external-url", config.listen().externalUrl());
        flags.put(
                "web.cors.origin",
                config.listen().http().corsOrigin().map(AnchoredRegex::toString).orElse(""));
        flags.put("web.enable-admin-api", Boolean.toString(config.listen().isAdminApiEnabled()));
        flags.put("web.enable-lifecycle", "true");
        flags.put("web.enable-remote-write-receiver", "true");
        flags.put("web.enable-otlp-receiver", "true");
        flags.put("storage.tsdb.retention.time", Durations.format(retentionMillis()));
        flags.put("rules.max-concurrent-evals", Integer.toString(config.rules().concurrency()));
        flags.put("storage.tsdb.path", stores.directory().toString());
        flags.put("query.lookback-delta", Durations.format(config.query().lookbackMillis()));
        flags.put("query.timeout", Durations.format(config.query().limits().timeoutMillis()));
        flags.put("query.max-samples", Long.toString(config.query().limits().maxSamples()));
        flags.put("web.search.max-limit", Integer.toString(Math.max(maxSearchLimit(), 0)));
        flags.put("enable-feature", String.join(",", config.query().features()));
        return flags;
    }

    @Override
    public Build build() {
        return new Build(version, "", "", "", "", java.lang.Runtime.version().toString());
    }

    @Override
    public Runtime runtime() {
        return new Runtime(
                startMillis,
                Path.of("").toAbsolutePath().toString(),
                hostname,
                reloading.isLastSuccessful(),
                reloading.lastMillis(),
                0,
                Thread.activeCount(),
                java.lang.Runtime.getRuntime().availableProcessors(),
                java.lang.Runtime.getRuntime().maxMemory(),
                Durations.format(retentionMillis()));
    }

    private long retentionMillis() {
        long configured = reloading.current().prometheus().storage().retentionMillis();
        return configured > 0 ? configured : TsdbOptions.DEFAULT.retentionMillis();
    }

    @Override
    public Labels externalLabels() {
        return reloading.current().prometheus().global().externalLabels();
    }

    @Override
    public boolean isAdminEnabled() {
        return reloading.current().listen().isAdminApiEnabled();
    }

    @Override
    public boolean isReloadEnabled() {
        return true;
    }

    @Override
    public boolean isQuitEnabled() {
        return isAdminEnabled();
    }

    @Override
    public void quit() {
        ended.countDown();
    }

    void awaitQuit() throws InterruptedException {
        ended.await();
    }

    @Override
    public int maxSearchLimit() {
        return reloading.current().query().maxSearchLimit();
    }

    @Override
    public void reload() {
        reloading.reload();
    }

    @Override
    public String snapshot(boolean skipsHead) {
        return stores.snapshot(skipsHead);
    }

    @Override
    public Map<String, Map<String, Boolean>> features() {
        Map<String, Boolean> promql = new TreeMap<>();
        reloading.current().query().features().forEach(feature -> promql.put(feature.replace('-', '_'), true));
        return Map.of(
                "promql",
                promql,
                "api",
                Map.of(
                        "admin",
                        isAdminEnabled(),
                        "search",
                        maxSearchLimit() >= 0,
                        "remote_write_receiver",
                        true,
                        "otlp_write_receiver",
                        true));
    }

    @Override
    public List<Notice> notices() {
        return reloading.isLastSuccessful()
                ? List.of()
                : List.of(new Notice(
                        "Configuration reload has failed; the former configuration is in use.",
                        reloading.lastMillis(),
                        true));
    }
}
