package dev.belvedere.tsdb.block;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnSource;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.JoinedChunks;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.Target;
import dev.belvedere.tsdb.read.GroupSplitter;
import dev.belvedere.tsdb.read.MergedRows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns chunks of targets into the parts of a block. Not safe for concurrent use.
public final class BlockBuilder {

    /// Rows per merged chunk.
    private static final int CHUNK_ROWS = 256;

    /// So many times of parts are held at once to find those with the same; 8 bytes each.
    private static final int MAX_HELD_TIMES = 1 << 20;

    /// Chunks of as many rows are copied where a block is to be merged again.
    private static final int LONG_ROWS = CHUNK_ROWS / 2;

    private final int minCopiedRows;
    private final SeriesOrder order;
    private final ChunkEncoder encoder = new ChunkEncoder();

    public BlockBuilder(IndexView view) {
        this(view, LONG_ROWS);
    }

    private BlockBuilder(IndexView view, int minCopiedRows) {
        this.minCopiedRows = minCopiedRows;
        this.order = new SeriesOrder(view);
    }

    /// For blocks that stay: copies only full chunks. Shorter ones take 1.6 % more bytes.
    public static BlockBuilder ofLast(IndexView view) {
        return new BlockBuilder(view, CHUNK_ROWS);
    }

    /// Adds a target's chunks merged, as far as they are in a time range: every series in one run of rows, columns in
    /// the order that packs best. Chunks that need no merging are copied ([ChunkRun]).
    ///
    /// @param chunks older sources before newer ones
    /// @param toMillis inclusive
    public void add(BlockWriter writer, Target target, List<Chunk> chunks, long fromMillis, long toMillis) {
        List<EncodedPart> parts = new ArrayList<>();
        for (ChunkRun run : ChunkRun.split(chunks, fromMillis, toMillis, minCopiedRows)) {
            switch (run) {
                case ChunkRun.Copied copied -> parts.add(copied.part());
                case ChunkRun.Merged merged -> addMerged(merged.chunks(), fromMillis, toMillis, parts);
            }
        }
        write(writer, target, parts);
    }

    private void addMerged(List<Chunk> chunks, long fromMillis, long toMillis, List<EncodedPart> into) {
        IntArrayList all =
                union(chunks.stream().map(chunk -> chunk.layout().series()).toList());
        List<GroupSplitter.Part> split = GroupSplitter.split(all, chunks);
        Places places = new Places(chunks);
        int next = 0;
        while (next < split.size()) {
            Map<LongList, List<GroupSplitter.Part>> byTimes = new LinkedHashMap<>();
            for (long held = 0; next < split.size() && held < MAX_HELD_TIMES; next++) {
                GroupSplitter.Part part = split.get(next);
                MergedRows rows = new MergedRows(part.chunks(), fromMillis, toMillis);
                long[] times = Arrays.copyOf(rows.times(), rows.rows());
                held += times.length;
                byTimes.computeIfAbsent(LongArrayList.wrap(times), key -> new ArrayList<>(1))
                        .add(part);
            }
            byTimes.forEach((times, equal) -> {
                GroupSplitter.Part part = equal.size() == 1 ? equal.getFirst() : joined(equal, places);
                addMergedPart(times.toLongArray(), part.chunks(), order.sort(part.series()), into);
            });
        }
    }

    /// Joins parts with the same times, which were split only because a row lies in several chunks: the rest of one
    /// that a flush cut through, or one that came late for some series.
    private static GroupSplitter.Part joined(List<GroupSplitter.Part> equal, Places places) {
        Set<Chunk> chunks = Collections.newSetFromMap(new IdentityHashMap<>());
        IntArrayList series = new IntArrayList();
        for (GroupSplitter.Part part : equal) {
            chunks.addAll(part.chunks());
            series.addElements(series.size(), part.series());
        }
        return new GroupSplitter.Part(series.toIntArray(), places.inOrder(chunks));
    }

