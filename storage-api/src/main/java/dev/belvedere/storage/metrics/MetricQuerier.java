package dev.belvedere.storage.metrics;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import java.util.List;
import java.util.Map;

/// A view of the stored metrics. One thread at a time, except that the cursors of one [#select] may be read by one
/// thread each.
public interface MetricQuerier extends AutoCloseable {

    /// Finds the series that match and hands out their samples.
    ///
    /// @return one cursor per partition that may hold matching series; together each matching series exactly
    ///     once, in no order. Closed by the querier at the latest
    List<SeriesCursor> select(SelectRequest request);

    /// The label sets with samples in the range, sorted, at most `limit` (0 for all).
    List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit);

    /// The names of labels of matching series, sorted by UTF-8 bytes, at most `limit` (0 for all).
    ///
    /// @param matchers empty for all series
    List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit);

    /// The values of one label of matching series, sorted by UTF-8 bytes, at most `limit` (0 for all).
    List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit);

    /// Exemplars of matching series in time order; empty where the store keeps none.
    Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range);

    /// Metadata by metric family; empty where the store keeps none.
    Map<String, MetricMetadata> metadata();

    /// What of the samples asked for so far is known to be missing, a sentence each; empty if nothing is. To be asked
    /// after reading, and told with the answer.
    default List<String> warnings() {
        return List.of();
    }

    @Override
    void close();
}
