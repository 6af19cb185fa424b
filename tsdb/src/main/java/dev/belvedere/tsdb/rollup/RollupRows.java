package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.storage.metrics.SampleColumn;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The windows of one series, row after row: of its aggregates a column each.
///
/// A window is one row at its end. Where native histograms change their shape, are reset, or floats stand among them,
/// a window is several rows, each at the time of its last sample but for the last.
final class RollupRows {

    private static final Aggregate[] ALL = Aggregate.values();
    private static final @Nullable NativeHistogram[] NO_HISTOGRAMS = {};

    private final long resolutionMillis;
    private final SampleColumn[] in = new SampleColumn[ALL.length];
    private final WindowRow row = new WindowRow();
    private final LongArrayList times = new LongArrayList();
    private final List<double[]> values = new ArrayList<>();
    private final List<@Nullable NativeHistogram[]> histograms = new ArrayList<>();
    private boolean hasHistograms;

    RollupRows(long resolutionMillis) {
        this.resolutionMillis = resolutionMillis;
        for (int i = 0; i < in.length; i++) {
            in[i] = new SampleColumn();
        }
    }

    /// The end of the window that a time lies in: windows are open at their start.
    static long windowEnd(long millis, long resolutionMillis) {
        return Math.ceilDiv(millis, resolutionMillis) * resolutionMillis;
    }

    /// Folds a series anew.
    void fold(AggregateRows from, int series) {
        times.clear();
        values.clear();
        histograms.clear();
        hasHistograms = false;
        for (Aggregate aggregate : ALL) {
            from.read(series, aggregate, in[aggregate.ordinal()]);
        }
        long end = Long.MIN_VALUE;
        row.clear();
        for (int i = 0; i < from.rowCount(); i++) {
            boolean hasSamples = !column(Aggregate.COUNT).isAbsent(i);
            if (!hasSamples && column(Aggregate.LAST_AGE).isAbsent(i)) {
                continue;
            }
            long millis = from.times()[i];
            long ofRow = windowEnd(millis, resolutionMillis);
            if (ofRow != end) {
                emit(end);
                end = ofRow;
            }
            if (hasSamples) {
                take(i, millis, end);
            } else {
                row.end(millis);
            }
        }
        emit(end);
    }

    private SampleColumn column(Aggregate aggregate) {
        return in[aggregate.ordinal()];
    }

    private double value(Aggregate aggregate, int at) {
        return column(aggregate).values()[at];
    }

    private void take(int at, long millis, long end) {
        long firstMillis = millis - (long) value(Aggregate.FIRST_AGE, at);
        double age = value(Aggregate.LAST_AGE, at);
        boolean isEnded = age < 0;
        long lastMillis = millis - (long) (isEnded ? -1 - age : age);
        NativeHistogram sum = column(Aggregate.SUM).histogram(at);
        NativeHistogram first = column(Aggregate.FIRST).histogram(at);
        NativeHistogram last = column(Aggregate.LAST).histogram(at);
        if (sum != null && first != null && last != null) {
            hasHistograms = true;
            WindowRow.Histograms more = new WindowRow.Histograms(
                    value(Aggregate.COUNT, at), sum, first, last, firstMillis, lastMillis, isEnded);
            if (!row.accepts(more)) {
                emitPart(end);
            }
            row.add(more);
            return;
        }
        if (row.hasHistograms()) {
            emitPart(end);
        }
        row.add(new WindowRow.Floats(
                value(Aggregate.COUNT, at),
                value(Aggregate.SUM, at),
                value(Aggregate.MIN, at),
                value(Aggregate.MAX, at),
                value(Aggregate.FIRST, at),
                value(Aggregate.LAST, at),
                value(Aggregate.CORRECTION, at),
                firstMillis,
                lastMillis,
                isEnded));
    }

    /// Ends a part of a window at its last sample.
    private void emitPart(long end) {
        emit(Math.min(row.lastMillis, end));
    }

    private void emit(long atMillis) {
        if (row.isEmpty()) {
            return;
        }
        double[] out = new double[ALL.length];
        Arrays.fill(out, SampleValues.ABSENT);
        @Nullable
        NativeHistogram[] outHistograms = row.hasHistograms() ? new NativeHistogram[ALL.length] : NO_HISTOGRAMS;
        long age = atMillis - row.lastMillis;
        out[Aggregate.LAST_AGE.ordinal()] = row.isEndedByStale ? -1 - age : age;
        if (row.count > 0) {
            out[Aggregate.COUNT.ordinal()] = row.count;
            out[Aggregate.FIRST_AGE.ordinal()] = atMillis - row.firstMillis;
            if (row.hasHistograms()) {
                outHistograms[Aggregate.SUM.ordinal()] = row.histogramSum;
                outHistograms[Aggregate.FIRST.ordinal()] = row.firstHistogram;
                outHistograms[Aggregate.LAST.ordinal()] = row.lastHistogram;
            } else {
                out[Aggregate.SUM.ordinal()] = SampleValues.canonical(row.sum());
                out[Aggregate.MIN.ordinal()] = row.min;
                out[Aggregate.MAX.ordinal()] = row.max;
                out[Aggregate.FIRST.ordinal()] = row.first;
                out[Aggregate.LAST.ordinal()] = row.last;
                out[Aggregate.CORRECTION.ordinal()] = SampleValues.canonical(row.correction);
            }
        }
        times.add(atMillis);
        values.add(out);
        histograms.add(outHistograms);
        row.clear();
    }

    boolean hasHistograms() {
        return hasHistograms;
    }

    int rows() {
        return times.size();
    }

    long time(int at) {
        return times.getLong(at);
    }

    double value(int at, Aggregate aggregate) {
        return values.get(at)[aggregate.ordinal()];
    }

    @Nullable
    NativeHistogram histogram(int at, Aggregate aggregate) {
        @Nullable NativeHistogram[] ofRow = histograms.get(at);
        return ofRow.length == 0 ? null : ofRow[aggregate.ordinal()];
    }
}