    /// Where each chunk of a target stands: older sources before newer ones.
    private static final class Places {

        private final Map<Chunk, Integer> places = new IdentityHashMap<>();

        Places(List<Chunk> chunks) {
            for (int i = 0; i < chunks.size(); i++) {
                places.put(chunks.get(i), i);
            }
        }

        List<Chunk> inOrder(Set<Chunk> some) {
            List<Chunk> sorted = new ArrayList<>(some);
            sorted.sort(Comparator.comparing(places::get));
            return sorted;
        }
    }

    /// Cuts a part into chunks of few rows, so that a query of an hour does not decode a day.
    private void addMergedPart(long[] times, List<Chunk> chunks, int[] series, List<EncodedPart> parts) {
        for (int from = 0; from < times.length; from += CHUNK_ROWS) {
            int to = Math.min(times.length, from + CHUNK_ROWS);
            List<Chunk> overlapping = new ArrayList<>();
            for (Chunk chunk : chunks) {
                if (chunk.minMillis() <= times[to - 1] && chunk.maxMillis() >= times[from]) {
                    overlapping.add(chunk);
                }
            }
            addRows(new MergedRows(overlapping, times[from], times[to - 1]), series, parts);
        }
    }

    private void addRows(MergedRows rows, int[] series, List<EncodedPart> parts) {
        if (rows.rows() > 0) {
            byte[] bytes = encoder.encode(new MergedColumns(rows, series), series.length);
            int headerLength = new EncodedChunk(new ColumnLayout(series), 0, 0, bytes).headerLength();
            parts.add(new EncodedPart(series, rows.times()[0], rows.times()[rows.rows() - 1], bytes, headerLength));
        }
    }

    /// Encodes a chunk's rows anew.
    void addChunk(Chunk chunk, List<EncodedPart> into) {
        addRows(
                new MergedRows(List.of(chunk), Long.MIN_VALUE, Long.MAX_VALUE),
                chunk.layout().series(),
                into);
    }

    /// Adds parts, which need be in no order.
    void write(BlockWriter writer, Target target, List<EncodedPart> parts) {
        if (parts.isEmpty()) {
            return;
        }
        parts.sort(Comparator.comparingLong(EncodedPart::minMillis));
        IntArrayList series = union(parts.stream().map(EncodedPart::series).toList());
        writer.add(target, series.toIntArray(), parts);
    }

    /// All series that are somewhere, beginning with the widest array. Mostly all are equal, and in the order in which
    /// the series came: what follows is cheapest in that order.
    private static IntArrayList union(List<int[]> arrays) {
        int[] widest = arrays.getFirst();
        for (int[] each : arrays) {
            widest = each.length > widest.length ? each : widest;
        }
        IntArrayList all = new IntArrayList(widest);
        IntOpenHashSet seen = new IntOpenHashSet();
        for (int[] each : arrays) {
            if (!Arrays.equals(each, widest)) {
                seen = seen.isEmpty() ? new IntOpenHashSet(widest) : seen;
                for (int series : each) {
                    if (seen.add(series)) {
                        all.add(series);
                    }
                }
            }
        }
        return all;
    }

    /// Merged rows, for the encoder.
    private final class MergedColumns implements ColumnSource {

        private final MergedRows rows;
        private final int[] series;
        private final SampleColumn column = new SampleColumn();

        MergedColumns(MergedRows rows, int[] series) {
            this.rows = rows;
            this.series = series;
        }

        @Override
        public int rows() {
            return rows.rows();
        }

        @Override
        public long[] times() {
            return rows.times();
        }

        @Override
        public ColumnEncoder.Rows column(int number) {
            rows.read(series[number], column);
            return JoinedChunks.rowsOf(column);
        }

        @Override
        public boolean isNextBucket(int number) {
            return number > 0 && order.isNextBucket(series[number - 1], series[number]);
        }
    }
}
