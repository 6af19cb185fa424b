package dev.belvedere.storage.memory;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Works on views of the series, so that it needs no lock.
record MemoryQuerier(List<MemorySeries.View> series, Map<String, MetricMetadata> metadata, QueryBudget budget)
        implements MetricQuerier {

    private Stream<MemorySeries.View> matching(List<LabelMatcher> matchers, TimeRange range) {
        return series.stream()
                .filter(s -> matchers.stream().allMatch(m -> m.matches(s.labels())))
                .filter(s -> s.hasSamplesIn(range));
    }

    @Override
    public List<SeriesCursor> select(SelectRequest request) {
        TimeRange range = new TimeRange(request.startMillis(), request.endMillis());
        return List.of(new MemoryCursor(matching(request.matchers(), range).iterator(), request, budget));
    }

    @Override
    public List<Labels> series(List<LabelMatcher> matchers, TimeRange range, int limit) {
        return limited(matching(matchers, range).map(MemorySeries.View::labels).sorted(), limit);
    }

    @Override
    public List<String> labelNames(List<LabelMatcher> matchers, TimeRange range, int limit) {
        TreeSet<String> names = new TreeSet<>(Labels::compareUtf8);
        matching(matchers, range).forEach(s -> s.labels().forEach((name, value) -> names.add(name)));
        return limited(names.stream(), limit);
    }

    @Override
    public List<String> labelValues(String name, List<LabelMatcher> matchers, TimeRange range, int limit) {
        TreeSet<String> values = new TreeSet<>(Labels::compareUtf8);
        matching(matchers, range)
                .map(s -> s.labels().get(name))
                .filter(v -> !v.isEmpty())
                .forEach(values::add);
        return limited(values.stream(), limit);
    }

    private static <T> List<T> limited(Stream<T> all, int limit) {
        return (limit > 0 ? all.limit(limit) : all).toList();
    }

    @Override
    public Map<Labels, List<Exemplar>> exemplars(List<LabelMatcher> matchers, TimeRange range) {
        Map<Labels, List<Exemplar>> result = new TreeMap<>();
        for (MemorySeries.View one : series) {
            List<Exemplar> inRange = one.exemplars().stream()
                    .filter(e -> range.contains(e.timestampMillis()))
                    .toList();
            if (!inRange.isEmpty() && matchers.stream().allMatch(m -> m.matches(one.labels()))) {
                result.put(one.labels(), inRange);
            }
        }
        return result;
    }

    @Override
    public void close() {}
}
