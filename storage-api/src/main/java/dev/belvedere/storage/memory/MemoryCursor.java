package dev.belvedere.storage.memory;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.Definitions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Hands out series one by one, each as a group of its own, and of each no more samples than are asked for.
final class MemoryCursor implements SeriesCursor {

    private final Iterator<MemorySeries.View> series;
    private final SelectRequest request;
    private final QueryBudget budget;
    private final NumberedDefinitions definitions = new NumberedDefinitions();
    private @Nullable SeriesGroup current;

    MemoryCursor(Iterator<MemorySeries.View> series, SelectRequest request, QueryBudget budget) {
        this.series = series;
        this.request = request;
        this.budget = budget;
    }

    @Override
    public boolean next() {
        if (!series.hasNext()) {
            return false;
        }
        budget.check();
        MemorySeries.View next = series.next();
        int from = next.rowFrom(request.startMillis());
        int to = request.endMillis() == Long.MAX_VALUE ? next.size() : next.rowFrom(request.endMillis() + 1);
        if (request.need() == SelectRequest.Need.LAST_SAMPLE) {
            from = Math.max(from, to - 1);
        }
        budget.chargeSamplesRead(to - from);
        current = new Group(next, from, Arrays.copyOfRange(next.times(), from, to), definitions);
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

    /// Numbers the labels besides `job` and `instance` in the order in which they are asked for.
    private static final class NumberedDefinitions implements Definitions {

        private static final List<String> OF_TARGETS = List.of("instance", "job");

        private final Map<Labels, Integer> numbers = new HashMap<>();
        private final List<Labels> labels = new ArrayList<>();

        int numberOf(Labels all) {
            return numbers.computeIfAbsent(all.without(OF_TARGETS), definition -> {
                labels.add(definition);
                return labels.size() - 1;
            });
        }

        @Override
        public Labels labelsOf(int definition, Predicate<String> isWanted) {
            return labels.get(definition).filter(isWanted);
        }

        @Override
        public boolean isOfTargets(String name) {
            return OF_TARGETS.contains(name);
        }

        @Override
        public boolean mayHave(String labelName) {
            return true;
        }
    }

    /// @param from the first row of the series that belongs to the group
    private record Group(MemorySeries.View series, int from, long[] timestamps, NumberedDefinitions numbered)
            implements SeriesGroup {

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
        public Optional<Definitions> definitions() {
            return Optional.of(numbered);
        }

        @Override
        public int definition(int index) {
            return numbered.numberOf(series.labels());
        }

        @Override
        public Labels targetLabels() {
            return series.labels().only(NumberedDefinitions.OF_TARGETS);
        }

        @Override
        public void read(int index, SampleColumn into) {
            into.reset(timestamps.length);
            System.arraycopy(series.values(), from, into.values(), 0, timestamps.length);
            boolean isDense = true;
            boolean isNonDecreasing = true;
            double previous = Double.NEGATIVE_INFINITY;
            for (int row = 0; row < timestamps.length; row++) {
                NativeHistogram histogram = series.histograms()[from + row];
                double value = series.values()[from + row];
                if (histogram != null) {
                    into.setHistogram(row, histogram);
                }
                if (series.starts()[from + row] != MetricAppender.NO_START) {
                    into.setStartTimestamp(row, series.starts()[from + row]);
                }
                isDense &= histogram == null && !SampleValues.isStale(value);
                isNonDecreasing &= value >= previous;
                previous = value;
            }
            if (isDense) {
                into.markDense(isNonDecreasing);
            }
        }
    }
}
