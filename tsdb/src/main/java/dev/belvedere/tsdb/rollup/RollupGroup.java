package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.Definitions;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import java.util.Optional;

/// A group of rows some of which are downsampled windows.
interface RollupGroup extends SeriesGroup {

    IndexView view();

    AggregateRows rows();

    RollupGroups.Wanted wanted();

    @Override
    default int rowCount() {
        return rows().rowCount();
    }

    @Override
    default long[] timestamps() {
        return rows().times();
    }

    @Override
    default int seriesCount() {
        return rows().series().length;
    }

    @Override
    default Labels labels(int series) {
        return view().labels(rows().series()[series]);
    }

    @Override
    default Optional<Definitions> definitions() {
        return Optional.of(view());
    }

    @Override
    default int definition(int series) {
        return view().definitionOf(rows().series()[series]);
    }

    @Override
    default Labels targetLabels() {
        return view().labelsOf(view().targetOf(rows().series()[0]));
    }

    @Override
    default long resolutionMillis() {
        return wanted().resolutionMillis();
    }
}
