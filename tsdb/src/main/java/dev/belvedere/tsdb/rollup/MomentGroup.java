package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.index.IndexView;

/// The newest sample at each moment that a query looks at, out of the last samples of windows.
///
/// Where windows end at the moments, that is what the samples would have given: the last sample of a window counts if
/// it is within the look-back. Else the window before a moment speaks for it, and the look-back grows by a window.
final class MomentGroup implements RollupGroup {

    private final IndexView view;
    private final AggregateRows rows;
    private final RollupGroups.Wanted wanted;
    private final long[] moments;
    private final SampleColumn last = new SampleColumn();
    private final SampleColumn ages = new SampleColumn();
    private final SampleColumn counts = new SampleColumn();
    private final SampleColumn firstAges = new SampleColumn();

    MomentGroup(IndexView view, AggregateRows rows, RollupGroups.Wanted wanted) {
        this.view = view;
        this.rows = rows;
        this.wanted = wanted;
        this.moments = moments(wanted.folding());
    }

    private static long[] moments(Folding folding) {
        long count = (folding.lastEndMillis() - folding.firstEndMillis()) / folding.stepMillis() + 1;
        long[] moments = new long[Math.toIntExact(count)];
        for (int i = 0; i < moments.length; i++) {
            moments[i] = folding.firstEndMillis() + i * folding.stepMillis();
        }
        return moments;
    }

    @Override
    public IndexView view() {
        return view;
    }

    @Override
    public AggregateRows rows() {
        return rows;
    }

    @Override
    public RollupGroups.Wanted wanted() {
        return wanted;
    }

    @Override
    public int rowCount() {
        return moments.length;
    }

    @Override
    public long[] timestamps() {
        return moments;
    }

    @Override
    public void read(int series, SampleColumn into) {
        wanted.budget().chargeSamplesRead(rows.rowCount());
        rows.read(rows.series()[series], Aggregate.LAST, last);
        rows.read(rows.series()[series], Aggregate.LAST_AGE, ages);
        into.reset(moments.length);
        if (!wanted.isExact()) {
            rows.read(rows.series()[series], Aggregate.COUNT, counts);
            rows.read(rows.series()[series], Aggregate.FIRST_AGE, firstAges);
        }
        long[] times = rows.times();
        int row = -1;
        int newest = -1;
        for (int i = 0; i < moments.length; i++) {
            while (row + 1 < rows.rowCount() && times[row + 1] <= moments[i]) {
                row++;
                newest = ages.isAbsent(row) ? newest : row;
            }
            into.values()[i] = SampleValues.ABSENT;
            double age = newest < 0 ? -1 : ages.values()[newest];
            if (age >= 0 && times[newest] - (long) age > moments[i] - lookback(newest)) {
                NativeHistogram histogram = last.histogram(newest);
                into.values()[i] = last.values()[newest];
                if (histogram != null) {
                    into.setHistogram(i, histogram);
                }
            }
        }
    }

    /// How old the last sample of a row may be. What stands alone at the time of its row is as good as a sample.
    private long lookback(int row) {
        long lookback = wanted.folding().rangeMillis();
        boolean isSample =
                wanted.isExact() || counts.values()[row] == 1 && firstAges.values()[row] == 0;
        return isSample ? lookback : lookback + wanted.resolutionMillis();
    }
}
