package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;
import java.util.Map;

/// Which series a store holds, counted in the ways that lead to whoever makes too many. Safe from any thread; costs
/// a pass over the index, no samples are read.
public interface MetricCardinality {

    Cardinality cardinality(Tenant tenant, Request request);

    /// How many bytes the samples of each metric take in blocks, roughly; empty where that is not known.
    default Map<String, Long> bytesByMetric(Tenant tenant) {
        return Map.of();
    }

    /// Whose new series are being refused at present, the largest first.
    List<SeriesCut> cuts(Tenant tenant);

    /// @param matchers empty for all series
    /// @param focusLabel the label whose values are counted; `""` for none
    /// @param limit entries of each list, at least 1
    record Request(List<LabelMatcher> matchers, String focusLabel, int limit) {
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
    record Count(long total, long active, long newInHour, long newInDay) {

        public static final Count NONE = new Count(0, 0, 0, 0);

        public Count plus(Count other) {
            return new Count(
                    total + other.total, active + other.active, newInHour + other.newInHour, newInDay + other.newInDay);
        }
    }

    /// @param name of a metric, or a value of the focus label
    record Named(String name, Count series) {}

    /// @param values how many different ones there are
    record LabelCount(String name, long values, Count series) {}

    record PairCount(String name, String value, Count series) {}

    record TargetCount(String job, String instance, Count series) {}

    /// Every list is ordered by total series, largest first; the counts before it say how long it would be whole.
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
