package dev.belvedere.tsdb.rollup;

import dev.belvedere.tsdb.read.IndexedGroup;

/// A group of rows some of which are downsampled windows.
interface RollupGroup extends IndexedGroup {

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
    default int number(int series) {
        return rows().series()[series];
    }

    @Override
    default long resolutionMillis() {
        return wanted().resolutionMillis();
    }
}
