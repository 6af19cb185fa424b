package dev.belvedere.tsdb.read;

import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.chunk.ReadBuffers;
import dev.belvedere.tsdb.index.IndexView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes the groups of a target's samples in a range of time. Used by one thread, and so are the groups.
public final class SampleGroups implements Function<TargetGroups, List<Supplier<SeriesGroup>>> {

    private final long fromMillis;
    private final long toMillis;
    private final QueryBudget budget;
    private final ReadBuffers buffers = new ReadBuffers();

    /// @param toMillis inclusive
    public SampleGroups(long fromMillis, long toMillis, QueryBudget budget) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.budget = budget;
    }

    @Override
    public List<Supplier<SeriesGroup>> apply(TargetGroups target) {
        List<Supplier<SeriesGroup>> groups = new ArrayList<>();
        for (GroupSplitter.Part part : GroupSplitter.split(target.series(), target.chunks())) {
            groups.add(new Unread(this, target.view(), part));
        }
        return groups;
    }

    /// A group that is opened when somebody comes to it.
    private record Unread(SampleGroups groups, IndexView view, GroupSplitter.Part part)
            implements Supplier<SeriesGroup> {

        @Override
        public SeriesGroup get() {
            MergedRows merged = new MergedRows(part.chunks(), groups.fromMillis, groups.toMillis, groups.buffers);
            return new Group(view, part.series(), merged, groups.budget);
        }
    }

    private record Group(IndexView view, int[] numbers, MergedRows merged, QueryBudget budget) implements IndexedGroup {

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
        public int number(int series) {
            return numbers[series];
        }

        @Override
        public void read(int series, SampleColumn into) {
            budget.chargeSamplesRead(merged.rows());
            merged.read(numbers[series], into);
        }
    }
}
