package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The names or values of several partitions as one list, each once and in UTF-8 order.
///
/// Partitions hand out the same lists again while nothing comes or goes ([SeriesPresence]); then the list that was made
/// of them is handed out again, too. Safe from any thread.
final class MergedTexts {

    /// So many lists are kept, the last that were made.
    private static final int MAX_KEPT = 8;

    /// A list of more texts is not kept. One of as many takes 64 KiB; the texts are the index's.
    static final int MAX_TEXTS = 1 << 14;

    private record Merge(List<List<String>> parts, List<String> all) {

        @SuppressWarnings("ReferenceEquality") // equal lists that are not the same take as long to compare as to merge
        boolean isOf(List<List<String>> others) {
            boolean isSame = parts.size() == others.size();
            for (int i = 0; isSame && i < parts.size(); i++) {
                isSame = parts.get(i) == others.get(i);
            }
            return isSame;
        }
    }

    /// The newest first.
    @GuardedBy("this")
    private final ArrayDeque<Merge> kept = new ArrayDeque<>(MAX_KEPT);

    /// @param parts each in order, without a text twice; not changed any more
    /// @return unmodifiable
    List<String> of(List<List<String>> parts) {
        List<String> known = find(parts);
        if (known != null) {
            return known;
        }
        List<String> merged = List.of();
        for (List<String> part : parts) {
            merged = merged(merged, part);
        }
        List<String> all = Collections.unmodifiableList(merged);
        keep(new Merge(parts, all));
        return all;
    }

    private synchronized @Nullable List<String> find(List<List<String>> parts) {
        for (Merge merge : kept) {
            if (merge.isOf(parts)) {
                return merge.all();
            }
        }
        return null;
    }

    private synchronized void keep(Merge merge) {
        if (merge.all().size() > MAX_TEXTS) {
            return;
        }
        if (kept.size() == MAX_KEPT) {
            kept.removeLast();
        }
        kept.addFirst(merge);
    }

    private static List<String> merged(List<String> some, List<String> more) {
        List<String> result = new ArrayList<>(some.size() + more.size());
        int m = 0;
        for (String text : some) {
            int order = 1;
            while (m < more.size() && (order = compare(more.get(m), text)) < 0) {
                result.add(more.get(m++));
            }
            m += m < more.size() && order == 0 ? 1 : 0;
            result.add(text);
        }
        result.addAll(more.subList(m, more.size()));
        return result;
    }

    /// Most texts of one partition are those of the others.
    private static int compare(String a, String b) {
        return a.equals(b) ? 0 : Labels.compareUtf8(a, b);
    }
}
