package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.LinkedHashMap;
import java.util.List;

/// What the lists of matchers asked for last select, because dashboards, rules and people ask again, while series come
/// and go far less often.
///
/// Holds within one version of the index. Takes 1.4 MB at most: so many selections of 8,192 numbers each, and of 512
/// label sets. Guarded by the owner of the index.
final class RecentSelections {

    static final int MAX = 16;

    private final SeriesIndex index;

    /// That of the index when these were found.
    private long version;

    private final LinkedHashMap<List<LabelMatcher>, SelectedSeries> selections = new LinkedHashMap<>(16, 0.75f, true);

    RecentSelections(SeriesIndex index) {
        this.index = index;
    }

    SelectedSeries get(List<LabelMatcher> matchers) {
        if (version != index.version()) {
            version = index.version();
            selections.clear();
        }
        SelectedSeries known = selections.get(matchers);
        if (known != null) {
            return known;
        }
        SelectedSeries found = new SelectedSeries(new Selector(index, matchers).select());
        if (found.isKept()) {
            if (selections.size() == MAX) {
                selections.pollFirstEntry();
            }
            selections.put(List.copyOf(matchers), found);
        }
        return found;
    }
}
