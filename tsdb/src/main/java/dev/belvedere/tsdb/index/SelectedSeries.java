package dev.belvedere.tsdb.index;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The series that a list of matchers selects, and their labels in order once somebody has asked for them. May be used
/// by several threads at once.
public final class SelectedSeries {

    /// Selections of more are found anew each time.
    private static final int MAX_KEPT = 8192;

    /// The labels of more are made anew each time: a set takes some hundred bytes.
    private static final int MAX_KEPT_LABELS = 512;

    /// All series by number, in the order of their labels.
    private record InOrder(int[] series, List<Labels> labels) {}

    private record Labelled(int series, Labels labels) {}

    private final List<Selector.Selected> targets;
    private final int count;

    @GuardedBy("this")
    private @Nullable InOrder inOrder;

    SelectedSeries(List<Selector.Selected> targets) {
        this.targets = targets;
        int sum = 0;
        for (Selector.Selected target : targets) {
            sum += target.series().size();
        }
        this.count = sum;
    }

    /// By target. Neither the list nor what it has is to be changed.
    public List<Selector.Selected> targets() {
        return targets;
    }

    boolean isKept() {
        return count <= MAX_KEPT;
    }

    /// Whether [#labels] is there for these: they are few.
    public boolean hasLabels() {
        return count <= MAX_KEPT_LABELS;
    }

    /// The labels of some of the series, in order. Made and sorted once, and always the same list if all are wanted.
    ///
    /// @param view of the index as it was when these were selected
    /// @param among the numbers of those wanted
    /// @return not to be changed
    public List<Labels> labels(IndexView view, BitSet among) {
        InOrder all = inOrder(view);
        int wanted = 0;
        for (int series : all.series()) {
            wanted += among.get(series) ? 1 : 0;
        }
        if (wanted == count) {
            return all.labels();
        }
        List<Labels> found = new ArrayList<>(wanted);
        for (int i = 0; i < count; i++) {
            if (among.get(all.series()[i])) {
                found.add(all.labels().get(i));
            }
        }
        return found;
    }

    private synchronized InOrder inOrder(IndexView view) {
        InOrder known = inOrder;
        if (known == null) {
            known = sorted(view);
            inOrder = known;
        }
        return known;
    }

    private InOrder sorted(IndexView view) {
        List<Labelled> all = new ArrayList<>(count);
        for (Selector.Selected target : targets) {
            for (int i = 0; i < target.series().size(); i++) {
                int series = target.series().getInt(i);
                all.add(new Labelled(series, view.labels(series)));
            }
        }
        all.sort(Comparator.comparing(Labelled::labels));
        int[] series = new int[count];
        List<Labels> labels = new ArrayList<>(count);
        for (Labelled each : all) {
            series[labels.size()] = each.series();
            labels.add(each.labels());
        }
        return new InOrder(series, labels);
    }
}
