package dev.belvedere.testkit.metrics;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.Definitions;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads whole series out of a store, checking on the way what every store promises.
public final class SampleReader {

    /// One sample; floats by their bits, so that NaNs compare.
    public record Read(long bits, @Nullable NativeHistogram histogram, long startMillis) {}

    private SampleReader() {}

    /// All samples of matching series in a time range; series without any are left out.
    public static TreeMap<Labels, TreeMap<Long, Read>> read(
            MetricStore store, Tenant tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        try (MetricQuerier querier = store.querier(tenant, QueryBudget.unlimited())) {
            return read(querier.select(SelectRequest.samples(matchers, fromMillis, toMillis)), fromMillis, toMillis);
        }
    }

    /// The same of what was selected before; the cursors are closed.
    public static TreeMap<Labels, TreeMap<Long, Read>> read(
            List<SeriesCursor> selected, long fromMillis, long toMillis) {
        TreeMap<Labels, TreeMap<Long, Read>> all = new TreeMap<>();
        for (SeriesCursor cursor : selected) {
            while (cursor.next()) {
                readGroup(cursor.group(), new long[] {fromMillis, toMillis}, all);
            }
            cursor.close();
        }
        return all;
    }

    /// The newest sample of each matching series in a time range, as a store tells it that is asked for no more.
    public static TreeMap<Labels, TreeMap<Long, Read>> readNewest(
            MetricStore store, Tenant tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
        SelectRequest request = new SelectRequest(matchers, fromMillis, toMillis, SelectRequest.Need.LAST_SAMPLE);
        try (MetricQuerier querier = store.querier(tenant, QueryBudget.unlimited())) {
            return newest(read(querier.select(request), fromMillis, toMillis));
        }
    }

    /// The newest of the samples of each series.
    public static TreeMap<Labels, TreeMap<Long, Read>> newest(TreeMap<Labels, TreeMap<Long, Read>> all) {
        TreeMap<Labels, TreeMap<Long, Read>> newest = new TreeMap<>();
        all.forEach((labels, samples) -> newest.put(labels, new TreeMap<>(samples.tailMap(samples.lastKey(), true))));
        return newest;
    }

    private static void readGroup(SeriesGroup group, long[] range, TreeMap<Labels, TreeMap<Long, Read>> into) {
        SampleColumn column = new SampleColumn();
        long[] times = group.timestamps();
        for (int row = 1; row < group.rowCount(); row++) {
            if (times[row] <= times[row - 1]) {
                throw new AssertionError("timestamps do not ascend: " + times[row - 1] + ", " + times[row]);
            }
        }
        for (int i = 0; i < group.seriesCount(); i++) {
            group.read(i, column);
            TreeMap<Long, Read> samples = new TreeMap<>();
            for (int row = 0; row < group.rowCount(); row++) {
                if (!column.isAbsent(row) && times[row] >= range[0] && times[row] <= range[1]) {
                    NativeHistogram histogram = column.histogram(row);
                    long bits = histogram == null ? Double.doubleToRawLongBits(column.values()[row]) : 0;
                    samples.put(times[row], new Read(bits, histogram, column.startTimestamp(row)));
                }
            }
            requireFlagsHold(column, group.labels(i));
            requirePartsMakeLabels(group, i);
            if (!samples.isEmpty() && into.put(group.labels(i), samples) != null) {
                throw new AssertionError("series appears twice: " + group.labels(i));
            }
        }
    }

    private static void requirePartsMakeLabels(SeriesGroup group, int series) {
        Optional<Definitions> definitions = group.definitions();
        if (definitions.isPresent()) {
            Labels definition = definitions.get().labelsOf(group.definition(series), name -> true);
            if (!definition.union(group.targetLabels()).equals(group.labels(series))) {
                throw new AssertionError(
                        group.labels(series) + " is not " + definition + " with " + group.targetLabels());
            }
            Labels nameAlone = definitions.get().labelsOf(group.definition(series), Labels.METRIC_NAME::equals);
            if (!nameAlone.equals(definition.only(List.of(Labels.METRIC_NAME)))) {
                throw new AssertionError(nameAlone + " is not the name of " + definition);
            }
            group.labels(series).forEach((name, value) -> {
                if (!definitions.get().mayHave(name)) {
                    throw new AssertionError(name + " is said not to occur, but in " + group.labels(series));
                }
                if (definitions.get().isOfTargets(name) && definition.has(name)) {
                    throw new AssertionError(name + " is said to be of targets, but in " + definition);
                }
            });
        }
    }

    private static void requireFlagsHold(SampleColumn column, Labels labels) {
        for (int row = 0; row < column.rowCount() && column.isDense(); row++) {
            double value = column.values()[row];
            boolean falls = row > 0 && !(value >= column.values()[row - 1]);
            if (column.isAbsent(row)
                    || SampleValues.isStale(value)
                    || column.isNonDecreasing() && (falls || Double.isNaN(value))) {
                throw new AssertionError("flags of " + labels + " are wrong at row " + row);
            }
        }
    }
}
