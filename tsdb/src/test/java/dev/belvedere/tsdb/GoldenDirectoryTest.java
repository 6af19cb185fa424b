package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// R28: data directories of every format version there was are read, and those of later ones are refused.
class GoldenDirectoryTest {

    private static final Path ROOT = Path.of("/data");
    private static final String NEWEST = "1";

    private final ManualTime time = new ManualTime(GoldenDirectory.START + 22 * GoldenDirectory.HOUR);

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenDirectoryTest.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static List<String> lines(String name) throws IOException {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    private static MemoryDisk golden(String version) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        for (String name : lines(version + "/files.txt")) {
            write(disk, name, resource(version + "/" + name));
        }
        return disk;
    }

    private static void write(MemoryDisk disk, String name, byte[] content) throws IOException {
        Path path = ROOT.resolve(name);
        disk.createDirectories(Objects.requireNonNull(path.getParent()));
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
    }

    private StoreOnDisk open(MemoryDisk disk) {
        return StoreOnDisk.open(disk, ROOT, 2, GoldenDirectory.options(), time);
    }

    @ParameterizedTest
    @ValueSource(strings = "1")
    void R28_a_directory_of_this_version_answers_as_when_it_was_written(String version) throws IOException {
        List<String> expected = lines(version + "/series.txt");
        StoreOnDisk opened = open(golden(version));
        assertThat(opened.catalog().state().segments("metrics"))
                .extracting(SegmentRecord::kind)
                .contains("block", "rollup", "tombstone");
        assertThat(opened.catalog().state().segments("metrics"))
                .filteredOn(record -> record.kind().equals("block"))
                .extracting(SegmentRecord::level)
                .contains(0)
                .anyMatch(level -> level > 0);
        assertThat(opened.store()
                        .statistics(dev.belvedere.model.Tenant.DEFAULT, 1)
                        .sampleCount())
                .as("samples that are only in the log")
                .isPositive();
        assertThat(BlockCheck.run(opened.catalog().state(), opened.segments()).problems())
                .isEmpty();
        assertThat(GoldenDirectory.describe(opened.store())).isEqualTo(expected);
        opened.store().flush();
        opened.store().cleanTombstones();
        assertThat(GoldenDirectory.describe(opened.store())).as("rewritten").isEqualTo(expected);
        opened.close();
    }

    @ParameterizedTest
    @CsvSource({"catalog/, BVCT", "wal/, BVLG"})
    void R28_files_of_a_later_version_are_refused_with_what_to_do(String folder, String magic) throws IOException {
        MemoryDisk disk = golden(NEWEST);
        for (String name : lines(NEWEST + "/files.txt")) {
            if (name.startsWith(folder)) {
                byte[] content = resource(NEWEST + "/" + name);
                ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putShort(4, (short) 2);
                CRC32C crc = new CRC32C();
                crc.update(content, 0, 16);
                ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(16, (int) crc.getValue());
                write(disk, name, content);
            }
        }
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining(magic)
                .hasMessageContaining("format version 2, this release reads up to 1: run the release that wrote it");
    }

    @Test
    void R28_frames_of_a_later_version_are_refused_and_not_taken_for_damage() throws IOException {
        MemoryDisk disk = golden(NEWEST);
        for (String name : lines(NEWEST + "/files.txt")) {
            if (name.startsWith("wal/")) {
                byte[] content = resource(NEWEST + "/" + name);
                ByteBuffer frame = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
                int length = frame.getInt(24);
                content[40] = 2;
                CRC32C crc = new CRC32C();
                crc.update(content, 24, 12);
                crc.update(content, 40, length);
                frame.putInt(36, (int) crc.getValue());
                write(disk, name, content);
            }
        }
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("frames of format version 2, this release reads up to 1: run the release");
    }
}
