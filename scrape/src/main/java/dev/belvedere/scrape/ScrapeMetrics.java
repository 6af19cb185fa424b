package dev.belvedere.scrape;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.metrics.Summary;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import java.math.BigDecimal;

/// What scraping counts of itself, under Prometheus' names, and where it tells of failures.
record ScrapeMetrics(
        MetricRegistry registry,
        FailureLog failureLog,
        Counter scrapes,
        Counter failures,
        Counter samples,
        Counter exceededSampleLimit,
        Counter exceededBodySizeLimit,
        Counter exceededTargetLimit,
        Counter exceededLabelLimits,
        Counter outOfOrder,
        Counter duplicateTimestamp,
        Counter outOfBounds,
        Counter refusedSeries,
        Counter poolReloads,
        Counter fileDiscoveryErrors,
        Counter httpDiscoveryFailures) {

    private static final double[] INTERVAL_QUANTILES = {0.01, 0.05, 0.5, 0.9, 0.99};

    static ScrapeMetrics in(MetricRegistry registry, Disk disk) {
        return new ScrapeMetrics(
                registry,
                new FailureLog(disk),
                registry.counter("prometheus_target_scrapes_total", "Scrapes that were tried."),
                registry.counter("prometheus_target_scrapes_failed_total", "Scrapes that brought no samples."),
                registry.counter(
                        "prometheus_target_scraped_samples_total", "Samples that scrapes brought, after relabelling."),
                registry.counter(
                        "prometheus_target_scrapes_exceeded_sample_limit_total",
                        "Scrapes that hit the sample limit and were rejected."),
                registry.counter(
                        "prometheus_target_scrapes_exceeded_body_size_limit_total",
                        "Scrapes that hit the body size limit and were rejected."),
                registry.counter(
                        "prometheus_target_scrape_pool_exceeded_target_limit_total",
                        "Times that a job had more targets than its limit, so that all of them failed."),
                registry.counter(
                        "prometheus_target_scrape_pool_exceeded_label_limits_total",
                        "Scrapes that hit a label limit and were rejected."),
                registry.counter(
                        "prometheus_target_scrapes_sample_out_of_order_total",
                        "Samples rejected because a newer one of their series is there."),
                registry.counter(
                        "prometheus_target_scrapes_sample_duplicate_timestamp_total",
                        "Samples rejected because their series has another value at that time."),
                registry.counter(
                        "prometheus_target_scrapes_sample_out_of_bounds_total",
                        "Samples rejected because they are too old or too far in the future."),
                registry.counter(
                        "belvedere_target_refused_series_total",
                        "Samples whose new series a cardinality limit refused."),
                registry.counter("prometheus_target_scrape_pool_reloads_total", "Jobs that were changed by a reload."),
                registry.counter("prometheus_sd_file_read_errors_total", "Discovery files that could not be read."),
                registry.counter("prometheus_sd_http_failures_total", "HTTP discoveries that failed."));
    }

    /// How long it really was between two scrapes, by how long it should be.
    Summary intervalLength(long intervalMillis) {
        return registry.summary(
                "prometheus_target_interval_length_seconds",
                "Actual intervals between scrapes.",
                INTERVAL_QUANTILES,
                "interval",
                goText(intervalMillis));
    }

    /// A duration as Go writes it, which is what the label has been since ever: `15s`, `1m0s`.
    static String goText(long millis) {
        if (millis < 1000) {
            return millis + "ms";
        }
        long hours = millis / 3_600_000;
        long minutes = millis / 60_000 % 60;
        String seconds =
                BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros().toPlainString() + "s";
        return hours > 0 ? hours + "h" + minutes + "m" + seconds : minutes > 0 ? minutes + "m" + seconds : seconds;
    }

    void count(AppendOutcome outcome) {
        outcome.rejected().forEach((reason, count) -> counter(reason).add(count));
    }

    private Counter counter(RejectReason reason) {
        return switch (reason) {
            case OUT_OF_ORDER -> outOfOrder;
            case DUPLICATE_TIMESTAMP -> duplicateTimestamp;
            case TOO_OLD, TOO_FAR_AHEAD -> outOfBounds;
            case LIMIT, UNKNOWN_REF -> refusedSeries;
        };
    }
}
