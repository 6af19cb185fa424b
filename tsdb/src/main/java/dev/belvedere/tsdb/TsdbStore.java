package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.MetricAdmin;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;

/// Metrics at rest on one machine: a head in memory backed by the ingest log, blocks in the segment store.
public final class TsdbStore implements MetricStore, MetricAdmin, AutoCloseable {

    private final TsdbOptions options;

    private TsdbStore(TsdbOptions options) {
        this.options = options;
    }

    /// Opens the published blocks and replays the log behind their checkpoints.
    public static TsdbStore open(TsdbOptions options, TsdbEnvironment environment) {
        return new TsdbStore(options);
    }

    /// One round of background work: writes full heads to blocks, compacts, applies retention, truncates the log.
    /// The server calls this from a loop, every few seconds.
    public void maintain() {}

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions appendOptions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, true, true, options.outOfOrderWindowMillis());
    }

    @Override
    public void flush() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteSeries(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Statistics statistics(Tenant tenant, int topCount) {
        throw new UnsupportedOperationException();
    }

    /// Stops background work. What was committed is in the log or in blocks already.
    @Override
    public void close() {}
}
