package dev.belvedere.server.blocks;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.block.BlockMeta;
import dev.belvedere.wire.block.ChunkSegmentWriter;
import dev.belvedere.wire.block.IndexWriter;
import dev.belvedere.wire.block.Tombstones;
import dev.belvedere.wire.chunks.ChunkBuilder;
import dev.belvedere.wire.chunks.ChunkEncoding;
import dev.belvedere.wire.chunks.ChunkReader;
import dev.belvedere.wire.chunks.EncodedChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one block of series that come in no order. Their chunks wait in a file; once all are there, they are copied in
/// the order of their labels. Memory: labels and a few words a chunk.
final class BlockDirectoryWriter implements SeriesSamples.Sink, AutoCloseable {

    private static final String HALF = ".tmp-for-creation";

    /// A series whose chunks wait.
    private record Waiting(Labels labels, List<WaitingChunk> chunks) {}

    private record WaitingChunk(ChunkEncoding encoding, long minMillis, long maxMillis, long position, int length) {}

    private final Disk disk;
    private final Path out;
    private final String id;
    private final Path half;
    private final Path waitingPath;
    private final BlockDisk.Output waitingFile;
    private final List<Waiting> series = new ArrayList<>();
    private final ChunkBuilder builder = new ChunkBuilder(this::keep);
    private List<WaitingChunk> chunks = new ArrayList<>();
    private Labels labels = Labels.EMPTY;
    private long floats;
    private long histograms;
    private BlockDisk.@Nullable Output segment;

    /// @param out where the block's directory will be
    BlockDirectoryWriter(Disk disk, Path out, String id) {
        this.disk = disk;
        this.out = out;
        this.id = id;
        this.half = out.resolve(id + HALF);
        this.waitingPath = half.resolve("waiting");
        try {
            disk.createDirectories(half.resolve("chunks"));
        } catch (IOException e) {
            throw BlockDisk.failure("make", half, e);
        }
        this.waitingFile = new BlockDisk.Output(disk, waitingPath);
    }

    int seriesCount() {
        return series.size();
    }

    @Override
    public void begin(Labels seriesLabels) {
        labels = seriesLabels;
        chunks = new ArrayList<>();
    }

    @Override
    public void sample(long timestampMillis, double value) {
        floats++;
        builder.sample(timestampMillis, ChunkReader.NO_START, value);
    }

    @Override
    public void histogram(long timestampMillis, NativeHistogram histogram) {
        histograms++;
        builder.histogram(timestampMillis, histogram);
    }

    @Override
    public void end() {
        builder.finish();
        series.add(new Waiting(labels, chunks));
    }

    private void keep(EncodedChunk chunk) {
        chunks.add(new WaitingChunk(
                chunk.encoding(), chunk.minMillis(), chunk.maxMillis(), waitingFile.position(), chunk.data().length));
        waitingFile.write(chunk.data(), chunk.data().length);
    }

    /// Writes the block and gives it its name.
    ///
    /// @return its samples
    long finish(long minMillis, long maxMillis) {
        waitingFile.flush();
        series.sort(Comparator.comparing(Waiting::labels));
        ChunkSegmentWriter segments = new ChunkSegmentWriter(number -> {
            finishSegment();
            BlockDisk.Output next =
                    new BlockDisk.Output(disk, half.resolve("chunks").resolve("%06d".formatted(number)));
            segment = next;
            return next;
        });
        long chunkCount = 0;
        try (BlockDisk.Output index = new BlockDisk.Output(disk, half.resolve("index"))) {
            IndexWriter writer =
                    new IndexWriter(index, series.stream().map(Waiting::labels).toList());
            for (Waiting each : series) {
                writer.add(each.labels(), copy(each, segments));
                chunkCount += each.chunks().size();
            }
            writer.finish();
            index.finish();
        }
        finishSegment();
        BlockMeta.Counts counts = new BlockMeta.Counts(floats, histograms, series.size(), chunkCount);
        put("tombstones", Tombstones.emptyFile());
        put(
                BlockMeta.FILE,
                new BlockMeta(id, minMillis, maxMillis, counts, 1).toJson().getBytes(StandardCharsets.UTF_8));
        publish();
        return floats + histograms;
    }

    private void finishSegment() {
        BlockDisk.Output last = segment;
        if (last != null) {
            last.finish();
            segment = null;
        }
    }

    /// Copies the chunks of a series and tells where they are.
    private long[] copy(Waiting each, ChunkSegmentWriter segments) {
        long[] refs = new long[3 * each.chunks().size()];
        for (int i = 0; i < each.chunks().size(); i++) {
            WaitingChunk chunk = each.chunks().get(i);
            byte[] data = new byte[chunk.length()];
            waitingFile.read(chunk.position(), ByteBuffer.wrap(data));
            refs[3 * i] = chunk.minMillis();
            refs[3 * i + 1] = chunk.maxMillis();
            refs[3 * i + 2] =
                    segments.write(new EncodedChunk(chunk.encoding(), chunk.minMillis(), chunk.maxMillis(), 0, data));
        }
        return refs;
    }

    private void put(String name, byte[] content) {
        try (BlockDisk.Output file = new BlockDisk.Output(disk, half.resolve(name))) {
            file.write(content, content.length);
            file.finish();
        }
    }

    private void publish() {
        try {
            disk.delete(waitingPath);
            disk.syncDirectory(half.resolve("chunks"));
            disk.syncDirectory(half);
            disk.rename(half, out.resolve(id));
            disk.syncDirectory(out);
        } catch (IOException e) {
            throw BlockDisk.failure("publish", half, e);
        }
    }

    /// Removes what is not a block yet.
    @Override
    public void close() {
        waitingFile.close();
        BlockDisk.Output last = segment;
        if (last != null) {
            last.close();
        }
        try {
            remove(half.resolve("chunks"));
            remove(half);
        } catch (IOException e) {
            throw BlockDisk.failure("remove", half, e);
        }
    }

    private void remove(Path directory) throws IOException {
        for (Path file : disk.list(directory)) {
            disk.delete(file);
        }
        disk.delete(directory);
    }
}
