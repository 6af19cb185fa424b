package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.RelabelRule;
import dev.belvedere.wire.exposition.ExpositionFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `scrape_configs`: a job.
///
/// @param settings its own and those it takes from `global`
/// @param params query parameters of every scrape
public record ScrapeConfig(
        String jobName,
        ScrapeDefaults settings,
        boolean honorsLabels,
        boolean honorsTimestamps,
        boolean tracksTimestampsStaleness,
        String scheme,
        String metricsPath,
        Map<String, List<String>> params,
        boolean isCompressionEnabled,
        Optional<ExpositionFormat> fallbackProtocol,
        HttpClientConfig client,
        List<DiscoveryConfig> discoveries,
        List<RelabelRule> relabelRules,
        List<RelabelRule> metricRelabelRules) {

    public ScrapeConfig {
        params = Map.copyOf(params);
        discoveries = List.copyOf(discoveries);
    }

    static ScrapeConfig read(YamlNode node, ScrapeDefaults global, ConfigSource source) {
        if (node.isNull()) {
            throw node.error("empty or null scrape config section");
        }
        YamlMap map = node.map();
        String jobName = map.string("job_name", "");
        ScrapeDefaults settings = ScrapeDefaults.readJob(map, global, source);
        ScrapeConfig config = new ScrapeConfig(
                jobName,
                settings,
                map.bool("honor_labels", false),
                map.bool("honor_timestamps", true),
                map.bool("track_timestamps_staleness", false),
                map.get("scheme", ScrapeConfig::scheme, "http"),
                map.string("metrics_path", "/metrics"),
                params(map),
                map.bool("enable_compression", true),
                map.get("fallback_scrape_protocol").map(ScrapeDefaults::protocol),
                HttpClientConfig.read(map, source.directory()),
                DiscoveryConfig.readAll(map, source.directory()),
                RelabelRule.readAll(map, "relabel_configs", settings.names()),
                RelabelRule.readAll(map, "metric_relabel_configs", settings.names()));
        map.rejectUnknown();
        // Last, so that a job with a worse mistake is told of that one.
        Urls.require(map, "job_name");
        return config;
    }

    static String scheme(YamlNode node) {
        if (!node.string().equals("http") && !node.string().equals("https")) {
            throw node.error("unknown scheme \"" + node.string() + "\"; one of http, https");
        }
        return node.string();
    }

    private static Map<String, List<String>> params(YamlMap map) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        map.get("params")
                .ifPresent(node -> node.map()
                        .forEach((name, values) -> params.put(
                                name,
                                values.list().stream().map(YamlNode::string).toList())));
        return params;
    }
}
