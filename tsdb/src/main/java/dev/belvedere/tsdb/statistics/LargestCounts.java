package dev.belvedere.tsdb.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// So many of the largest of any number of counts, those of one count by name. Used by one thread.
final class LargestCounts {

    private record Named(String name, long count) {
        static final Comparator<Named> LARGEST_FIRST =
                Comparator.comparingLong(Named::count).reversed().thenComparing(Named::name);
    }

    private final int size;

    /// The one that goes next is the first.
    private final PriorityQueue<Named> kept = new PriorityQueue<>(Named.LARGEST_FIRST.reversed());

    LargestCounts(int size) {
        this.size = size;
    }

    void add(String name, long count) {
        kept.add(new Named(name, count));
        if (kept.size() > size) {
            kept.remove();
        }
    }

    /// The largest first.
    Map<String, Long> toMap() {
        List<Named> sorted = new ArrayList<>(kept);
        sorted.sort(Named.LARGEST_FIRST);
        Map<String, Long> largest = new LinkedHashMap<>();
        sorted.forEach(each -> largest.put(each.name(), each.count()));
        return largest;
    }
}
