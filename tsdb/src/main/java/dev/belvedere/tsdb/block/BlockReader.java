package dev.belvedere.tsdb.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.index.Target;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Opens blocks: reads the index and enters its series into the partition's.
public final class BlockReader {

    private BlockReader() {}

    /// What the ends of a block say.
    ///
    /// @param columnsPerSeries how many columns chunks have for each series
    /// @param index uncompressed
    private record Ends(int columnsPerSeries, byte[] index) {}

    private static byte[] readHeader(SegmentReader reader, String key) {
        if (reader.size() < BlockFormat.HEADER_BYTES + BlockFormat.FOOTER_BYTES) {
            throw BlockFormat.corrupt(key, "it has only " + reader.size() + " bytes");
        }
        return read(reader, 0, BlockFormat.HEADER_BYTES);
    }

    private static Ends readEnds(SegmentReader reader, byte[] header, String key) {
        int version = BlockFormat.version(header);
        long footerAt = reader.size() - BlockFormat.FOOTER_BYTES;
        byte[] foot = read(reader, footerAt, BlockFormat.FOOTER_BYTES);
        ByteSource footer = new ByteSource(foot);
        long position = footer.getLong();
        int length = footer.getInt();
        int rawLength = footer.getInt();
        int checksum = footer.getInt();
        if (footer.getInt() != BlockFormat.checksum(header, foot)
                || footer.getInt() != BlockFormat.MAGIC
                || !BlockFormat.isWhole(header)) {
            throw BlockFormat.corrupt(key, "its header and footer do not check");
        }
        if (version > BlockFormat.VERSION || version < BlockFormat.FIRST_VERSION) {
            throw BlockFormat.unsupported(key, version);
        }
        int columnsPerSeries = BlockFormat.columnsPerSeries(header);
        if (length < 0 || rawLength < 0 || rawLength > BlockFormat.MAX_INDEX_BYTES || position + length != footerAt) {
            throw BlockFormat.corrupt(key, "its footer makes no sense");
        }
        return new Ends(columnsPerSeries, inflate(read(reader, position, length), rawLength, checksum, key));
    }

    private static byte[] inflate(byte[] compressed, int rawLength, int checksum, String key) {
        if (ByteSink.checksum(compressed, 0, compressed.length) != checksum) {
            throw BlockFormat.corrupt(key, "its index does not check");
        }
        try {
            byte[] raw = Zstd.decompress(compressed, rawLength);
            if (raw.length == rawLength) {
                return raw;
            }
        } catch (ZstdException e) {
            throw BlockFormat.corrupt(key, "its index does not inflate: " + e.getMessage());
        }
        throw BlockFormat.corrupt(key, "its index is shorter than it says");
    }

    private static byte[] read(SegmentReader reader, long position, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        reader.read(position, buffer);
        return buffer.array();
    }

