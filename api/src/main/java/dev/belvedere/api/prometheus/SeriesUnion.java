package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Asks the store for series, names or values that fit any of several sets of conditions.
///
/// @param limit of what each set finds; 0 for all
record SeriesUnion(PrometheusParts parts, List<List<LabelMatcher>> sets, TimeRange range, int limit) {

    /// @param warnings what the store knows to be missing
    record Found<T>(List<T> all, List<String> warnings) {}

    /// Asks for one set of conditions.
    interface Lookup<T> {
        List<T> find(MetricQuerier querier, List<LabelMatcher> matchers, TimeRange range, int limit);
    }

    /// What an entry of a sorted set costs besides its text.
    private static final int ENTRY_BYTES = 64;

    /// @param order the store's own
    <T> Found<T> find(Call call, QueryBudget budget, Comparator<T> order, Lookup<T> lookup) {
        try (MetricQuerier querier = parts.store().querier(parts.tenants().tenant(call), budget)) {
            if (sets.size() <= 1) {
                List<T> found = lookup.find(querier, sets.isEmpty() ? List.of() : sets.getFirst(), range, limit);
                return new Found<>(found, querier.warnings());
            }
            TreeSet<T> all = new TreeSet<>(order);
            for (List<LabelMatcher> matchers : sets) {
                List<T> found = lookup.find(querier, matchers, range, limit);
                budget.holdBytes((long) ENTRY_BYTES * found.size());
                all.addAll(found);
            }
            return new Found<>(new ArrayList<>(all), querier.warnings());
        }
    }
}
