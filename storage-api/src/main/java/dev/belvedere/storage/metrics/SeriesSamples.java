package dev.belvedere.storage.metrics;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import java.util.List;

/// Series after series with the samples of a range, stale markers included: for copying them elsewhere.
public final class SeriesSamples {

    /// Takes the samples of a series in the order of time; series without any are left out.
    public interface Sink {

        void begin(Labels labels);

        void sample(long timestampMillis, double value);

        void histogram(long timestampMillis, NativeHistogram histogram);

        void end();
    }

    private final MetricQuerier querier;
    private final long startMillis;
    private final long endMillis;
    private final SampleColumn column = new SampleColumn();

    /// @param endMillis inclusive
    public SeriesSamples(MetricQuerier querier, long startMillis, long endMillis) {
        this.querier = querier;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
    }

    /// Each matching series once, in no order.
    public void forEach(List<LabelMatcher> matchers, Sink sink) {
        for (SeriesCursor cursor : querier.select(SelectRequest.samples(matchers, startMillis, endMillis))) {
            while (cursor.next()) {
                SeriesGroup group = cursor.group();
                for (int series = 0; series < group.seriesCount(); series++) {
                    group.read(series, column);
                    read(group, series, sink);
                }
            }
        }
    }

    private void read(SeriesGroup group, int series, Sink sink) {
        long[] timestamps = group.timestamps();
        boolean isBegun = false;
        for (int row = 0; row < group.rowCount(); row++) {
            if (timestamps[row] < startMillis || timestamps[row] > endMillis || column.isAbsent(row)) {
                continue;
            }
            if (!isBegun) {
                sink.begin(group.labels(series));
                isBegun = true;
            }
            NativeHistogram histogram = column.histogram(row);
            if (histogram == null) {
                sink.sample(timestamps[row], column.values()[row]);
            } else {
                sink.histogram(timestamps[row], histogram);
            }
        }
        if (isBegun) {
            sink.end();
        }
    }
}