    /// Opens a block and enters its series into `index`, whose guard the caller holds.
    ///
    /// @throws dev.belvedere.model.OperationException `corrupt_block`, `unsupported_block`, `segment_missing`,
    ///     `io_error`
    public static Block open(SegmentRecord record, SegmentStore segments, SeriesIndex index) {
        SegmentReader reader = segments.open(record.key());
        try {
            return load(reader, readHeader(reader, record.key()), new BlockSource(record, segments, index));
        } catch (MalformedBytesException e) {
            reader.close();
            throw BlockFormat.corrupt(record.key(), "index: " + e.getMessage());
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private record BlockSource(SegmentRecord record, SegmentStore segments, SeriesIndex index) {}

    private static Block load(SegmentReader reader, byte[] header, BlockSource from) {
        Ends ends = readEnds(reader, header, from.record().key());
        Block block = new Block(from.record(), from.segments(), reader, ends.columnsPerSeries());
        new IndexLoader(block, new ByteSource(ends.index()), from.index()).load();
        return block;
    }

    /// Opens a block whose header alone may be damaged, by the header that its footer was made for.
    static Block openWithAnyHeader(SegmentRecord record, SegmentStore segments, SeriesIndex index) {
        try {
            return open(record, segments, index);
        } catch (OperationException e) {
            if (!e.code().equals("corrupt_block") && !e.code().equals("unsupported_block")) {
                throw e;
            }
            for (int columns = 0; columns <= BlockFormat.MAX_COLUMNS_PER_SERIES; columns++) {
                int version = columns == 0 ? BlockFormat.FIRST_VERSION : BlockFormat.VERSION;
                SegmentReader reader = segments.open(record.key());
                try {
                    readHeader(reader, record.key());
                    return load(reader, BlockFormat.header(version, columns), new BlockSource(record, segments, index));
                } catch (OperationException | MalformedBytesException again) {
                    reader.close();
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    /// Goes once through an index.
    private static final class IndexLoader {

        private final Block block;
        private final ByteSource in;
        private final SeriesIndex index;
        private final String[] strings;
        private final int[] definitions;
        private long lastMinMillis;
        private long lastEnd = BlockFormat.HEADER_BYTES;

        IndexLoader(Block block, ByteSource in, SeriesIndex index) {
            this.block = block;
            this.in = in;
            this.index = index;
            in.getString();
            strings = new String[in.getCount(1)];
            for (int i = 0; i < strings.length; i++) {
                strings[i] = in.getString();
            }
            definitions = new int[in.getCount(1)];
        }

        void load() {
            int[] pairs = new int[16];
            for (int i = 0; i < definitions.length; i++) {
                int count = in.getCount(2);
                pairs = pairs.length < count ? new int[count] : pairs;
                for (int l = 0; l < count; l++) {
                    pairs[l] = index.pairs().intern(string(), string());
                }
                definitions[i] = index.internDefinition(pairs, count);
            }
            int targets = in.getCount(3);
            for (int i = 0; i < targets; i++) {
                loadTarget();
            }
        }

        private String string() {
            return strings[in.getIndex(strings.length - 1)];
        }

        private void loadTarget() {
            Labels.Builder labels = new Labels.Builder();
            int count = in.getCount(2);
            for (int i = 0; i < count; i++) {
                String name = string();
                if (!Target.isTargetLabel(name)) {
                    throw new MalformedBytesException("a target with a label " + name);
                }
                labels.set(name, string());
            }
            int target = index.internTarget(labels.build());
            int[] series = new int[in.getCount(1)];
            int definition = 0;
            for (int i = 0; i < series.length; i++) {
                definition += (int) in.getZigzag();
                if (definition < 0 || definition >= definitions.length) {
                    throw new MalformedBytesException("definition " + definition + " of " + definitions.length);
                }
                series[i] = index.internSeries(target, definitions[definition]);
                definition++;
            }
            ColumnLayout whole = new ColumnLayout(series);
            int chunkCount = in.getCount(6);
            List<BlockChunk> chunks = new ArrayList<>(chunkCount);
            for (int i = 0; i < chunkCount; i++) {
                chunks.add(loadChunk(whole));
            }
            block.put(target, chunks);
        }

        private BlockChunk loadChunk(ColumnLayout whole) {
            long minMillis = lastMinMillis + in.getZigzag();
            long maxMillis = minMillis + in.getVarint();
            lastMinMillis = minMillis;
            long position = lastEnd + in.getVarint();
            int headerLength = in.getIndex(Integer.MAX_VALUE);
            int length = in.getIndex(Integer.MAX_VALUE);
            lastEnd = position + length;
            if (headerLength > length || position < BlockFormat.HEADER_BYTES || maxMillis < minMillis) {
                throw new MalformedBytesException("a chunk at " + position + " of " + length + " bytes");
            }
            return new BlockChunk(block, layout(whole), minMillis, maxMillis, position, headerLength, length);
        }

        private ColumnLayout layout(ColumnLayout whole) {
            int columns = in.getCount(1);
            if (columns == 0) {
                return whole;
            }
            int[] series = new int[columns];
            int place = 0;
            for (int i = 0; i < columns; i++) {
                place += (int) in.getZigzag();
                if (place < 0 || place >= whole.columns()) {
                    throw new MalformedBytesException("column " + place + " of " + whole.columns());
                }
                series[i] = whole.series(place);
                place++;
            }
            return new ColumnLayout(series);
        }
    }
}
