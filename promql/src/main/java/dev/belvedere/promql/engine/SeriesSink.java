package dev.belvedere.promql.engine;

import java.util.ArrayList;
import java.util.List;

/// Takes the series of a vector one after the other, so that an aggregation need not wait for all of them.
interface SeriesSink {

    /// An empty series to fill. May be the same one again once it was accepted.
    StepSeries buffer(int steps);

    /// Takes a series that has samples.
    void accept(StepSeries series);

    /// Takes a series that has samples, with labels that nobody has read yet.
    ///
    /// @param isMetadataDropped whether the metric's name, type and unit are not to be among the series' labels
    default void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
        series.labels = labels.get(isMetadataDropped);
        accept(series);
    }

    /// Keeps every series.
    final class Collector implements SeriesSink {

        private final QueryContext context;
        private final List<StepSeries> series = new ArrayList<>();

        Collector(QueryContext context) {
            this.context = context;
        }

        @Override
        public StepSeries buffer(int steps) {
            return new StepSeries(steps);
        }

        @Override
        public void accept(StepSeries accepted) {
            context.hold(accepted.steps());
            series.add(accepted);
        }

        List<StepSeries> series() {
            return series;
        }
    }
}
