package dev.belvedere.promql.evaluation;

import java.util.ArrayList;
import java.util.List;

/// Takes the series of a vector one after the other, so that an aggregation need not wait for all of them.
public interface SeriesSink {

    /// An empty series to fill. May be the same one again once it was accepted.
    StepSeries buffer(int steps);

    /// Takes a series that has samples.
    void accept(StepSeries series);

    /// Takes a series that has samples, with labels that nobody has read yet.
    ///
    /// @param isMetadataDropped whether the metric's name, type and unit are not to be among the series' labels
    default void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
        series.setLabels(labels.get(isMetadataDropped));
        accept(series);
    }

    /// Whether the series of several partitions may go into a sink each, to be joined in the end.
    default boolean isForkable() {
        return false;
    }

    /// A sink for the series of one partition, to be joined with this one when those before it were.
    ///
    /// @param evaluation the partition's own
    /// @param turn lets the fork change this sink before it is joined
    default SeriesSink fork(Evaluation evaluation, PartitionedStream.Turn turn) {
        throw new UnsupportedOperationException("this sink takes series in order only");
    }

    /// Takes over what a fork has taken.
    default void join(SeriesSink fork) {
        throw new UnsupportedOperationException("this sink takes series in order only");
    }

    /// Keeps every series.
    final class Collector implements SeriesSink {

        private final QueryContext context;
        private final List<StepSeries> series = new ArrayList<>();

        public Collector(QueryContext context) {
            this.context = context;
        }

        @Override
        public StepSeries buffer(int steps) {
            return new StepSeries(steps);
        }

        @Override
        public void accept(StepSeries accepted) {
            context.hold(accepted.steps(), accepted.sizeBytes());
            series.add(accepted);
        }

        @Override
        public boolean isForkable() {
            return true;
        }

        @Override
        public SeriesSink fork(Evaluation evaluation, PartitionedStream.Turn turn) {
            return new Collector(evaluation.context());
        }

        @Override
        public void join(SeriesSink fork) {
            series.addAll(((Collector) fork).series);
        }

        public List<StepSeries> series() {
            return series;
        }
    }
}
