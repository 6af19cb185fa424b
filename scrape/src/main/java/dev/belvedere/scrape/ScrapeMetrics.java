package dev.belvedere.scrape;

import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;

/// What scraping counts of itself, under Prometheus' names.
record ScrapeMetrics(
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

    static ScrapeMetrics in(MetricRegistry registry) {
        return new ScrapeMetrics(
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
