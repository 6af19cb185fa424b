package dev.belvedere.tsdb.read;

import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Goes over the targets of one partition, and over the groups of each, which are made when they are reached.
///
/// @param <T> some series of one target, and where their samples are
public final class TargetCursor<T> implements SeriesCursor {

    private final List<T> targets;
    private final Function<T, List<Supplier<SeriesGroup>>> split;
    private final QueryBudget budget;
    private final long seriesCount;
    private int nextTarget;
    private List<Supplier<SeriesGroup>> groups = List.of();
    private int nextGroup;
    private @Nullable SeriesGroup current;

    /// @param split the groups of a target; those without rows are passed over
    /// @param seriesCount of all targets
    public TargetCursor(
            List<T> targets, Function<T, List<Supplier<SeriesGroup>>> split, long seriesCount, QueryBudget budget) {
        this.targets = targets;
        this.split = split;
        this.budget = budget;
        this.seriesCount = seriesCount;
    }

    @Override
    public boolean next() {
        current = null;
        while (true) {
            while (nextGroup < groups.size()) {
                SeriesGroup group = groups.get(nextGroup++).get();
                if (group.rowCount() > 0) {
                    current = group;
                    return true;
                }
            }
            if (nextTarget == targets.size()) {
                return false;
            }
            budget.check();
            groups = split.apply(targets.get(nextTarget++));
            nextGroup = 0;
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
    public long seriesCount() {
        return seriesCount;
    }

    @Override
    public void close() {
        current = null;
    }
}
