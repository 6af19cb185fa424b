package dev.belvedere.wire.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.chunks.ChunkSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as the files of a block of Prometheus: they are read or refused with file and place. Checksums are
/// set right first where that can be done, so that what they guard is looked at.
class BlockFilesFuzzTest {

    /// Chunks may hold 65,535 samples in one bit each, and windows of files are read as a whole.
    private static final ParserBudget BUDGET = ParserBudget.of(64 << 20, 20_000);

    private static final int MAX_SERIES = 10_000;

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

    private static final class Counting implements ChunkSink {
        private long samples;

        @Override
        public void sample(long timestampMillis, long startMillis, double value) {
            samples++;
        }

        @Override
        public void histogram(long timestampMillis, NativeHistogram histogram) {
            samples++;
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BlockFilesFuzzTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    static Stream<byte[]> indexes() throws IOException {
        return Stream.of(resource("index"));
    }

    static Stream<byte[]> segments() throws IOException {
        return Stream.of(resource("000001"));
    }

    static Stream<byte[]> tombstones() {
        return Stream.of(
                Tombstones.emptyFile(), new byte[] {0x01, 0x30, (byte) 0xba, 0x30, 1, 5, 2, 4, 7, 6, 6, 0, 0, 0, 0});
    }

    static Stream<byte[]> descriptions() throws IOException {
        return Stream.of(resource("meta.json"));
    }

    /// Writes the checksum of a range behind it, if both are within the file.
    private static void putChecksum(byte[] file, long from, long length) {
        if (from >= 0 && length >= 0 && length <= file.length && from + length + 4 <= file.length) {
            CRC32C checksum = new CRC32C();
            checksum.update(file, (int) from, (int) length);
            ByteBuffer.wrap(file).putInt((int) (from + length), (int) checksum.getValue());
        }
    }

    /// The number at a place, and its bytes in the upper half; -1 where there is none.
    private static long uvarint(byte[] file, long at) {
        long value = 0;
        for (int i = 0; i < 5 && at + i < file.length; i++) {
            int b = file[(int) at + i];
            value |= (b & 0x7fL) << 7 * i;
            if (b >= 0) {
                return value & 0x7fffffffL | (long) (i + 1) << 32;
            }
        }
        return -1;
    }

    private static byte[] indexWithChecksums(byte[] bytes) {
        byte[] index = bytes.clone();
        int contents = index.length - IndexReader.CONTENTS_BYTES - 4;
        if (contents < IndexReader.HEADER_BYTES) {
            return index;
        }
        putChecksum(index, contents, IndexReader.CONTENTS_BYTES);
        ByteBuffer buffer = ByteBuffer.wrap(index);
        long symbols = buffer.getLong(contents);
        if (symbols >= 0 && symbols <= contents - 4) {
            putChecksum(index, symbols + 4, buffer.getInt((int) symbols) & 0xffffffffL);
        }
        long series = buffer.getLong(contents + 8);
        if (series >= IndexReader.HEADER_BYTES && series < contents) {
            for (long at = (series + 15) / 16 * 16; at < contents; at = (at + 15) / 16 * 16) {
                long length = uvarint(index, at);
                if (length <= 0) {
                    return index;
                }
                int size = (int) length;
                putChecksum(index, at + (length >>> 32), size);
                at += size > 0 ? (length >>> 32) + size + 4 : 1;
            }
        }
        return index;
    }

    private static void readIndex(byte[] bytes) {
        IndexReader reader = new IndexReader(new Bytes("index", bytes));
        int count = 0;
        while (count++ < MAX_SERIES && reader.next()) {
            for (int i = 0; i < reader.labels().size(); i++) {
                assertThat(reader.labels().name(i)).isNotEmpty();
                assertThat(reader.labels().value(i)).isNotEmpty();
            }
            assertThat(reader.chunkCount()).isNotNegative();
        }
    }

    @MethodSource("indexes")
    @FuzzTest
    void index(byte[] bytes) {
        byte[] index = indexWithChecksums(bytes);
        BUDGET.run(index.length, () -> {
            try {
                readIndex(index);
            } catch (BlockFormatException e) {
                assertThat(e.getMessage()).startsWith("index at byte ");
            }
        });
    }

    @MethodSource("segments")
    @FuzzTest
    void segment(byte[] bytes) {
        byte[] segment = bytes.clone();
        for (long at = ChunkSegments.HEADER_BYTES; at < segment.length; ) {
            long length = uvarint(segment, at);
            if (length <= 0) {
                break;
            }
            putChecksum(segment, at + (length >>> 32), (int) length + 1L);
            at += (length >>> 32) + (int) length + 5;
        }
        BUDGET.run(segment.length, () -> {
            try {
                ChunkSegments chunks = new ChunkSegments(List.of(new Bytes("000001", segment)));
                Counting counting = new Counting();
                for (long at = ChunkSegments.HEADER_BYTES; at < segment.length && counting.samples < 1 << 20; ) {
                    chunks.read(at, counting);
                    long length = uvarint(segment, at);
                    at += (length >>> 32) + (int) length + 5;
                }
            } catch (BlockFormatException e) {
                assertThat(e.getMessage()).startsWith("000001 at byte ");
            }
        });
    }

    @MethodSource("tombstones")
    @FuzzTest
    void tombstones(byte[] bytes) {
        byte[] stones = bytes.clone();
        putChecksum(stones, 5, stones.length - 9L);
        BUDGET.run(stones.length, () -> {
            try {
                Tombstones read = Tombstones.read(new Bytes("tombstones", stones));
                read.of(0).forEach(range -> assertThat(range.endMillis()).isGreaterThanOrEqualTo(range.startMillis()));
            } catch (BlockFormatException e) {
                assertThat(e.getMessage()).startsWith("tombstones at byte ");
            }
        });
    }

    @MethodSource("descriptions")
    @FuzzTest
    void description(byte[] json) {
        BUDGET.run(json.length, () -> {
            try {
                BlockMeta meta = BlockMeta.parse("meta.json", json);
                assertThat(meta.maxMillis()).isGreaterThanOrEqualTo(meta.minMillis());
            } catch (BlockFormatException e) {
                assertThat(e.getMessage()).startsWith("meta.json at byte ");
            }
        });
    }
}
