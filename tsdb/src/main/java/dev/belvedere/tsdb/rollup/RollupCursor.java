package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Goes over the targets of one partition where some of what is selected is downsampled.
public final class RollupCursor implements SeriesCursor {

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

    private final Iterator<TargetSources> targets;
    private final Wanted wanted;
    private final Deque<AggregateRows> parts = new ArrayDeque<>();
    private @Nullable IndexView view;
    private @Nullable SeriesGroup current;

    public RollupCursor(List<TargetSources> targets, Wanted wanted) {
        this.targets = targets.iterator();
        this.wanted = wanted;
    }

    @Override
    public boolean next() {
        current = null;
        while (true) {
            AggregateRows part = parts.poll();
            IndexView labels = view;
            if (part != null && labels != null) {
                if (part.rowCount() > 0) {
                    current = group(labels, part);
                    return true;
                }
            } else if (targets.hasNext()) {
                wanted.budget().check();
                TargetSources target = targets.next();
                view = target.view();
                parts.addAll(
                        AggregateRows.split(target.series(), target.sources(), firstRowMillis(), wanted.toMillis()));
            } else {
                return false;
            }
        }
    }

    /// A moment is answered from the window before it.
    private long firstRowMillis() {
        long from = wanted.fromMillis();
        boolean isMoment = wanted.folding().use() == Folding.Use.LAST && !wanted.isExact();
        return isMoment && from >= Long.MIN_VALUE + wanted.resolutionMillis() ? from - wanted.resolutionMillis() : from;
    }

    private SeriesGroup group(IndexView labels, AggregateRows rows) {
        return switch (wanted.folding().use()) {
            case LAST -> new MomentGroup(labels, rows, wanted);
            case COUNT, AVERAGE, INCREASE -> new WindowGroup(labels, rows, wanted);
            case SUM -> new SampleGroup(labels, rows, Aggregate.SUM, wanted);
            case MIN -> new SampleGroup(labels, rows, Aggregate.MIN, wanted);
            case MAX -> new SampleGroup(labels, rows, Aggregate.MAX, wanted);
            case SAMPLES, LAST_OF_RANGE -> new SampleGroup(labels, rows, null, wanted);
        };
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

    /// One aggregate, handed out as samples.
    ///
    /// @param aggregate absent for samples and the last of each window
    private record SampleGroup(
            IndexView view, AggregateRows rows, @Nullable Aggregate aggregate, Wanted wanted) implements SeriesGroup {

        @Override
        public int rowCount() {
            return rows.rowCount();
        }

        @Override
        public long[] timestamps() {
            return rows.times();
        }

        @Override
        public int seriesCount() {
            return rows.series().length;
        }

        @Override
        public Labels labels(int series) {
            return view.labels(rows.series()[series]);
        }

        @Override
        public void read(int series, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            if (aggregate == null) {
                rows.readSamples(rows.series()[series], into);
            } else {
                rows.read(rows.series()[series], aggregate, into);
            }
        }

        @Override
        public long resolutionMillis() {
            return wanted.resolutionMillis();
        }
    }

    /// Windows with all their aggregates.
    private record WindowGroup(IndexView view, AggregateRows rows, Wanted wanted) implements SeriesGroup {

        @Override
        public int rowCount() {
            return rows.rowCount();
        }

        @Override
        public long[] timestamps() {
            return rows.times();
        }

        @Override
        public int seriesCount() {
            return rows.series().length;
        }

        @Override
        public Labels labels(int series) {
            return view.labels(rows.series()[series]);
        }

        @Override
        public void read(int series, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            rows.readSamples(rows.series()[series], into);
        }

        @Override
        public long resolutionMillis() {
            return wanted.resolutionMillis();
        }

        @Override
        public void read(int series, Aggregate aggregate, SampleColumn into) {
            wanted.budget().chargeSamplesRead(rowCount());
            rows.read(rows.series()[series], aggregate, into);
        }
    }
}
