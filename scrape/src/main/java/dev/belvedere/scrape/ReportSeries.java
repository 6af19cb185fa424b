package dev.belvedere.scrape;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.MetricAppender;
import java.util.List;

/// The series that tell of a target's scrapes: `up` and its sisters.
final class ReportSeries {

    private static final List<String> NAMES = List.of(
            "up",
            "scrape_duration_seconds",
            "scrape_samples_scraped",
            "scrape_samples_post_metric_relabeling",
            "scrape_series_added");

    private static final List<String> EXTRA_NAMES =
            List.of("scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes");

    private final MetricAppender appender;
    private final Labels target;
    private final int size;
    private final long[] refs;
    private boolean isResolved;

    ReportSeries(MetricAppender appender, Labels target, boolean hasExtraMetrics) {
        this.appender = appender;
        this.target = target;
        this.size = NAMES.size() + (hasExtraMetrics ? EXTRA_NAMES.size() : 0);
        this.refs = new long[size];
    }

    /// @param values in the order of the names; those beyond the series that are reported are left out
    void append(long millis, double... values) {
        resolve();
        for (int i = 0; i < size; i++) {
            appender.append(refs[i], millis, MetricAppender.NO_START, values[i]);
        }
    }

    void end(long millis) {
        resolve();
        for (long ref : refs) {
            appender.append(ref, millis, MetricAppender.NO_START, SampleValues.STALE_NAN);
        }
    }

    private void resolve() {
        if (!isResolved) {
            for (int i = 0; i < size; i++) {
                String name = i < NAMES.size() ? NAMES.get(i) : EXTRA_NAMES.get(i - NAMES.size());
                refs[i] = appender.series(target.with(Labels.METRIC_NAME, name));
            }
            isResolved = true;
        }
    }

    /// Forgets refs that are no longer good.
    void forgetRefs() {
        isResolved = false;
    }
}
