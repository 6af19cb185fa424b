package dev.belvedere.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.index.SeriesIndex;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as the index of a block whose checksums are right, and as a whole block: they open or are refused
/// as damaged.
class BlockIndexFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(16 << 20, 4000);
    private static final String KEY = "metrics/default/0000/0000000000000001";
    private static final int CHUNK_BYTES = 64;

    private static SegmentRecord record(long sizeBytes) {
        return new SegmentRecord(KEY, "metrics", 0, Tenant.DEFAULT, "block", 0, 0, 1000, 0, 1, sizeBytes, Map.of());
    }

    private static byte[] block(byte[] index) {
        byte[] compressed = Zstd.compress(index, 1);
        ByteSink footer = new ByteSink(BlockFormat.FOOTER_BYTES);
        footer.putLong(BlockFormat.HEADER_BYTES + CHUNK_BYTES);
        footer.putInt(compressed.length);
        footer.putInt(index.length);
        footer.putInt(ByteSink.checksum(compressed, 0, compressed.length));
        footer.putChecksum(0);
        footer.putInt(BlockFormat.MAGIC);
        ByteSink block = new ByteSink(compressed.length + 128);
        block.putInt(BlockFormat.MAGIC);
        block.putShort(BlockFormat.VERSION);
        block.putShort(0);
        block.putBytes(new byte[CHUNK_BYTES], 0, CHUNK_BYTES);
        block.putBytes(compressed, 0, compressed.length);
        block.putBytes(footer);
        return block.toBytes();
    }

    /// Two series of one target, in one chunk.
    static Stream<byte[]> indexes() {
        ByteSink index = new ByteSink(64);
        index.putString("default");
        String[] strings = {"__name__", "up", "down", "job", "node", "le", "1"};
        index.putVarint(strings.length);
        for (String string : strings) {
            index.putString(string);
        }
        index.putVarint(2);
        for (int[] definition : new int[][] {{0, 1}, {0, 2, 5, 6}}) {
            index.putVarint(definition.length / 2);
            for (int at : definition) {
                index.putVarint(at);
            }
        }
        index.putVarint(1);
        index.putVarint(1);
        index.putVarint(3);
        index.putVarint(4);
        index.putVarint(2);
        index.putZigzag(0);
        index.putZigzag(0);
        index.putVarint(1);
        index.putZigzag(1_790_000_000_000L);
        index.putVarint(15_000);
        index.putVarint(0);
        index.putVarint(12);
        index.putVarint(CHUNK_BYTES);
        index.putVarint(0);
        return Stream.of(index.toBytes());
    }

    static Stream<byte[]> blocks() {
        return indexes().map(BlockIndexFuzzTest::block);
    }

    private static void open(byte[] block) {
        LocalSegmentStore segments = new LocalSegmentStore(new MemoryDisk(), Path.of("/segments"));
        segments.put(KEY, sink -> sink.write(ByteBuffer.wrap(block)));
        try {
            Block opened = BlockReader.open(record(block.length), segments, new SeriesIndex());
            opened.chunks()
                    .values()
                    .forEach(chunks -> chunks.forEach(chunk -> {
                        try {
                            assertThat(chunk.open().rows()).isPositive();
                        } catch (OperationException e) {
                            assertThat(e.code()).isEqualTo("corrupt_block");
                        }
                    }));
            opened.giveUp(false);
        } catch (OperationException e) {
            assertThat(e.code()).isEqualTo("corrupt_block");
        }
    }

    @MethodSource("indexes")
    @FuzzTest
    void index(byte[] index) {
        byte[] block = block(index);
        BUDGET.run(index.length, () -> open(block));
    }

    @MethodSource("blocks")
    @FuzzTest
    void whole_block(byte[] block) {
        BUDGET.run(block.length, () -> open(block));
    }
}
