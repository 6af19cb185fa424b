package dev.belvedere.server.blocks;

import dev.belvedere.model.TimeRange;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.wire.block.BlockFile;
import dev.belvedere.wire.block.BlockFormatException;
import dev.belvedere.wire.block.BlockMeta;
import dev.belvedere.wire.block.ChunkSegments;
import dev.belvedere.wire.block.IndexReader;
import dev.belvedere.wire.block.Tombstones;
import dev.belvedere.wire.chunks.ChunkSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One of Prometheus' blocks, open for reading.
final class BlockDirectoryReader implements AutoCloseable {

    private final BlockMeta meta;
    private final BlockDisk.Input index;
    private final List<BlockDisk.Input> segments = new ArrayList<>();
    private final ChunkSegments chunks;
    private final Tombstones tombstones;
    private long deletedSamples;

    /// @throws dev.belvedere.model.OperationException `corrupt_block`, `io_error`
    BlockDirectoryReader(Disk disk, Path directory, BlockMeta meta) {
        this.meta = meta;
        for (String name : new String[] {"index", "chunks"}) {
            if (!disk.exists(directory.resolve(name))) {
                throw new BlockFormatException(directory.resolve(name).toString(), 0, "the block lacks it");
            }
        }
        this.index = new BlockDisk.Input(disk, directory.resolve("index"));
        try {
            new IndexReader(index);
            this.chunks = new ChunkSegments(openSegments(disk, directory.resolve("chunks")));
            this.tombstones = readTombstones(disk, directory.resolve("tombstones"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private List<BlockFile> openSegments(Disk disk, Path directory) {
        try {
            for (Path file : disk.list(directory)) {
                if (file.getFileName().toString().matches("\\d{6,}")) {
                    segments.add(new BlockDisk.Input(disk, file));
                }
            }
        } catch (IOException e) {
            throw BlockDisk.failure("read", directory, e);
        }
        return new ArrayList<>(segments);
    }

    private static Tombstones readTombstones(Disk disk, Path file) {
        if (!disk.exists(file)) {
            return Tombstones.NONE;
        }
        try (BlockDisk.Input input = new BlockDisk.Input(disk, file)) {
            return Tombstones.read(input);
        }
    }

    /// Reads the samples of a range, series after series, without what was deleted.
    void read(long startMillis, long endMillis, AppendingSink sink) {
        long from = Math.max(startMillis, meta.minMillis());
        long to = Math.min(endMillis, meta.maxMillis() - 1);
        if (to < from) {
            return;
        }
        IndexReader series = new IndexReader(index);
        while (series.next()) {
            Filter filter = new Filter(from, to, tombstones.of(series.ref()), sink);
            sink.begin(series.labels());
            for (int i = 0; i < series.chunkCount(); i++) {
                if (series.minMillis(i) <= to && series.maxMillis(i) >= from) {
                    chunks.read(series.chunkRef(i), filter);
                }
            }
        }
    }

    long deletedSamples() {
        return deletedSamples;
    }

    /// Lets only samples through that lie in the range and were not deleted.
    private final class Filter implements ChunkSink {

        private final long from;
        private final long to;
        private final List<TimeRange> deleted;
        private final ChunkSink next;

        Filter(long from, long to, List<TimeRange> deleted, ChunkSink next) {
            this.from = from;
            this.to = to;
            this.deleted = deleted;
            this.next = next;
        }

        private boolean isWanted(long millis) {
            if (millis < from || millis > to) {
                return false;
            }
            for (TimeRange range : deleted) {
                if (range.contains(millis)) {
                    deletedSamples++;
                    return false;
                }
            }
            return true;
        }

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {
            if (isWanted(timestampMillis)) {
                next.sample(timestampMillis, startMillis, value);
            }
        }

        @Override
        public void histogram(long timestampMillis, NativeHistogram histogram) {
            if (isWanted(timestampMillis)) {
                next.histogram(timestampMillis, histogram);
            }
        }
    }

    @Override
    public void close() {
        index.close();
        segments.forEach(BlockDisk.Input::close);
    }
}
