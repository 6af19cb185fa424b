package dev.belvedere.logql.engine;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The results of range aggregations as a metric store that PromQL can be evaluated over: all series have a value, or
/// none, at each step. Only what a query engine calls is there.
final class SeriesOfSteps implements MetricStore {

    private record Series(Labels labels, double[] column) {}

    private final long[] timestamps;
    private final List<Series> series = new ArrayList<>();

    SeriesOfSteps(Steps steps) {
        this.timestamps = steps.timestamps();
    }

    void add(Labels labels, double[] column) {
        series.add(new Series(labels, column));
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return new Querier();
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        throw new UnsupportedOperationException("results are not written to");
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.NONE;
    }

    private final class Querier implements MetricQuerier {

        @Override
        public List<SeriesCursor> select(SelectRequest request) {
            List<Series> matching = series.stream()
                    .filter(s -> request.matchers().stream().allMatch(matcher -> matcher.matches(s.labels())))
                    .toList();
            return List.of(new Once(new Group(timestamps, matching)));
        }

        @Override
        public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
            throw new UnsupportedOperationException("results have no index");
        }

        @Override
        public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
            throw new UnsupportedOperationException("results have no index");
        }

        @Override
        public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
            throw new UnsupportedOperationException("results have no index");
        }

        @Override
        public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
            return Map.of();
        }

        @Override
        public Map<String, MetricMetadata> metadata() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    /// One group, once.
    private static final class Once implements SeriesCursor {

        private final Group group;
        private boolean isTaken;

        Once(Group group) {
            this.group = group;
        }

        @Override
        public boolean next() {
            boolean isFirst = !isTaken;
            isTaken = true;
            return isFirst;
        }

        @Override
        public SeriesGroup group() {
            return group;
        }

        @Override
        public void close() {}
    }

    private record Group(long[] timestamps, List<Series> series) implements SeriesGroup {

        @Override
        public int rowCount() {
            return timestamps.length;
        }

        @Override
        public int seriesCount() {
            return series.size();
        }

        @Override
        public Labels labels(int index) {
            return series.get(index).labels();
        }

        @Override
        public void read(int index, SampleColumn into) {
            into.reset(timestamps.length);
            System.arraycopy(series.get(index).column(), 0, into.values(), 0, timestamps.length);
        }
    }
}
