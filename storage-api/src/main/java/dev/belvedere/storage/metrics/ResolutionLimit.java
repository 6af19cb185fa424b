package dev.belvedere.storage.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import java.util.List;

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

    private record Limited(MetricQuerier querier, long maxResolutionMillis) implements ForwardingQuerier {

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
    }
}
