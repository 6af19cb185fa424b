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
        List<GroupSplitter.Part> parts = GroupSplitter.split(target.series(), target.chunks());
        List<Supplier<SeriesGroup>> groups = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            groups.add(new Unread(this, target.view(), parts.get(i)));
        }
        return groups;
    }

    /// A group that is opened when somebody comes to it.
    private record Unread(SampleGroups groups, IndexView view, GroupSplitter.Part part)
            implements Supplier<SeriesGroup> {

        @Override
        public SeriesGroup get() {
            MergedRows merged = new MergedRows(part.chunks(), groups.fromMillis, groups.toMillis, groups.buffers);
            groups.budget.chargeSamplesRead((long) merged.rows() * part.series().length);
            return new Group(view, part.series(), merged, groups.budget);
        }
    }

    /// Its samples were charged when it was opened: to do so for each series costs as much as to read some rows.
    private static final class Group implements IndexedGroup {

        /// After so many rows of all series the budget is checked: some ten microseconds. So few that a warm-up comes
        /// here too, or compiled code would be thrown away when the first large query does.
        private static final int ROWS_PER_CHECK = 1 << 13;

        private final IndexView view;
        private final int[] numbers;
        private final MergedRows merged;
        private final QueryBudget budget;
        private int uncheckedRows;

        Group(IndexView view, int[] numbers, MergedRows merged, QueryBudget budget) {
            this.view = view;
            this.numbers = numbers;
            this.merged = merged;
            this.budget = budget;
        }

        @Override
        public IndexView view() {
            return view;
        }

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
            uncheckedRows += merged.rows();
            if (uncheckedRows > ROWS_PER_CHECK) {
                uncheckedRows = 0;
                budget.check();
            }
            merged.read(numbers[series], into);
        }
    }
}
