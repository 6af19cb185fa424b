package dev.belvedere.tsdb.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
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

    /// The uncompressed index of a block, checked.
    ///
    /// @throws dev.belvedere.model.OperationException `corrupt_block`, `segment_missing`, `io_error`
    public static byte[] readIndex(SegmentReader reader, String key) {
        if (reader.size() < BlockFormat.HEADER_BYTES + BlockFormat.FOOTER_BYTES) {
            throw BlockFormat.corrupt(key, "it has only " + reader.size() + " bytes");
        }
        byte[] head = read(reader, 0, BlockFormat.HEADER_BYTES);
        ByteSource header = new ByteSource(head);
        if (header.getInt() != BlockFormat.MAGIC || header.getInt() != BlockFormat.VERSION) {
            throw BlockFormat.corrupt(key, "its header is not one of version " + BlockFormat.VERSION);
        }
        long footerAt = reader.size() - BlockFormat.FOOTER_BYTES;
        byte[] foot = read(reader, footerAt, BlockFormat.FOOTER_BYTES);
        ByteSource footer = new ByteSource(foot);
        long position = footer.getLong();
        int length = footer.getInt();
        int rawLength = footer.getInt();
        int checksum = footer.getInt();
        if (footer.getInt() != ByteSink.checksum(foot, 0, 20) || footer.getInt() != BlockFormat.MAGIC) {
            throw BlockFormat.corrupt(key, "its footer does not check");
        }
        if (length < 0 || rawLength < 0 || rawLength > BlockFormat.MAX_INDEX_BYTES || position + length != footerAt) {
            throw BlockFormat.corrupt(key, "its footer makes no sense");
        }
        byte[] compressed = read(reader, position, length);
        if (ByteSink.checksum(compressed, 0, length) != checksum) {
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
    public static Block open(SegmentRecord record, SegmentStore segments, SeriesIndex index) {
        SegmentReader reader = segments.open(record.key());
        try {
            byte[] bytes = readIndex(reader, record.key());
            Block block = new Block(record, segments, reader);
            new IndexLoader(block, new ByteSource(bytes), index).load();
            return block;
        } catch (MalformedBytesException e) {
            reader.close();
            throw BlockFormat.corrupt(record.key(), "index: " + e.getMessage());
        } catch (RuntimeException e) {
            reader.close();
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
