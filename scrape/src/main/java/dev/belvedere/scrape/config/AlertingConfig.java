package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.scrape.relabel.RelabelRule;
import java.util.ArrayList;
import java.util.List;

/// `alerting`: which other Alertmanagers alerts are sent to.
///
/// @param relabelRules for every alert before it is sent
public record AlertingConfig(List<RelabelRule> relabelRules, List<Alertmanagers> alertmanagers) {

    public static final AlertingConfig DEFAULT = new AlertingConfig(List.of(), List.of());

    public AlertingConfig {
        alertmanagers = List.copyOf(alertmanagers);
    }

    /// Alertmanagers that are found and talked to in one way.
    ///
    /// @param relabelRules for their addresses
    /// @param alertRelabelRules for the alerts sent to them
    public record Alertmanagers(
            String scheme,
            String pathPrefix,
            long timeoutMillis,
            HttpClientConfig client,
            List<DiscoveryConfig> discoveries,
            List<RelabelRule> relabelRules,
            List<RelabelRule> alertRelabelRules) {}

    static AlertingConfig read(YamlNode node, NameValidation names, ConfigSource source) {
        YamlMap map = node.map();
        List<RelabelRule> rules = RelabelRule.readAll(map, "alert_relabel_configs", names);
        List<Alertmanagers> alertmanagers = new ArrayList<>();
        for (YamlNode entry : map.list("alertmanagers")) {
            alertmanagers.add(alertmanagers(entry, names, source));
        }
        map.rejectUnknown();
        return new AlertingConfig(rules, alertmanagers);
    }

    private static Alertmanagers alertmanagers(YamlNode node, NameValidation names, ConfigSource source) {
        if (node.isNull()) {
            throw node.error("empty or null Alertmanager section");
        }
        YamlMap map = node.map();
        map.get("api_version").ifPresent(version -> {
            if (!version.string().equals("v2")) {
                throw version.error("Alertmanager api_version must be v2, found \"" + version.string() + "\"");
            }
        });
        Alertmanagers alertmanagers = new Alertmanagers(
                map.get("scheme", ScrapeConfig::scheme, "http"),
                map.string("path_prefix", ""),
                map.durationMillis("timeout", 10_000),
                HttpClientConfig.read(map, source.directory()),
                DiscoveryConfig.readAll(map, source.directory()),
                RelabelRule.readAll(map, "relabel_configs", names),
                RelabelRule.readAll(map, "alert_relabel_configs", names));
        map.get("sigv4");
        map.rejectUnknown();
        return alertmanagers;
    }
}
