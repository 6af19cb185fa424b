package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The names, values or label sets of several partitions as one list, each once and in order.
///
/// Partitions hand out the same lists again while nothing comes or goes ([SeriesPresence], [SelectedSeries]); then the
/// list that was made of them is handed out again, too. Safe from any thread.
final class MergedLists<T> {

    /// So many lists are kept, the last that were made.
    private static final int MAX_KEPT = 8;

    /// A longer list is not kept. One of as many takes 64 KiB; what it has is the index's.
    static final int MAX_SIZE = 1 << 14;

    private final Comparator<T> order;

    private record Merge<T>(List<List<T>> parts, List<T> all) {

        @SuppressWarnings("ReferenceEquality") // equal lists that are not the same take as long to compare as to merge
        boolean isOf(List<List<T>> others) {
            boolean isSame = parts.size() == others.size();
            for (int i = 0; isSame && i < parts.size(); i++) {
                isSame = parts.get(i) == others.get(i);
            }
            return isSame;
        }
    }

    /// The newest first.
    @GuardedBy("this")
    private final ArrayDeque<Merge<T>> kept = new ArrayDeque<>(MAX_KEPT);

    /// @param order of all lists; compares as equal what is equal
    MergedLists(Comparator<T> order) {
        this.order = order;
    }

    /// @param parts each in order, nothing twice; not changed any more
    /// @return unmodifiable
    List<T> of(List<List<T>> parts) {
        List<T> known = find(parts);
        if (known != null) {
            return known;
        }
        ArrayDeque<List<T>> rest = new ArrayDeque<>(parts);
        while (rest.size() > 1) {
            rest.add(merged(rest.remove(), rest.remove()));
        }
        List<T> all = rest.isEmpty() ? List.of() : Collections.unmodifiableList(rest.remove());
        keep(new Merge<>(parts, all));
        return all;
    }

    private synchronized @Nullable List<T> find(List<List<T>> parts) {
        for (Merge<T> merge : kept) {
            if (merge.isOf(parts)) {
                return merge.all();
            }
        }
        return null;
    }

    private synchronized void keep(Merge<T> merge) {
        if (merge.all().size() > MAX_SIZE) {
            return;
        }
        if (kept.size() == MAX_KEPT) {
            kept.removeLast();
        }
        kept.addFirst(merge);
    }

    private List<T> merged(List<T> some, List<T> more) {
        List<T> result = new ArrayList<>(some.size() + more.size());
        int m = 0;
        for (T element : some) {
            int comparison = 1;
            while (m < more.size() && (comparison = compare(more.get(m), element)) < 0) {
                result.add(more.get(m++));
            }
            m += m < more.size() && comparison == 0 ? 1 : 0;
            result.add(element);
        }
        result.addAll(more.subList(m, more.size()));
        return result;
    }

    /// Most texts of one partition are those of the others.
    private int compare(T a, T b) {
        return a.equals(b) ? 0 : order.compare(a, b);
    }
}
