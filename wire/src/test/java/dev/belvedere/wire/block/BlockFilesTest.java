package dev.belvedere.wire.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.chunks.ChunkBuilder;
import dev.belvedere.wire.chunks.ChunkSink;
import dev.belvedere.wire.chunks.EncodedChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The files `index`, `000001`, `meta.json` and `tombstones` beside this class are a block of Prometheus 3.5.3.
class BlockFilesTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    private record Bytes(String name, byte[] bytes) implements BlockFile {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long position, byte[] into, int length) {
            System.arraycopy(bytes, (int) position, into, 0, length);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BlockFilesTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static List<String> dump(byte[] index, List<byte[]> segments) {
        List<BlockFile> files = new ArrayList<>();
        for (byte[] segment : segments) {
            files.add(new Bytes("chunks/" + files.size(), segment));
        }
        ChunkSegments chunks = new ChunkSegments(files);
        IndexReader reader = new IndexReader(new Bytes("index", index));
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            StringBuilder line = new StringBuilder(reader.labels().toString());
            for (int i = 0; i < reader.chunkCount(); i++) {
                line.append(" [")
                        .append(reader.minMillis(i))
                        .append(' ')
                        .append(reader.maxMillis(i))
                        .append(']');
                chunks.read(reader.chunkRef(i), new ChunkSink() {
                    @Override
                    public void sample(long timestampMillis, long startMillis, double value) {
                        line.append(' ').append(value).append('@').append(timestampMillis);
                    }

                    @Override
                    public void histogram(long timestampMillis, NativeHistogram histogram) {
                        line.append(" histogram@").append(timestampMillis);
                    }
                });
            }
            lines.add(line.toString());
        }
        return lines;
    }

    @Test
    void a_block_of_prometheus_is_read() throws IOException {
        assertThat(dump(resource("index"), List.of(resource("000001"))))
                .containsExactly(
                        "a{x=\"1\"} [1600000000000 1600000030000] 1.0@1600000000000 2.0@1600000015000"
                                + " 2.0@1600000030000",
                        "a{x=\"2\", y=\"é\"} [1600000000000 1600000030000] 4.5@1600000000000 NaN@1600000030000",
                        "b_total [1600000030000 1600000030000] 7.0@1600000030000");
        BlockMeta meta = BlockMeta.parse("meta.json", resource("meta.json"));
        assertThat(meta.minMillis()).isEqualTo(1_600_000_000_000L);
        assertThat(meta.maxMillis()).isEqualTo(1_600_000_030_001L);
        assertThat(meta.counts()).isEqualTo(new BlockMeta.Counts(6, 0, 3, 3));
        assertThat(BlockId.isOne(meta.id())).isTrue();
        assertThat(Tombstones.read(new Bytes("tombstones", resource("tombstones")))
                        .of(1))
                .isEmpty();
        assertThat(Tombstones.emptyFile()).isEqualTo(resource("tombstones"));
    }

    /// A written block: its index and its segments.
    private record Written(byte[] index, List<byte[]> segments) {}

    private static Written write(TreeMap<Labels, List<EncodedChunk>> series, long maxSegmentBytes) {
        List<ByteArrayOutputStream> segments = new ArrayList<>();
        ChunkSegmentWriter chunks = new ChunkSegmentWriter(
                number -> {
                    ByteArrayOutputStream segment = new ByteArrayOutputStream();
                    segments.add(segment);
                    assertThat(segments).hasSize(number);
                    return (bytes, length) -> segment.write(bytes, 0, length);
                },
                maxSegmentBytes);
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        IndexWriter writer = new IndexWriter((bytes, length) -> index.write(bytes, 0, length), series.keySet());
        series.forEach((labels, list) -> {
            long[] refs = new long[3 * list.size()];
            for (int i = 0; i < list.size(); i++) {
                refs[3 * i] = list.get(i).minMillis();
                refs[3 * i + 1] = list.get(i).maxMillis();
                refs[3 * i + 2] = chunks.write(list.get(i));
            }
            writer.add(labels, refs);
        });
        writer.finish();
        return new Written(
                index.toByteArray(),
                segments.stream().map(ByteArrayOutputStream::toByteArray).toList());
    }

    private static List<EncodedChunk> chunks(double... samples) {
        List<EncodedChunk> chunks = new ArrayList<>();
        ChunkBuilder builder = new ChunkBuilder(chunks::add);
        for (int i = 0; i < samples.length; i += 2) {
            builder.sample((long) samples[i], 0, samples[i + 1]);
        }
        builder.finish();
        return chunks;
    }

    @Test
    void the_same_series_make_the_same_bytes_as_prometheus() throws IOException {
        TreeMap<Labels, List<EncodedChunk>> series = new TreeMap<>();
        series.put(Labels.of("__name__", "a", "x", "1"), chunks(1.6e12, 1, 1.600000015e12, 2, 1.60000003e12, 2));
        series.put(
                Labels.of("__name__", "a", "x", "2", "y", "é"),
                chunks(1.6e12, 4.5, 1.60000003e12, SampleValues.NORMAL_NAN));
        series.put(Labels.of("__name__", "b_total"), chunks(1.60000003e12, 7));
        Written written = write(series, 1 << 20);
        byte[] index = resource("index");
        // Prometheus still writes lists of label values behind the series.
        long seriesEnd = java.nio.ByteBuffer.wrap(index).getLong(index.length - 52 + 16);
        assertThat(Arrays.copyOf(written.index(), (int) seriesEnd)).isEqualTo(Arrays.copyOf(index, (int) seriesEnd));
        assertThat(written.segments()).containsExactly(resource("000001"));
        assertThat(dump(written.index(), written.segments())).hasSize(3);
    }

    @Test
    void many_series_over_several_segments_come_back() {
        Random random = new Random(SEED);
        TreeMap<Labels, List<EncodedChunk>> series = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            double[] samples = new double[2 + 2 * random.nextInt(300)];
            for (int k = 0; k < samples.length; k += 2) {
                samples[k] = 1.6e12 + 500.0 * k;
                samples[k + 1] = random.nextInt(5);
            }
            Labels labels =
                    Labels.of("__name__", "m" + random.nextInt(50), "host", "h" + i, "λ", "v" + random.nextInt(9));
            series.put(labels, chunks(samples));
        }
        Written written = write(series, 50_000);
        assertThat(written.segments()).hasSizeGreaterThan(3).allMatch(segment -> segment.length <= 50_000);
        List<String> read = dump(written.index(), written.segments());
        series.forEach(
                (labels, list) -> expected.add(labels + " [" + list.getFirst().minMillis()));
        assertThat(read).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(read.get(i)).as("seed %d", SEED).startsWith(expected.get(i));
        }
    }

    @Test
    void descriptions_read_back() {
        String id = BlockId.of(1_700_000_000_000L, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        assertThat(id).isEqualTo("01HF7YAT00041061050R3GG28A").hasSize(26);
        assertThat(BlockId.isOne(id)).isTrue();
        assertThat(BlockId.isOne("wal")).isFalse();
        BlockMeta meta = new BlockMeta(id, 5, 9, new BlockMeta.Counts(4, 3, 2, 2), 1);
        BlockMeta read = BlockMeta.parse("meta.json", meta.toJson().getBytes(StandardCharsets.UTF_8));
        assertThat(read).isEqualTo(new BlockMeta(id, 5, 9, new BlockMeta.Counts(7, 0, 2, 2), 1));
    }

    @Test
    void what_is_no_block_is_refused_with_file_and_place() throws IOException {
        byte[] index = resource("index");
        assertThatThrownBy(() -> new IndexReader(new Bytes("b/index", new byte[] {1})))
                .hasMessage("b/index at byte 1: too short for an index");
        byte[] damaged = index.clone();
        damaged[4] = 1;
        assertThatThrownBy(() -> new IndexReader(new Bytes("b/index", damaged)))
                .hasMessage("b/index at byte 4: index version 1 is not read here, only 2");
        byte[] flipped = index.clone();
        flipped[12] ^= 1;
        assertThatThrownBy(() -> new IndexReader(new Bytes("b/index", flipped)))
                .hasMessageContaining("b/index at byte 9: the checksum of the symbol table");
        byte[] segment = resource("000001");
        segment[12] ^= 1;
        assertThatThrownBy(() -> dump(index, List.of(segment)))
                .hasMessageContaining("chunks/0 at byte 9: the checksum of a chunk");
        assertThatThrownBy(() -> dump(index, List.of()))
                .hasMessage("chunks at byte 0: the index refers to segment 1 of 0");
        assertThatThrownBy(() -> BlockMeta.parse("meta.json", "{\"version\": 2}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("meta.json at byte 0: blocks of version 2 are not read here, only 1");
        assertThatThrownBy(() -> BlockMeta.parse("meta.json", "{".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(BlockFormatException.class);
    }

    @Test
    void damage_is_refused_or_harmless() throws IOException {
        Random random = new Random(SEED);
        byte[] index = resource("index");
        byte[] segment = resource("000001");
        byte[] stones = {0x01, 0x30, (byte) 0xba, 0x30, 1, 5, 2, 4, 0, 0, 0, 0};
        for (int round = 0; round < 5000; round++) {
            byte[][] files = {index.clone(), segment.clone(), stones.clone()};
            byte[] file = files[random.nextInt(3)];
            for (int i = random.nextInt(3); i >= 0; i--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try {
                dump(
                        random.nextBoolean() ? files[0] : Arrays.copyOf(files[0], random.nextInt(index.length)),
                        List.of(files[1]));
                Tombstones.read(new Bytes("tombstones", files[2]));
            } catch (BlockFormatException e) {
                assertThat(e.getMessage()).contains(" at byte ");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
    }
}
