package dev.belvedere.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnPage;
import dev.belvedere.tsdb.chunk.KeptRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadCacheTest {

    private final ReadCache cache = new ReadCache();
    private final Block block = block("a");
    private final BlockChunk chunk = chunk(block);

    private static Block block(String key) {
        SegmentRecord record =
                new SegmentRecord(key, "metrics", 0, Tenant.DEFAULT, "block", 0, 0, 1, 0, 1, 1, Map.of());
        return new Block(record, new LocalSegmentStore(new MemoryDisk(), Path.of("segments")));
    }

    private static BlockChunk chunk(Block block) {
        return new BlockChunk(
                block, new ColumnLayout(new int[] {0}), new TimeRange(0, 1), new BlockChunk.Place(0, 1, 2));
    }

    private static ColumnPage quarter() {
        return new ColumnPage(new byte[ReadCache.MAX_PAGE_BYTES / 4], new int[33]);
    }

    private static ChunkHeader header() {
        return new ChunkHeader(new long[] {0}, 1, new int[] {1, 2});
    }

    @Test
    void pages_that_came_first_go_when_more_come_than_fit() {
        for (int page = 0; page < 5; page++) {
            cache.put(chunk, page, quarter());
        }
        assertThat(chunk.keptPage(0)).isNull();
        assertThat(chunk.keptPage(1)).isNull();
        assertThat(chunk.keptPage(2)).isNotNull();
        assertThat(chunk.keptPage(4)).isNotNull();
        assertThat(chunk.keptPage(5)).isNull();
    }

    @Test
    void a_page_that_two_have_read_is_kept_once() {
        for (int i = 0; i < 10; i++) {
            cache.put(chunk, 7, quarter());
        }
        cache.put(chunk, 3, quarter());
        assertThat(chunk.keptPage(7)).isNotNull();
        assertThat(chunk.keptPage(3)).isNotNull();
    }

    @Test
    void pages_take_no_place_from_headers() {
        cache.put(chunk, header());
        for (int page = 0; page < 20; page++) {
            cache.put(chunk, page, quarter());
        }
        assertThat(chunk.header()).isNotNull();
    }

    @Test
    void of_a_closed_block_nothing_is_kept_and_its_place_is_free() {
        BlockChunk other = chunk(block("b"));
        cache.put(other, 0, quarter());
        for (int page = 0; page < 2; page++) {
            cache.put(chunk, page, quarter());
        }
        cache.put(chunk, header());
        cache.forget(block);
        assertThat(chunk.keptPage(0)).isNull();
        assertThat(chunk.keptPage(1)).isNull();
        assertThat(chunk.header()).isNull();
        cache.put(other, 1, quarter());
        cache.put(other, 2, quarter());
        assertThat(other.keptPage(0)).isNotNull();
    }

    @Test
    void a_row_is_kept_until_another_of_its_chunk_is_asked_for() {
        KeptRow row = cache.keepRow(chunk, 5);
        row.put(0, -0.0);
        assertThat(cache.keepRow(chunk, 5)).isSameAs(row);
        assertThat(row.has(0)).isTrue();
        assertThat(Double.doubleToRawLongBits(row.value(0))).isEqualTo(Long.MIN_VALUE);
        KeptRow next = cache.keepRow(chunk, 6);
        assertThat(next.has(0)).isFalse();
        assertThat(chunk.row()).isSameAs(next);
    }

    @Test
    void rows_that_came_first_go_when_more_come_than_fit() {
        int columns = ReadCache.MAX_ROW_BYTES / Long.BYTES / 4;
        List<BlockChunk> chunks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            chunks.add(new BlockChunk(
                    block, new ColumnLayout(new int[columns]), new TimeRange(0, 1), new BlockChunk.Place(0, 1, 2)));
            cache.keepRow(chunks.getLast(), 0);
        }
        assertThat(chunks.getFirst().row()).isNull();
        assertThat(chunks.getLast().row()).isNotNull();
        cache.forget(block);
        assertThat(chunks.getLast().row()).isNull();
    }
}
