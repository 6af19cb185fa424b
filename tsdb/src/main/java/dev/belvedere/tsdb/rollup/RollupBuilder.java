package dev.belvedere.tsdb.rollup;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.metrics.Aggregate;
import dev.belvedere.tsdb.block.BlockWriter;
import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.block.SeriesOrder;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnSource;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Folds the samples of targets into windows and writes them ("Downsampled blocks" in docs/format/metrics-block.md).
/// Not safe for concurrent use.
public final class RollupBuilder {

    public static final int COLUMNS_PER_SERIES = Aggregate.values().length;

    /// Series per chunk: bounds the memory that windows take before they are encoded.
    private static final int CHUNK_SERIES = 256;

    /// Rows per chunk, at most.
    private static final int CHUNK_ROWS = 1024;

    private final SeriesOrder order;
    private final ChunkEncoder encoder = new ChunkEncoder();
    private final long resolutionMillis;
    private final RollupRows rows;

    public RollupBuilder(IndexView view, long resolutionMillis) {
        this.order = new SeriesOrder(view);
        this.resolutionMillis = resolutionMillis;
        this.rows = new RollupRows(resolutionMillis);
    }

    /// Adds the windows of a target's series.
    ///
    /// @param sources samples and finer windows; of two with a row of the same time the later one holds
    /// @param fromMillis the first sample's time, inclusive
    /// @param toMillis the last one's
    public void add(BlockWriter writer, Target target, List<Source> sources, long fromMillis, long toMillis) {
        IntOpenHashSet all = new IntOpenHashSet();
        for (Source source : sources) {
            for (int series : source.chunk().layout().series()) {
                all.add(series);
            }
        }
        List<EncodedPart> parts = new ArrayList<>();
        for (AggregateRows part : AggregateRows.split(new IntArrayList(all), sources, fromMillis, toMillis)) {
            if (part.rowCount() > 0) {
                addPart(part, order.sort(part.series()), parts);
            }
        }
        if (!parts.isEmpty()) {
            parts.sort(Comparator.comparingLong(EncodedPart::minMillis));
            writer.add(target, allSeries(parts), parts);
        }
    }

    private static int[] allSeries(List<EncodedPart> parts) {
        IntOpenHashSet seen = new IntOpenHashSet();
        IntArrayList all = new IntArrayList();
        for (EncodedPart part : parts) {
            for (int series : part.series()) {
                if (seen.add(series)) {
                    all.add(series);
                }
            }
        }
        return all.toIntArray();
    }

    private void addPart(AggregateRows part, int[] series, List<EncodedPart> parts) {
        long[] ends = windowEnds(part);
        for (int from = 0; from < series.length; from += CHUNK_SERIES) {
            int[] slice = Arrays.copyOfRange(series, from, Math.min(series.length, from + CHUNK_SERIES));
            List<RollupColumns> ofFloats = new ArrayList<>();
            IntArrayList taken = new IntArrayList();
            RollupColumns columns = new RollupColumns(ends, slice.length);
            for (int each : slice) {
                rows.fold(part, each);
                if (rows.hasHistograms()) {
                    RollupColumns own = RollupColumns.ofHistograms(rows);
                    encode(own, new int[] {each}, parts);
                } else if (rows.rows() > 0) {
                    columns.put(taken.size(), rows);
                    taken.add(each);
                }
            }
            if (!taken.isEmpty()) {
                columns.shrink(taken.size());
                ofFloats.add(columns);
            }
            for (RollupColumns each : ofFloats) {
                encode(each, taken.toIntArray(), parts);
            }
        }
    }

    private long[] windowEnds(AggregateRows part) {
        long[] ends = new long[part.rowCount()];
        int count = 0;
        for (int i = 0; i < ends.length; i++) {
            long end = RollupRows.windowEnd(part.times()[i], resolutionMillis);
            if (count == 0 || ends[count - 1] != end) {
                ends[count++] = end;
            }
        }
        return Arrays.copyOf(ends, count);
    }

