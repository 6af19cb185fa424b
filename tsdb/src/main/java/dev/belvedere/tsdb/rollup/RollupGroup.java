package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;

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
    default long resolutionMillis() {
        return wanted().resolutionMillis();
    }
}
