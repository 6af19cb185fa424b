package dev.belvedere.tsdb.head;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Samples that are older than the newest of their series, in groups of their own for each target. Only series that
/// have such stand in them, until the head is handed over. Guarded by the partition.
final class LateGroups {

    private static final int NOWHERE = -1;

    private final SeriesIndex index;
    private final ChunkEncoder encoder;

    private final List<LateGroup> groups = new ArrayList<>();

    /// By target number.
    private final Int2ObjectOpenHashMap<List<LateGroup>> ofTargets = new Int2ObjectOpenHashMap<>();

    /// By series: the number of its group times [LateGroup#MAX_COLUMNS], and its column there.
    private final Int2IntOpenHashMap places = new Int2IntOpenHashMap();

    LateGroups(SeriesIndex index, ChunkEncoder encoder) {
        this.index = index;
        this.encoder = encoder;
        places.defaultReturnValue(NOWHERE);
    }

    private LateGroup group(int place) {
        return groups.get(place / LateGroup.MAX_COLUMNS);
    }

    private static int column(int place) {
        return place % LateGroup.MAX_COLUMNS;
    }

    private int placeOf(int series) {
        int place = places.get(series);
        return place == NOWHERE ? join(series) : place;
    }

    private int join(int series) {
        List<LateGroup> own = ofTargets.computeIfAbsent(index.targetOf(series).number(), key -> new ArrayList<>(1));
        if (own.isEmpty() || own.getLast().columns() == LateGroup.MAX_COLUMNS) {
            LateGroup group = new LateGroup(groups.size());
            own.add(group);
            groups.add(group);
        }
        LateGroup last = own.getLast();
        int place = last.number() * LateGroup.MAX_COLUMNS + last.addColumn(series);
        places.put(series, place);
        return place;
    }

    /// Takes a sample.
    ///
    /// @param value means nothing beside a histogram
    void append(int series, long timestampMillis, long startMillis, double value, @Nullable NativeHistogram histogram) {
        int place = placeOf(series);
        group(place).add(column(place), timestampMillis, startMillis, value, histogram, encoder);
    }

    /// Takes floats without start timestamps of series with consecutive numbers at one time.
    ///
    /// @param at where the first one's value is
    void append(int first, int count, long timestampMillis, double[] values, int at) {
        int place = placeOf(first);
        for (int i = 1; i < count; i++) {
            placeOf(first + i);
        }
        if (group(place).areConsecutive(column(place), first, count)) {
            group(place).add(column(place), count, timestampMillis, values, at, encoder);
            return;
        }
        for (int i = 0; i < count; i++) {
            append(first + i, timestampMillis, MetricAppender.NO_START, values[at + i], null);
        }
    }

    boolean has(int series) {
        return places.containsKey(series);
    }

    /// Whether a series may have samples in a time range.
    boolean hasSamples(int series, long fromMillis, long toMillis) {
        int place = places.get(series);
        return place != NOWHERE && group(place).hasSamples(column(place), fromMillis, toMillis);
    }

    /// What a series has at a time, if that is not encoded yet; absent if it has nothing.
    @Nullable
    StoredSample findOpen(int series, long millis) {
        int place = places.get(series);
        return place == NOWHERE ? null : group(place).findOpen(column(place), millis);
    }

    /// The time of a series' newest sample that is not encoded yet, or [Head#NEVER].
    long newestOpenMillis(int series) {
        int place = places.get(series);
        return place == NOWHERE ? Head.NEVER : group(place).newestOpenMillis(column(place));
    }

    /// Adds the encoded chunks of a target.
    void collectSealed(Target target, List<Chunk> into) {
        for (LateGroup group : ofTargets.getOrDefault(target.number(), List.of())) {
            into.addAll(group.sealed());
        }
    }

    /// Adds the chunks that hold samples of some series in a time range, what is not encoded as snapshots.
    void collect(Target target, Wanted wanted, List<Chunk> into) {
        List<LateGroup> own = groups.isEmpty() ? null : ofTargets.get(target.number());
        if (own == null) {
            return;
        }
        for (LateGroup group : own) {
            IntArrayList columns = columnsIn(group, wanted.series());
            if (!columns.isEmpty()) {
                group.collect(wanted, columns, into);
            }
        }
    }

    private IntArrayList columnsIn(LateGroup group, IntArrayList series) {
        IntArrayList columns = new IntArrayList(Math.min(series.size(), group.columns()));
        for (int i = 0; i < series.size(); i++) {
            int place = places.get(series.getInt(i));
            if (place != NOWHERE && group(place) == group) {
                columns.add(column(place));
            }
        }
        return columns;
    }

    void forEach(Consumer<LateGroup> visitor) {
        groups.forEach(visitor);
    }

    /// Encodes everything and hands it over to lists by target number. Nothing is late afterwards.
    void takeAll(List<List<Chunk>> into) {
        ofTargets.forEach((target, own) -> {
            for (LateGroup group : own) {
                group.seal(encoder);
                into.get(target).addAll(group.takeSealed());
            }
        });
        groups.clear();
        ofTargets.clear();
        places.clear();
        places.trim();
    }

    /// Series that have late samples.
    int count() {
        return places.size();
    }

    long sizeBytes() {
        long bytes = 0;
        for (LateGroup each : groups) {
            bytes += each.sizeBytes();
        }
        return bytes;
    }
}
