package dev.belvedere.tsdb.read;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Goes over the targets of one partition.
public final class TsdbCursor implements SeriesCursor {

    private final Iterator<TargetGroups> targets;
    private final long fromMillis;
    private final long toMillis;
    private final QueryBudget budget;
    private final Deque<GroupSplitter.Part> parts = new ArrayDeque<>();
    private @Nullable IndexView view;
    private @Nullable SeriesGroup current;

    public TsdbCursor(List<TargetGroups> targets, long fromMillis, long toMillis, QueryBudget budget) {
        this.targets = targets.iterator();
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.budget = budget;
    }

    @Override
    public boolean next() {
        current = null;
        while (true) {
            GroupSplitter.Part part = parts.poll();
            IndexView labels = view;
            if (part != null && labels != null) {
                MergedRows rows = new MergedRows(part.chunks(), fromMillis, toMillis);
                if (rows.rows() > 0) {
                    current = new Group(labels, part.series(), rows, budget);
                    return true;
                }
            } else if (targets.hasNext()) {
                budget.check();
                TargetGroups target = targets.next();
                view = target.view();
                parts.addAll(GroupSplitter.split(target.series(), target.chunks()));
            } else {
                return false;
            }
        }
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
    public void close() {
        current = null;
    }

    private record Group(IndexView view, int[] numbers, MergedRows merged, QueryBudget budget) implements SeriesGroup {

        @Override
        public int rowCount() {
            return merged.rows();
        }

        @Override
        public long[] timestamps() {
            return merged.times();
        }

        @Override
        public int seriesCount() {
            return numbers.length;
        }

        @Override
        public Labels labels(int series) {
            return view.labels(numbers[series]);
        }

        @Override
        public void read(int series, SampleColumn into) {
            budget.chargeSamplesRead(merged.rows());
            merged.read(numbers[series], into);
        }
    }
}
