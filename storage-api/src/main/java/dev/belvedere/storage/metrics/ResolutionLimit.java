package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.QueryBudget;
import java.util.List;
import java.util.Map;

/// A store whose queriers read downsampled windows up to some resolution, whatever their callers say.
///
/// @param maxResolutionMillis as in [Folding]
public record ResolutionLimit(MetricStore store, long maxResolutionMillis) implements MetricStore {

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        return store.appender(tenant, options);
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return new Limited(store.querier(tenant, budget), maxResolutionMillis);
    }

    @Override
    public Capabilities capabilities() {
        return store.capabilities();
    }

    private record Limited(MetricQuerier querier, long maxResolutionMillis) implements MetricQuerier {

        @Override
        public List<SeriesCursor> select(SelectRequest request) {
            Folding folding = request.folding();
            return querier.select(new SelectRequest(
                    request.matchers(),
                    request.startMillis(),
                    request.endMillis(),
                    request.need(),
                    new Folding(
                            folding.use(),
                            folding.firstEndMillis(),
                            folding.lastEndMillis(),
                            folding.stepMillis(),
                            folding.rangeMillis(),
                            maxResolutionMillis)));
        }

        @Override
        public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
            return querier.series(matchers, range, limit);
        }

        @Override
        public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
            return querier.labelNames(matchers, range, limit);
        }

        @Override
        public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
            return querier.labelValues(name, matchers, range, limit);
        }

        @Override
        public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
            return querier.exemplars(matchers, range);
        }

        @Override
        public Map<String, MetricMetadata> metadata() {
            return querier.metadata();
        }

        @Override
        public void close() {
            querier.close();
        }
    }
}
