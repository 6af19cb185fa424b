package dev.belvedere.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.ColumnSource;
import dev.belvedere.tsdb.chunk.EncodedChunk;
import dev.belvedere.tsdb.chunk.RawChunk;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkRunTest {

    private static final ColumnLayout LAYOUT = new ColumnLayout(new int[] {3});

    private record Rows(long[] times) implements ColumnSource {

        @Override
        public int rows() {
            return times.length;
        }

        @Override
        public ColumnEncoder.Rows column(int column) {
            return new ColumnEncoder.Rows(new double[times.length], 0, times.length, null, null);
        }
    }

    /// A chunk with a row a second.
    private static EncodedChunk chunk(long fromSecond, int rows) {
        long[] times = new long[rows];
        Arrays.setAll(times, i -> 1000 * (fromSecond + i));
        byte[] bytes = new ChunkEncoder().encode(new Rows(times), 1);
        return new EncodedChunk(LAYOUT, times[0], times[rows - 1], bytes);
    }

    private static Chunk copied(ChunkRun run) {
        return ((ChunkRun.Copied) run).chunk();
    }

    private static List<Chunk> merged(ChunkRun run) {
        return ((ChunkRun.Merged) run).chunks();
    }

    private static List<ChunkRun> split(Chunk... chunks) {
        return ChunkRun.split(List.of(chunks), Long.MIN_VALUE, Long.MAX_VALUE, 128);
    }

    @Test
    void short_chunks_are_merged() {
        Chunk a = chunk(0, 64);
        Chunk b = chunk(64, 64);
        Chunk c = chunk(128, 16);
        List<ChunkRun> runs = split(a, b, c);
        assertThat(runs).hasSize(1);
        assertThat(merged(runs.getFirst())).containsExactly(a, b, c);
    }

    @Test
    void long_chunks_are_copied_and_what_lies_between_them_is_merged_apart() {
        Chunk before = chunk(0, 16);
        Chunk first = chunk(16, 128);
        Chunk between = chunk(200, 64);
        Chunk more = chunk(300, 64);
        Chunk last = chunk(400, 256);
        List<ChunkRun> runs = split(last, more, first, between, before);
        assertThat(runs).hasSize(4);
        assertThat(merged(runs.get(0))).containsExactly(before);
        assertThat(copied(runs.get(1))).isSameAs(first);
        assertThat(merged(runs.get(2))).containsExactly(more, between);
        assertThat(copied(runs.get(3))).isSameAs(last);
    }

    @Test
    void chunks_that_share_a_time_with_another_are_merged_older_sources_before_newer_ones() {
        Chunk newer = chunk(100, 200);
        Chunk older = chunk(299, 200);
        Chunk within = chunk(310, 1);
        List<ChunkRun> runs = split(older, newer, within);
        assertThat(runs).hasSize(1);
        assertThat(merged(runs.getFirst())).containsExactly(older, newer, within);
    }

    @Test
    void a_chunk_that_reaches_beyond_the_range_is_cut_and_one_outside_of_it_left_out() {
        Chunk outside = chunk(0, 100);
        Chunk across = chunk(100, 200);
        Chunk inside = chunk(300, 200);
        List<ChunkRun> runs = ChunkRun.split(List.of(outside, across, inside), 150_000, 499_000, 128);
        assertThat(runs).hasSize(2);
        assertThat(merged(runs.get(0))).containsExactly(across);
        assertThat(copied(runs.get(1))).isSameAs(inside);
    }

    @Test
    void the_only_chunk_of_a_target_in_a_head_is_copied_however_short() {
        Chunk only = chunk(0, 3);
        assertThat(copied(split(only).getFirst())).isSameAs(only);
    }

    @Test
    void of_a_target_whose_series_have_times_of_their_own_the_chunks_of_a_head_are_copied() {
        Chunk[] many = new Chunk[ChunkRun.MAX_MERGED_OF_HEAD + 1];
        Arrays.setAll(many, i -> chunk(i, 16));
        assertThat(split(many)).hasSize(many.length).hasOnlyElementsOfType(ChunkRun.Copied.class);
        assertThat(split(Arrays.copyOf(many, many.length - 1))).hasSize(1);
    }

    @Test
    void a_chunk_without_bytes_is_merged() {
        double[] values = new double[200];
        long[] times = new long[200];
        Arrays.setAll(times, i -> i);
        Chunk raw = new RawChunk(LAYOUT, new RawChunk.Slots(200, times, values, null, null));
        assertThat(merged(split(raw).getFirst())).containsExactly(raw);
    }

    @Test
    void a_copy_has_all_that_the_chunk_has() {
        EncodedChunk chunk = chunk(5, 130);
        EncodedPart part = ((ChunkRun.Copied) split(chunk).getFirst()).part();
        assertThat(part.series()).containsExactly(3);
        assertThat(part.minMillis()).isEqualTo(5000);
        assertThat(part.maxMillis()).isEqualTo(134_000);
        assertThat(part.bytes()).isEqualTo(chunk.bytes());
        assertThat(part.headerLength()).isEqualTo(chunk.headerLength());
    }
}
