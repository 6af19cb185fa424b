package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.scrape.config.AlertingConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.TargetGroup;
import dev.belvedere.scrape.relabel.RelabelRule;
import java.util.Optional;

/// What would keep an address that is known beforehand from being used. A server leaves such a target out and goes
/// on; a check of the configuration tells.
public final class TargetCheck {

    private static final String ADDRESS = "__address__";

    private TargetCheck() {}

    /// @return why a job could not scrape it after relabelling; empty too if relabelling drops it
    public static Optional<String> scraped(String address, TargetGroup group, ScrapeConfig job) {
        try {
            ScrapeTarget.of(ScrapeTarget.discovered(address, group, job), job);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// @return why alerts could not be sent to it after relabelling; empty too if relabelling drops it
    public static Optional<String> alerted(String address, TargetGroup group, AlertingConfig.Alertmanagers section) {
        Labels discovered = group.labels().toBuilder()
                .set(ADDRESS, address)
                .set("__scheme__", section.scheme())
                .set("__alerts_path__", section.pathPrefix() + "/api/v2/alerts")
                .build();
        return RelabelRule.apply(section.relabelRules(), discovered)
                .map(labels -> labels.get(ADDRESS))
                .filter(found -> found.isEmpty() || found.contains("/"))
                .map(found -> found.isEmpty() ? "no address" : "\"" + found + "\" is not a host and port");
    }
}
