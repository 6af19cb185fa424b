package dev.belvedere.tsdb.read;

import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkView;
import dev.belvedere.tsdb.chunk.KeptRow;
import dev.belvedere.tsdb.chunk.OpenChunk;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the groups of a target's newest samples in a range of time: one row each.
///
/// Most series have a float in the last row of the target's newest chunk. Those that have none there, and targets whose
/// chunks overlap at that row, are read as [SampleGroups] does it. Used by one thread.
public final class NewestSamples implements Function<TargetGroups, List<Supplier<SeriesGroup>>> {

    private final long fromMillis;
    private final long toMillis;
    private final QueryBudget budget;
    private final SampleGroups allSamples;
    private final SampleColumn column = new SampleColumn();

    /// @param toMillis inclusive
    public NewestSamples(long fromMillis, long toMillis, QueryBudget budget) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.budget = budget;
        this.allSamples = new SampleGroups(fromMillis, toMillis, budget);
    }

    @Override
    public List<Supplier<SeriesGroup>> apply(TargetGroups target) {
        List<Supplier<SeriesGroup>> groups = new ArrayList<>();
        List<Chunk> chunks = target.chunks();
        IntArrayList series = target.series();
        IntArrayList elsewhere = new IntArrayList(0);
        while (!series.isEmpty() && !chunks.isEmpty()) {
            LastRow last = lastRow(chunks);
            if (last == null) {
                elsewhere.addAll(series);
                break;
            }
            IntArrayList older = new IntArrayList(0);
            Newest newest = new Newest(target.view(), last.millis(), series.size());
            read(last, series, newest, older, elsewhere);
            budget.chargeSamplesRead(newest.count);
            if (newest.count > 0) {
                groups.add(newest);
            }
            series = older;
            chunks = without(chunks, last.chunk());
        }
        if (!elsewhere.isEmpty()) {
            groups.addAll(allSamples.apply(new TargetGroups(target.view(), elsewhere, target.chunks())));
        }
        return groups;
    }

    private record LastRow(Chunk chunk, OpenChunk open, int row) {

        long millis() {
            return open.times()[row];
        }
    }

    /// The last row in the range, if it is one of a chunk that no other overlaps there.
    private @Nullable LastRow lastRow(List<Chunk> chunks) {
        Chunk newest = chunks.getFirst();
        for (Chunk chunk : chunks) {
            newest = chunk.maxMillis() >= newest.maxMillis() ? chunk : newest;
        }
        if (newest instanceof ChunkView) {
            return null;
        }
        OpenChunk open = newest.open();
        int found = Arrays.binarySearch(open.times(), 0, open.rows(), toMillis);
        int row = found >= 0 ? found : -found - 2;
        if (row < 0 || open.times()[row] < fromMillis) {
            return null;
        }
        LastRow last = new LastRow(newest, open, row);
        for (Chunk chunk : chunks) {
            if (chunk != newest && chunk.minMillis() <= toMillis && chunk.maxMillis() >= last.millis()) {
                return null;
            }
        }
        return last;
    }

    private static List<Chunk> without(List<Chunk> chunks, Chunk one) {
        List<Chunk> others = new ArrayList<>(chunks);
        others.remove(one);
        return others;
    }

    /// @param older takes the series that are in older chunks only
    /// @param elsewhere takes those that have no float in the row
    private void read(LastRow last, IntArrayList series, Newest newest, IntArrayList older, IntArrayList elsewhere) {
        KeptRow kept = last.chunk().keptRow(last.row(), series.size());
        int next = 0;
        for (int i = 0; i < series.size(); i++) {
            int wanted = series.getInt(i);
            int place = last.chunk().layout().indexOf(wanted, next);
            if (place < 0) {
                older.add(wanted);
                continue;
            }
            next = place + 1;
            if (kept != null && kept.has(place)) {
                newest.add(wanted, kept.value(place));
                continue;
            }
            double value = read(last, place);
            if (SampleValues.isAbsent(value) || column.hasStartTimestamps()) {
                elsewhere.add(wanted);
                continue;
            }
            newest.add(wanted, value);
            if (kept != null) {
                kept.put(place, value);
            }
        }
    }

    private double read(LastRow last, int place) {
        OpenChunk.RowRange row = new OpenChunk.RowRange(last.row(), last.row() + 1);
        column.reset(1);
        if (last.open().readFloats(place, row, column, 0)) {
            return column.values()[0];
        }
        column.reset(last.open().rows());
        last.open().read(place, column, 0);
        return column.values()[last.row()];
    }

    /// One float of each series, all of one time.
    private static final class Newest implements IndexedGroup, Supplier<SeriesGroup> {

        private final IndexView view;
        private final long[] times;
        private final int[] numbers;
        private final double[] values;
        private int count;

        Newest(IndexView view, long millis, int capacity) {
            this.view = view;
            this.times = new long[] {millis};
            this.numbers = new int[capacity];
            this.values = new double[capacity];
        }

        void add(int series, double value) {
            numbers[count] = series;
            values[count++] = value;
        }

        @Override
        public SeriesGroup get() {
            return this;
        }

        @Override
        public IndexView view() {
            return view;
        }

        @Override
        public int rowCount() {
            return 1;
        }

        @Override
        public long[] timestamps() {
            return times;
        }

        @Override
        public int seriesCount() {
            return count;
        }

        @Override
        public int number(int series) {
            return numbers[series];
        }

        @Override
        public void read(int series, SampleColumn into) {
            into.reset(1);
            double value = values[series];
            into.values()[0] = value;
            if (!SampleValues.isStale(value)) {
                into.markDense(!Double.isNaN(value));
            }
        }
    }
}
