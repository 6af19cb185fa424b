package dev.belvedere.api.usage;

import dev.belvedere.model.Tenant;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ChangeLog;
import dev.belvedere.storage.metrics.ForwardingQuerier;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import java.util.List;
import java.util.Optional;

/// A store whose selections of samples are counted by the metrics they name.
final class CountedMetricStore implements MetricStore {

    private final MetricStore store;
    private final MetricUsage usage;
    private final QuerySource source;

    CountedMetricStore(MetricStore store, MetricUsage usage, QuerySource source) {
        this.store = store;
        this.usage = usage;
        this.source = source;
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        return store.appender(tenant, options);
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return new CountedQuerier(store.querier(tenant, budget), tenant);
    }

    @Override
    public Capabilities capabilities() {
        return store.capabilities();
    }

    @Override
    public Optional<ChangeLog> changes(Tenant tenant) {
        return store.changes(tenant);
    }

    private final class CountedQuerier implements ForwardingQuerier {
        private final MetricQuerier querier;
        private final Tenant tenant;

        CountedQuerier(MetricQuerier querier, Tenant tenant) {
            this.querier = querier;
            this.tenant = tenant;
        }

        @Override
        public MetricQuerier querier() {
            return querier;
        }

        @Override
        public List<SeriesCursor> select(SelectRequest request) {
            usage.count(tenant, request.matchers(), QuerySource.CURRENT.orElse(source));
            return querier.select(request);
        }
    }
}
