package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import java.util.Locale;

/// A target as it stands, with everything that Prometheus' targets API shows of one.
///
/// @param discoveredLabels before relabelling
/// @param labels those of its series
/// @param globalUrl the URL as other machines would call it
/// @param lastError why the last scrape failed; empty if it did not
/// @param lastScrapeMillis when the last scrape began; 0 before the first
public record ActiveTarget(
        Labels discoveredLabels,
        Labels labels,
        String scrapePool,
        String scrapeUrl,
        String globalUrl,
        String lastError,
        long lastScrapeMillis,
        double lastScrapeSeconds,
        Health health,
        long intervalMillis,
        long timeoutMillis) {

    /// How the last scrape went.
    public enum Health {
        UNKNOWN,
        UP,
        DOWN;

        /// As the API writes it.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
