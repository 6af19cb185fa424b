package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The newest exemplars of a tenant, so many and no more; the one that came first goes first. Not durable, as in
/// Prometheus: an exemplar is of use while its trace is looked for. Safe from any thread.
final class ExemplarRing {

    private record Kept(Labels series, Exemplar exemplar) {}

    @GuardedBy("this")
    private final Deque<Kept> exemplars = new ArrayDeque<>();

    /// The last one added of each series that has any here.
    @GuardedBy("this")
    private final Map<Labels, Kept> newest = new HashMap<>();

    @GuardedBy("this")
    private long capacity;

    ExemplarRing(long capacity) {
        this.capacity = capacity;
    }

    /// @param newCapacity how many are kept from now on; 0 or less for none
    synchronized void limit(long newCapacity) {
        capacity = newCapacity;
        trim();
    }

    @GuardedBy("this")
    private void trim() {
        while (exemplars.size() > Math.max(0, capacity)) {
            Kept oldest = exemplars.removeFirst();
            newest.computeIfPresent(oldest.series(), (series, last) -> last == oldest ? null : last);
        }
    }

    /// Keeps an exemplar, unless its labels are longer than OpenMetrics allows. One that is the same as the last of its
    /// series takes no room: targets show it at every scrape until there is another.
    ///
    /// @return whether it is kept
    synchronized boolean add(Labels series, Exemplar exemplar) {
        if (capacity <= 0 || isTooLong(exemplar)) {
            return false;
        }
        Kept last = newest.get(series);
        if (last != null && last.exemplar().equals(exemplar)) {
            return true;
        }
        Kept added = new Kept(series, exemplar);
        exemplars.addLast(added);
        newest.put(series, added);
        trim();
        return true;
    }

    static boolean isTooLong(Exemplar exemplar) {
        return characters(exemplar.labels()) > Exemplar.MAX_LABEL_CHARACTERS;
    }

    private static int characters(Labels labels) {
        int count = 0;
        for (int i = 0; i < labels.size(); i++) {
            count += labels.name(i).codePointCount(0, labels.name(i).length());
            count += labels.value(i).codePointCount(0, labels.value(i).length());
        }
        return count;
    }

    synchronized int size() {
        return exemplars.size();
    }

    /// Those of matching series, in the order of time, none twice.
    synchronized Map<Labels, List<Exemplar>> find(List<LabelMatcher> matchers, TimeRange range) {
        Map<Labels, List<Exemplar>> found = new TreeMap<>();
        for (Kept kept : exemplars) {
            if (range.contains(kept.exemplar().timestampMillis())
                    && matchers.stream().allMatch(m -> m.matches(kept.series()))) {
                found.computeIfAbsent(kept.series(), key -> new ArrayList<>()).add(kept.exemplar());
            }
        }
        // A sender that repeats a request, or a target that shows the same one at every scrape, adds nothing.
        found.replaceAll((series, each) -> each.stream()
                .distinct()
                .sorted(Comparator.comparingLong(Exemplar::timestampMillis))
                .toList());
        return found;
    }
}
