package dev.belvedere.tsdb.rollup;

import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the groups of a target where some of what is selected is downsampled.
public record RollupGroups(Wanted wanted) implements Function<RollupGroups.TargetSources, List<Supplier<SeriesGroup>>> {

    /// Some series of one target, and where their samples and windows are.
    public record TargetSources(IndexView view, IntArrayList series, List<Source> sources) {}

    /// What is asked for.
    ///
    /// @param resolutionMillis of the widest window among the sources
    /// @param isExact whether windows end where the query's do
    public record Wanted(
            Folding folding,
            long fromMillis,
            long toMillis,
            long resolutionMillis,
            boolean isExact,
            QueryBudget budget) {}

    @Override
    public List<Supplier<SeriesGroup>> apply(TargetSources target) {
        List<Supplier<SeriesGroup>> groups = new ArrayList<>();
        for (AggregateRows rows :
                AggregateRows.split(target.series(), target.sources(), firstRowMillis(), wanted.toMillis())) {
            if (rows.rowCount() > 0) {
                groups.add(() -> group(target.view(), rows));
            }
        }
        return groups;
    }

    /// A moment is answered from the window before it.
    private long firstRowMillis() {
        long from = wanted.fromMillis();
        boolean isMoment = wanted.folding().use() == Folding.Use.LAST && !wanted.isExact();
        return isMoment && from >= Long.MIN_VALUE + wanted.resolutionMillis() ? from - wanted.resolutionMillis() : from;
    }

    private SeriesGroup group(IndexView view, AggregateRows rows) {
        return switch (wanted.folding().use()) {
            case LAST -> new MomentGroup(view, rows, wanted);
            case COUNT, AVERAGE, INCREASE -> new WindowGroup(view, rows, wanted);
            case SUM -> new SampleGroup(view, rows, Aggregate.SUM, wanted);
            case MIN -> new SampleGroup(view, rows, Aggregate.MIN, wanted);
            case MAX -> new SampleGroup(view, rows, Aggregate.MAX, wanted);
            case SAMPLES, LAST_OF_RANGE -> new SampleGroup(view, rows, null, wanted);
        };
    }

    /// One aggregate, handed out as samples.
    ///
    /// @param aggregate absent for samples and the last of each window
    private record SampleGroup(
            IndexView view, AggregateRows rows, @Nullable Aggregate aggregate, Wanted wanted) implements RollupGroup {

        @Override
        public void read(int series, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            if (aggregate == null) {
                rows.readSamples(rows.series()[series], into);
            } else {
                rows.read(rows.series()[series], aggregate, into);
            }
        }
    }

    /// Windows with all their aggregates.
    private record WindowGroup(IndexView view, AggregateRows rows, Wanted wanted) implements RollupGroup {

        @Override
        public void read(int series, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            rows.readSamples(rows.series()[series], into);
        }

        @Override
        public void read(int series, Aggregate aggregate, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            rows.read(rows.series()[series], aggregate, into);
        }
    }
}
