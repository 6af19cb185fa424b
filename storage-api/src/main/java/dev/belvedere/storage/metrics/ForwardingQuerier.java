package dev.belvedere.storage.metrics;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import java.util.List;
import java.util.Map;

/// A querier that answers as another does, but for what its class says itself.
public interface ForwardingQuerier extends MetricQuerier {

    MetricQuerier querier();

    @Override
    default List<SeriesCursor> select(SelectRequest request) {
        return querier().select(request);
    }

    @Override
    default List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
        return querier().series(matchers, range, limit);
    }

    @Override
    default List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
        return querier().labelNames(matchers, range, limit);
    }

    @Override
    default List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
        return querier().labelValues(name, matchers, range, limit);
    }

    @Override
    default Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
        return querier().exemplars(matchers, range);
    }

    @Override
    default Map<String, MetricMetadata> metadata() {
        return querier().metadata();
    }

    @Override
    default List<String> warnings() {
        return querier().warnings();
    }

    @Override
    default void close() {
        querier().close();
    }
}
