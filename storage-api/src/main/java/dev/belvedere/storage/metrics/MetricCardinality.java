package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.QueryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Which series a store holds, counted in the ways that lead to whoever makes too many. Safe from any thread; costs
/// a pass over the index, no samples are read.
public interface MetricCardinality {

    Cardinality cardinality(Tenant tenant, Request request, QueryBudget budget);

    /// How many bytes the samples of each metric take in blocks, roughly; empty where that is not known.
    default Map<String, Long> bytesByMetric(Tenant tenant, QueryBudget budget) {
        return Map.of();
    }

    /// Whose new series are being refused at present, the largest first.
    List<SeriesCut> cuts(Tenant tenant);

    /// How long ago the moments are at which it is told how many series were active, the longest first.
    List<Duration> MOMENTS = List.of(
            Duration.ofDays(7),
            Duration.ofDays(6),
            Duration.ofDays(5),
            Duration.ofDays(4),
            Duration.ofDays(3),
            Duration.ofDays(2),
            Duration.ofDays(1),
            Duration.ofHours(1));

    /// What lists begin with.
    enum Order {
        /// most series
        TOTAL,
        /// most active series more than an hour ago
        GROWTH_IN_HOUR,
        GROWTH_IN_DAY,
        GROWTH_IN_WEEK
    }

    /// @param matchers empty for all series
    /// @param focusLabel the label whose values are counted; `""` for none
    /// @param limit entries of each list, at least 1
    record Request(List<LabelMatcher> matchers, String focusLabel, int limit, Order order) {
        public Request {
            matchers = List.copyOf(matchers);
        }
    }

    /// How many series something has.
    ///
    /// @param total with samples in memory or in a block
    /// @param active with samples in the last hour
    /// @param newInHour first seen in the last hour
    /// @param newInDay first seen in the last day
    /// @param before how many were active at each of [#MOMENTS], as precisely as chunks of samples tell
    record Count(long total, long active, long newInHour, long newInDay, List<Long> before) {
        public Count {
            before = List.copyOf(before);
        }
    }

    /// @param name of a metric, or a value of the focus label
    record Named(String name, Count series) {}

    /// @param values how many different ones there are
    record LabelCount(String name, long values, Count series) {}

    record PairCount(String name, String value, Count series) {}

    record TargetCount(String job, String instance, Count series) {}

    /// Every list is ordered as asked for, largest first; the counts before it say how long it would be whole.
    ///
    /// @param focus values of the focus label
    record Cardinality(
            Count series,
            long metricCount,
            List<Named> metrics,
            long labelCount,
            List<LabelCount> labels,
            List<PairCount> pairs,
            long targetCount,
            List<TargetCount> targets,
            long focusCount,
            List<Named> focus) {}

    /// One offender whose new series are refused; all its other series, and everybody else's, are taken.
    ///
    /// @param scope `tenant`, `target` or `metric`
    /// @param name the tenant's, the metric's, or `job="..." instance="..."`
    /// @param limitKey the configuration key to raise
    /// @param refused series refused since the process began; one that is sent again counts again
    record SeriesCut(
            String scope, String name, long active, long limit, String limitKey, long refused, long sinceMillis) {}
}
