package dev.belvedere.tsdb.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.TimeRange;
import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.chunk.ColumnLayout;
import dev.belvedere.tsdb.chunk.RawChunk;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GroupSplitterTest {

    private static final long SEED = Long.getLong("seed", 20261127);
    private static final int SERIES = 300;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private Chunk chunk(ColumnLayout layout, int number) {
        double[] values = new double[layout.columns()];
        Chunk chunk = new RawChunk(layout, new RawChunk.Slots(1, new long[] {number}, values, null, null));
        if (random.nextInt(8) != 0) {
            return chunk;
        }
        BitSet deleted = new BitSet();
        for (int i = 0; i < 40; i++) {
            deleted.set(random.nextInt(SERIES));
        }
        return new MaskedChunk(chunk, List.of(new Deletion(deleted, new TimeRange(number, number))));
    }

    private ColumnLayout layout() {
        IntArrayList series = new IntArrayList();
        int share = random.nextInt(1, 20);
        for (int each = SERIES - 1; each >= 0; each--) {
            if (random.nextInt(share) == 0) {
                series.add(each);
            }
        }
        return new ColumnLayout(series.toIntArray());
    }

    @Test
    void series_stand_together_that_occur_in_the_same_chunks() {
        System.out.println("seed " + SEED);
        for (int round = 0; round < 50; round++) {
            List<Chunk> chunks = new ArrayList<>();
            ColumnLayout layout = layout();
            int likely = random.nextInt(1, 4);
            for (int c = round == 0 ? 0 : random.nextInt(1, 150); c > 0; c--) {
                layout = random.nextInt(likely) == 0 ? layout() : layout;
                chunks.add(chunk(layout, c));
            }
            IntArrayList wanted = new IntArrayList();
            for (int each = 0; each < SERIES; each++) {
                if (random.nextInt(3) != 0) {
                    wanted.add(each);
                }
            }
            Map<Integer, List<Chunk>> found = new HashMap<>();
            Set<List<Chunk>> seen = new HashSet<>();
            for (GroupSplitter.Part part : GroupSplitter.split(wanted, chunks)) {
                assertThat(seen.add(part.chunks())).isTrue();
                for (int each : part.series()) {
                    assertThat(found.put(each, part.chunks())).isNull();
                }
            }
            assertThat(found).isEqualTo(expected(wanted, chunks));
        }
    }

    @Test
    void series_that_every_chunk_has_stand_together_in_their_order() {
        int[] columns = {7, 3, 5, 1};
        List<Chunk> chunks = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            ColumnLayout layout = new ColumnLayout(columns);
            chunks.add(new RawChunk(layout, new RawChunk.Slots(1, new long[] {number}, new double[4], null, null)));
        }
        List<GroupSplitter.Part> parts = GroupSplitter.split(IntArrayList.of(1, 3, 7), chunks);
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().series()).containsExactly(1, 3, 7);
        assertThat(parts.getFirst().chunks()).isEqualTo(chunks);
        assertThat(GroupSplitter.split(IntArrayList.of(5), chunks)).hasSize(1);
        assertThat(GroupSplitter.split(IntArrayList.of(2), chunks)).isEmpty();
    }

    private static Map<Integer, List<Chunk>> expected(IntArrayList wanted, List<Chunk> chunks) {
        Map<Integer, List<Chunk>> expected = new HashMap<>();
        for (int each : wanted) {
            List<Chunk> with = chunks.stream()
                    .filter(chunk -> chunk.layout().indexOf(each) >= 0
                            && (!(chunk instanceof MaskedChunk masked) || masked.mayHave(each)))
                    .toList();
            if (!with.isEmpty()) {
                expected.put(each, with);
            }
        }
        return expected;
    }
}