    private void encode(RollupColumns all, int[] series, List<EncodedPart> parts) {
        for (int from = 0; from < all.times.length; from += CHUNK_ROWS) {
            RollupColumns columns = all.slice(from, Math.min(all.times.length, from + CHUNK_ROWS));
            if (columns.times.length == 0) {
                continue;
            }
            byte[] bytes = encoder.encodeDistinct(columns.source(order, series), columns.values.length);
            int headerLength = new EncodedChunk(new ColumnLayout(series), 0, 0, bytes).headerLength();
            parts.add(new EncodedPart(
                    series, columns.times[0], columns.times[columns.times.length - 1], bytes, headerLength));
        }
    }

    /// Windows by column: all series of the first aggregate, then of the next.
    private static final class RollupColumns {

        private long[] times;
        private double[][] values;
        private @Nullable NativeHistogram @Nullable [] @Nullable [] histograms;
        private int series;

        RollupColumns(long[] times, int series) {
            this.times = times;
            this.series = series;
            values = new double[COLUMNS_PER_SERIES * series][];
            histograms = null;
        }

        static RollupColumns ofHistograms(RollupRows rows) {
            long[] times = new long[rows.rows()];
            RollupColumns columns = new RollupColumns(times, 1);
            @Nullable NativeHistogram[][] of = new NativeHistogram[COLUMNS_PER_SERIES][];
            for (Aggregate aggregate : Aggregate.values()) {
                @Nullable NativeHistogram[] column = new NativeHistogram[times.length];
                for (int row = 0; row < times.length; row++) {
                    column[row] = rows.histogram(row, aggregate);
                }
                of[aggregate.ordinal()] = column;
            }
            for (int row = 0; row < times.length; row++) {
                times[row] = rows.time(row);
            }
            columns.histograms = of;
            columns.put(0, rows);
            return columns;
        }

        void put(int at, RollupRows rows) {
            for (Aggregate aggregate : Aggregate.values()) {
                double[] column = new double[times.length];
                Arrays.fill(column, SampleValues.ABSENT);
                int place = 0;
                for (int row = 0; row < rows.rows(); row++) {
                    while (times[place] < rows.time(row)) {
                        place++;
                    }
                    column[place] = rows.value(row, aggregate);
                }
                values[aggregate.ordinal() * series + at] = column;
            }
        }

        /// Keeps the first `count` series.
        void shrink(int count) {
            double[][] kept = new double[COLUMNS_PER_SERIES * count][];
            for (int a = 0; a < COLUMNS_PER_SERIES; a++) {
                System.arraycopy(values, a * series, kept, a * count, count);
            }
            values = kept;
            series = count;
        }

        RollupColumns slice(int from, int to) {
            if (from == 0 && to == times.length) {
                return this;
            }
            RollupColumns slice = new RollupColumns(Arrays.copyOfRange(times, from, to), series);
            @Nullable NativeHistogram @Nullable [] @Nullable [] all = histograms;
            @Nullable NativeHistogram[][] picked = new NativeHistogram[values.length][];
            for (int c = 0; c < values.length; c++) {
                slice.values[c] = Arrays.copyOfRange(values[c], from, to);
                @Nullable NativeHistogram[] column = all == null ? null : all[c];
                if (column != null) {
                    picked[c] = Arrays.copyOfRange(column, from, to);
                }
            }
            slice.histograms = all == null ? null : picked;
            return slice;
        }

        ColumnSource source(SeriesOrder order, int[] numbers) {
            return new ColumnSource() {
                @Override
                public int rows() {
                    return times.length;
                }

                @Override
                public long[] times() {
                    return times;
                }

                @Override
                public ColumnEncoder.Rows column(int number) {
                    @Nullable NativeHistogram @Nullable [] @Nullable [] of = histograms;
                    return new ColumnEncoder.Rows(
                            values[number], 0, times.length, of == null ? null : of[number], null);
                }

                @Override
                public boolean isNextBucket(int number) {
                    int at = number % series;
                    return at > 0 && order.isNextBucket(numbers[at - 1], numbers[at]);
                }
            };
        }
    }
}
