package dev.belvedere.tsdb.read;

import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes the groups of a target's samples in a range of time.
public record SampleGroups(long fromMillis, long toMillis, QueryBudget budget)
        implements Function<TargetGroups, List<Supplier<SeriesGroup>>> {

    @Override
    public List<Supplier<SeriesGroup>> apply(TargetGroups target) {
        List<Supplier<SeriesGroup>> groups = new ArrayList<>();
        for (GroupSplitter.Part part : GroupSplitter.split(target.series(), target.chunks())) {
            groups.add(() -> group(target.view(), part));
        }
        return groups;
    }

    private SeriesGroup group(IndexView view, GroupSplitter.Part part) {
        return new Group(view, part.series(), new MergedRows(part.chunks(), fromMillis, toMillis), budget);
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
