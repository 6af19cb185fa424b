package dev.belvedere.tsdb.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.TimeRange;
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
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
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

    /// The footer, once it and the header check and are of a version that is known.
    private static ByteSource readFooter(SegmentReader reader, byte[] header, String key) {
        int version = BlockFormat.version(header);
        byte[] foot = read(reader, reader.size() - BlockFormat.FOOTER_BYTES, BlockFormat.FOOTER_BYTES);
        ByteSource footer = new ByteSource(foot, BlockFormat.CHECKED_FOOTER_BYTES, 8);
        if (footer.getInt() != BlockFormat.checksum(header, foot)
                || footer.getInt() != BlockFormat.MAGIC
                || !BlockFormat.isWhole(header)) {
            throw BlockFormat.corrupt(key, "its header and footer do not check");
        }
        if (version > BlockFormat.VERSION || version < BlockFormat.FIRST_VERSION) {
            throw BlockFormat.unsupported(key, version);
        }
        return new ByteSource(foot);
    }

    /// Makes sure that a block is of no later version than is known; whether it is whole does not matter.
    ///
    /// @throws OperationException `unsupported_block`
    public static void requireSupported(SegmentRecord record, SegmentStore segments) {
        try (SegmentReader reader = segments.open(record.key())) {
            readFooter(reader, readHeader(reader, record.key()), record.key());
        } catch (OperationException e) {
            if (e.code().equals("unsupported_block")) {
                throw e;
            }
        }
    }

    private static Ends readEnds(SegmentReader reader, byte[] header, String key) {
        long footerAt = reader.size() - BlockFormat.FOOTER_BYTES;
        ByteSource footer = readFooter(reader, header, key);
        long position = footer.getLong();
        int length = footer.getInt();
        int rawLength = footer.getInt();
        int checksum = footer.getInt();
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
        Block block = new Block(record, segments);
        open(block, index);
        return block;
    }

    /// Opens a closed block.
    ///
    /// @throws dev.belvedere.model.OperationException as above; it stays closed then
    public static void open(Block block, SeriesIndex index) {
        String key = block.record().key();
        SegmentReader reader = block.segments().open(key);
        try {
            load(block, reader, readHeader(reader, key), index);
        } catch (MalformedBytesException e) {
            reader.close();
            throw BlockFormat.corrupt(key, "index: " + e.getMessage());
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static void load(Block block, SegmentReader reader, byte[] header, SeriesIndex index) {
        Ends ends = readEnds(reader, header, block.record().key());
        Int2ObjectOpenHashMap<List<BlockChunk>> chunks =
                new IndexLoader(block, new ByteSource(ends.index()), index).load();
        block.open(new Block.Content(reader, ends.columnsPerSeries(), chunks));
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
                    Block block = new Block(record, segments);
                    load(block, reader, BlockFormat.header(version, columns), index);
                    return block;
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
        private final Int2ObjectOpenHashMap<List<BlockChunk>> chunks = new Int2ObjectOpenHashMap<>();
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

        /// @return the chunks by target
        Int2ObjectOpenHashMap<List<BlockChunk>> load() {
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
            return chunks;
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
            Target of = index.target(target);
            ColumnLayout whole = of.layout(series);
            int chunkCount = in.getCount(6);
            List<BlockChunk> ofTarget = new ArrayList<>(chunkCount);
            for (int i = 0; i < chunkCount; i++) {
                ofTarget.add(loadChunk(of, whole));
            }
            chunks.put(target, ofTarget);
        }

        private BlockChunk loadChunk(Target of, ColumnLayout whole) {
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
            return new BlockChunk(
                    block,
                    layout(of, whole),
                    new TimeRange(minMillis, maxMillis),
                    new BlockChunk.Place(position, headerLength, length));
        }

        private ColumnLayout layout(Target of, ColumnLayout whole) {
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
            return of.layout(series);
        }
    }
}
