package dev.belvedere.server.config;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.config.ConfigSource;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Section `self`: how Belvedere observes itself and its host.
///
/// @param scrapeIntervalMillis between two scrapes of its own targets (`self.scrapeInterval`); 0 turns them off
public record SelfConfig(long scrapeIntervalMillis) {

    /// Where the agent's metrics are exposed, beside the server's own at `/metrics`.
    public static final String AGENT_PATH = "/agent/metrics";

    private static final long DEFAULT_INTERVAL_MILLIS = 15_000;

    static SelfConfig read(YamlMap section) {
        SelfConfig config = new SelfConfig(section.durationMillis("scrapeInterval", DEFAULT_INTERVAL_MILLIS));
        section.rejectUnknown();
        return config;
    }

    /// The configuration with the jobs `belvedere` (its own metrics) and `node` (its host's and GPUs') added, as far
    /// as it has no jobs of these names.
    ///
    /// @param address where this server listens
    /// @param instance what the host calls itself
    public PrometheusConfig withOwnJobs(
            PrometheusConfig config, InetSocketAddress address, String instance, Disk disk) {
        if (scrapeIntervalMillis == 0) {
            return config;
        }
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        String text = """
                scrape_configs:
                - job_name: belvedere
                  scrape_interval: %1$dms
                  scrape_timeout: %1$dms
                  static_configs: [{targets: ["%2$s"], labels: {instance: "%3$s"}}]
                - job_name: node
                  scrape_interval: %1$dms
                  scrape_timeout: %1$dms
                  metrics_path: %4$s
                  static_configs: [{targets: ["%2$s"], labels: {instance: "%3$s"}}]
                """.formatted(scrapeIntervalMillis, target, instance, AGENT_PATH);
        YamlMap map = YamlNode.parse("built-in jobs", text).orElseThrow().map();
        PrometheusConfig own = PrometheusConfig.read(map, new ConfigSource(Path.of("/"), disk, Map.of()));
        List<ScrapeConfig> jobs = new ArrayList<>(config.scrapeConfigs());
        List<String> names = jobs.stream().map(ScrapeConfig::jobName).toList();
        own.scrapeConfigs().stream()
                .filter(job -> !names.contains(job.jobName()))
                .forEach(jobs::add);
        return new PrometheusConfig(
                config.global(),
                jobs,
                config.ruleFiles(),
                config.alerting(),
                config.remoteWrites(),
                config.remoteReads(),
                config.storage(),
                config.otlp(),
                config.tracing());
    }
}
