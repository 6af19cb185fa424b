package dev.belvedere.promql.script;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.ForwardingQuerier;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Shows all series that a selection finds in their order, as one group for each partition: they share the timestamps
/// of all, and have
/// rows without a sample. So do the series of a target whose samples come and go.
public record GroupedStore(MetricStore store, int partitions) implements MetricStore {

    public static GroupedStore inOnePartition(MetricStore store) {
        return new GroupedStore(store, 1);
    }

    public static GroupedStore inPartitions(MetricStore store) {
        return new GroupedStore(store, 3);
    }

    @Override
    public MetricAppender appender(Tenant tenant, AppendOptions options) {
        return store.appender(tenant, options);
    }

    @Override
    public Capabilities capabilities() {
        return store.capabilities();
    }

    @Override
    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
        return new GroupedQuerier(store.querier(tenant, budget), partitions);
    }

    private record GroupedQuerier(MetricQuerier querier, int partitions) implements ForwardingQuerier {

        @Override
        public List<SeriesCursor> select(SelectRequest request) {
            List<Single> all = new ArrayList<>();
            for (SeriesCursor cursor : querier.select(request)) {
                while (cursor.next()) {
                    SampleColumn column = new SampleColumn();
                    cursor.group().read(0, column);
                    all.add(new Single(cursor.group().labels(0), cursor.group().timestamps(), column));
                }
            }
            List<SeriesCursor> cursors = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                int from = all.size() * i / partitions;
                int to = all.size() * (i + 1) / partitions;
                cursors.add(new OneGroup(group(all.subList(from, to))));
            }
            return cursors;
        }

        private static Group group(List<Single> singles) {
            TreeSet<Long> times = new TreeSet<>();
            for (Single single : singles) {
                for (int row = 0; row < single.column().rowCount(); row++) {
                    times.add(single.timestamps()[row]);
                }
            }
            return new Group(times.stream().mapToLong(Long::longValue).toArray(), singles);
        }
    }

    private record Single(Labels labels, long[] timestamps, SampleColumn column) {}

    private static final class OneGroup implements SeriesCursor {

        private final SeriesGroup group;
        private boolean isShown;

        OneGroup(SeriesGroup group) {
            this.group = group;
        }

        @Override
        public boolean next() {
            boolean isFirst = !isShown;
            isShown = true;
            return isFirst;
        }

        @Override
        public SeriesGroup group() {
            return group;
        }

        /// As if it were worth the help of others.
        @Override
        public long seriesCount() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void close() {}
    }

    private record Group(long[] timestamps, List<Single> singles) implements SeriesGroup {

        @Override
        public int rowCount() {
            return timestamps.length;
        }

        @Override
        public int seriesCount() {
            return singles.size();
        }

        @Override
        public Labels labels(int series) {
            return singles.get(series).labels();
        }

        @Override
        public void read(int series, SampleColumn into) {
            Single single = singles.get(series);
            SampleColumn column = single.column();
            into.reset(timestamps.length);
            int own = 0;
            for (int row = 0; row < timestamps.length; row++) {
                boolean isPresent = own < column.rowCount() && single.timestamps()[own] == timestamps[row];
                into.values()[row] = isPresent ? column.values()[own] : SampleValues.ABSENT;
                if (!isPresent) {
                    continue;
                }
                NativeHistogram histogram = column.histogram(own);
                if (histogram != null) {
                    into.setHistogram(row, histogram);
                }
                if (column.hasStartTimestamps()) {
                    into.setStartTimestamp(row, column.startTimestamp(own));
                }
                own++;
            }
            if (column.isDense() && own == timestamps.length) {
                into.markDense(column.isNonDecreasing());
            }
        }
    }
}
