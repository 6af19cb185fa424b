package dev.belvedere.storage.memory;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hands out series one by one, each as a group of its own.
final class MemoryCursor implements SeriesCursor {

    private final Iterator<MemoryMetricStore.Series> series;
    private final TimeRange range;
    private final QueryBudget budget;
    private @Nullable SeriesGroup current;

    MemoryCursor(Iterator<MemoryMetricStore.Series> series, TimeRange range, QueryBudget budget) {
        this.series = series;
        this.range = range;
        this.budget = budget;
    }

    @Override
    public boolean next() {
        if (!series.hasNext()) {
            return false;
        }
        MemoryMetricStore.Series next = series.next();
        List<Long> times = List.copyOf(next.samples()
                .subMap(range.startMillis(), true, range.endMillis(), true)
                .keySet());
        budget.chargeSamplesRead(times.size());
        current = new Group(next, times.stream().mapToLong(Long::longValue).toArray());
        return true;
    }

    @Override
    public SeriesGroup group() {
        SeriesGroup group = current;
        if (group == null) {
            throw new IllegalStateException("next() has not returned true");
        }
        return group;
    }

    @Override
    public void close() {}

    private record Group(MemoryMetricStore.Series series, long[] timestamps) implements SeriesGroup {

        @Override
        public int rowCount() {
            return timestamps.length;
        }

        @Override
        public int seriesCount() {
            return 1;
        }

        @Override
        public Labels labels(int index) {
            return series.labels();
        }

        @Override
        public void read(int index, SampleColumn into) {
            into.reset(timestamps.length);
            for (int row = 0; row < timestamps.length; row++) {
                MemoryMetricStore.Sample sample = series.samples().get(timestamps[row]);
                if (sample == null) {
                    throw new IllegalStateException("sample at " + timestamps[row] + " is gone");
                }
                NativeHistogram histogram = sample.histogram();
                if (histogram == null) {
                    into.values()[row] = sample.value();
                } else {
                    into.setHistogram(row, histogram);
                }
                if (sample.startMillis() != MetricAppender.NO_START) {
                    into.setStartTimestamp(row, sample.startMillis());
                }
            }
        }
    }
}
