package dev.belvedere.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.tsdb.block.BlockWriter.EncodedPart;
import dev.belvedere.tsdb.index.SeriesIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WrittenIndexTest {

    private static final String KEY = "metrics/default/0000/0000000000000001";

    private final LocalSegmentStore segments = new LocalSegmentStore(new MemoryDisk(), Path.of("/segments"));
    private final SeriesIndex index = new SeriesIndex();
    private final WrittenIndex written = new WrittenIndex(9);

    /// Series of a target.
    private int[] series(String instance, int count) {
        int[] series = new int[count];
        for (int i = 0; i < count; i++) {
            series[i] = index.intern(Labels.of("__name__", "m" + i, "instance", instance));
        }
        return series;
    }

    private SegmentRecord write() {
        int[] one = series("one", 3);
        int[] two = series("two", 2);
        long size = segments.put(KEY, sink -> {
            BlockWriter writer = new BlockWriter(sink, Tenant.DEFAULT, index.view(), written);
            writer.add(index.targetOf(one[0]), one, List.of(part(one, 1000, 5), part(one, 3000, 7)));
            int[] second = {two[1]};
            writer.add(index.targetOf(two[0]), two, List.of(part(two, 500, 3), part(second, 4000, 9)));
            writer.finish();
        });
        return new SegmentRecord(KEY, "metrics", 0, Tenant.DEFAULT, "rollup", 0, 500, 4100, 0, 1, size, Map.of());
    }

    private static EncodedPart part(int[] series, long millis, int length) {
        return new EncodedPart(series, millis, millis + 100, new byte[length], length - 1);
    }

    private List<String> describe(Block block) {
        List<String> all = new ArrayList<>();
        for (int t = 0; t < index.targetCount(); t++) {
            for (BlockChunk chunk : block.chunksOf(t)) {
                all.add(t + " " + Arrays.toString(chunk.layout().series()) + " " + chunk.minMillis() + " "
                        + chunk.maxMillis() + " " + chunk.position() + " " + chunk.headerLength() + " "
                        + chunk.length());
            }
        }
        return all;
    }

    @Test
    void it_opens_a_block_as_the_index_that_was_written_does() {
        SegmentRecord record = write();
        Block opened = written.open(record, segments);
        Block read = BlockReader.open(record, segments, index);
        assertThat(describe(opened)).hasSize(4).isEqualTo(describe(read));
        assertThat(opened.columnsPerSeries()).isEqualTo(9).isEqualTo(read.columnsPerSeries());
        assertThat(opened.chunksOf(0).getFirst().layout())
                .isSameAs(read.chunksOf(0).getFirst().layout());
    }

    @Test
    void it_tells_the_time_of_all_chunks() {
        assertThat(written.isEmpty()).isTrue();
        write();
        assertThat(written.isEmpty()).isFalse();
        assertThat(written.minMillis()).isEqualTo(500);
        assertThat(written.maxMillis()).isEqualTo(4100);
    }
}
