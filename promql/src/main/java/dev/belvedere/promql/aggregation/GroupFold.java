package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.PartitionedStream;
import dev.belvedere.promql.evaluation.SeriesLabels;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Adds each series to its group as it comes.
///
/// A fork has the groups of one partition, which are added to those of the whole in the end. Sums of histograms depend
/// on the order of their terms by more than their last digits: a fork that meets one waits for its turn and goes on
/// in the whole.
final class GroupFold implements SeriesSink {

    private static final class Group {
        final Labels labels;
        final Aggregation.Accumulator accumulator;
        boolean isNameDropped;

        Group(Labels labels, Aggregation.Accumulator accumulator) {
            this.labels = labels;
            this.accumulator = accumulator;
        }
    }

    /// What a group keeps of a step besides its value: compensations, counts, the result.
    private static final int STATE_BYTES = 24;

    private record Fork(GroupFold whole, PartitionedStream.Turn turn) {}

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final Supplier<Aggregation.Accumulator> accumulators;
    private final boolean isForkable;
    private final GroupFinder<Group> groups;
    private final StepSeries buffer;

    /// Absent in the whole.
    private final @Nullable Fork fork;

    /// Whether this fork is joined already and adds to the whole.
    private boolean isJoined;

    private GroupFold(
            Evaluation evaluation,
            AggregateExpr expr,
            Supplier<Aggregation.Accumulator> accumulators,
            boolean isForkable,
            @Nullable Fork fork) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.accumulators = accumulators;
        this.isForkable = isForkable;
        this.fork = fork;
        this.groups = new GroupFinder<>(expr, this::begin);
        this.buffer = new StepSeries(evaluation.steps());
    }

    /// For series in their order.
    static GroupFold inOrder(
            Evaluation evaluation, AggregateExpr expr, Supplier<Aggregation.Accumulator> accumulators) {
        return new GroupFold(evaluation, expr, accumulators, false, null);
    }

    /// For series in any order, those of several partitions side by side.
    static GroupFold ofPartitions(Evaluation evaluation, AggregateExpr expr) {
        return new GroupFold(evaluation, expr, () -> Aggregation.accumulator(evaluation, expr), true, null);
    }

    private Group begin(Labels labels) {
        evaluation
                .context()
                .hold(
                        evaluation.steps(),
                        StepSeries.sizeBytes(evaluation.steps()) + (long) STATE_BYTES * evaluation.steps());
        return new Group(labels, accumulators.get());
    }

    @Override
    public StepSeries buffer(int steps) {
        buffer.clear();
        return buffer;
    }

    @Override
    public void accept(StepSeries series) {
        add(series, foldOf(series).groups.find(series.labels()));
    }

    @Override
    public void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
        if (series.hasHistograms()) {
            // Remarks on histograms tell the metric's name.
            series.setLabels(labels.get(isMetadataDropped));
        }
        add(series, foldOf(series).groups.find(labels, isMetadataDropped));
    }

    private static void add(StepSeries series, Group group) {
        group.isNameDropped |= series.isNameDropped();
        group.accumulator.add(series);
    }

    /// Where a series is to be added.
    private GroupFold foldOf(StepSeries series) {
        Fork own = fork;
        if (own == null) {
            return this;
        }
        boolean isOrdered = expr.op() == AggregateOp.SUM || expr.op() == AggregateOp.AVG;
        if (!isJoined && isOrdered && series.hasHistograms()) {
            own.turn.await();
            own.whole.add(this);
            isJoined = true;
        }
        return isJoined ? own.whole : this;
    }

    @Override
    public boolean isForkable() {
        return isForkable;
    }

    @Override
    public SeriesSink fork(Evaluation forked, PartitionedStream.Turn turn) {
        return new GroupFold(forked, expr, () -> Aggregation.accumulator(forked, expr), false, new Fork(this, turn));
    }

    @Override
    public void join(SeriesSink sink) {
        GroupFold other = (GroupFold) sink;
        if (!other.isJoined) {
            add(other);
        }
    }

    private void add(GroupFold other) {
        for (Group later : other.groups.groups()) {
            Group group = groups.ofGroupLabels(later.labels);
            group.isNameDropped |= later.isNameDropped;
            group.accumulator.join(later.accumulator);
        }
    }

    List<StepSeries> results() {
        List<StepSeries> results = new ArrayList<>(groups.groups().size());
        for (Group group : groups.groups()) {
            double[] room = group.accumulator.room(evaluation.steps());
            StepSeries result = new StepSeries(group.labels, group.isNameDropped, room);
            group.accumulator.finish(result);
            if (!result.isEmpty()) {
                results.add(result);
            }
        }
        return results;
    }
}
