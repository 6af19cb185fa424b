package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlMap;

/// Section `rules`: how rules are evaluated and alerts are kept.
///
/// @param concurrency groups evaluated at once (`rules.concurrency`): enough that a slow one does not hold up the
///     others
/// @param maxAlerts alerts to be notified that are known at once (`rules.maxAlerts`)
public record RulesConfig(int concurrency, int maxAlerts) {

    static RulesConfig read(YamlMap section) {
        RulesConfig config = new RulesConfig(
                IngestConfig.count(section, "concurrency", 4), IngestConfig.count(section, "maxAlerts", 100_000));
        section.rejectUnknown();
        return config;
    }
}
