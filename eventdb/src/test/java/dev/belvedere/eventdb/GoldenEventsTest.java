package dev.belvedere.eventdb;

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
import org.junit.jupiter.params.provider.ValueSource;

/// R28: logs and spans of every format version there was are read, and those of later ones are refused.
class GoldenEventsTest {

    private static final Path ROOT = Path.of("/data");
    private static final String NEWEST = "2";

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenEventsTest.class.getResourceAsStream("/golden/" + name)) {
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

    private static EventStoreFixture open(MemoryDisk disk) {
        return new EventStoreFixture(disk, ROOT, GoldenEvents.OPTIONS, new ManualTime(GoldenEvents.START_MILLIS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void R28_events_of_this_version_are_as_when_they_were_written(String version) throws IOException {
        List<String> expected = lines(version + "/events.txt");
        try (EventStoreFixture opened = open(golden(version))) {
            assertThat(opened.catalog.state().segments())
                    .extracting(SegmentRecord::level)
                    .contains(0)
                    .anyMatch(level -> level > 0);
            assertThat(GoldenEvents.describe(opened)).isEqualTo(expected);
            opened.store.flush();
            opened.compactAll();
            assertThat(GoldenEvents.describe(opened)).as("rewritten").isEqualTo(expected);
        }
    }

    /// Gives all segments a version, with a checksum that fits.
    private static MemoryDisk ofVersion(int version) throws IOException {
        MemoryDisk disk = golden(NEWEST);
        for (String name : lines(NEWEST + "/files.txt")) {
            if (name.startsWith("segments/")) {
                byte[] content = resource(NEWEST + "/" + name);
                ByteBuffer tail = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
                tail.putInt(content.length - 8, version);
                int length = tail.getInt(content.length - 20);
                CRC32C crc = new CRC32C();
                crc.update(content, content.length - 28 - length, length + 16);
                crc.update(content, content.length - 8, 4);
                tail.putInt(content.length - 12, (int) crc.getValue());
                write(disk, name, content);
            }
        }
        return disk;
    }

    @Test
    void R28_segments_of_a_later_version_are_refused_at_the_start_with_what_to_do() throws IOException {
        MemoryDisk disk = ofVersion(3);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("format version 3, this release reads up to 2: run the release that wrote it");
    }

    @Test
    void a_damaged_version_is_not_taken_for_a_later_one() throws IOException {
        MemoryDisk disk = golden(NEWEST);
        for (String name : lines(NEWEST + "/files.txt")) {
            if (name.startsWith("segments/")) {
                byte[] content = resource(NEWEST + "/" + name);
                content[content.length - 8] ^= 4;
                write(disk, name, content);
            }
        }
        try (EventStoreFixture opened = open(disk)) {
            assertThatThrownBy(() -> GoldenEvents.describe(opened))
                    .isInstanceOf(OperationException.class)
                    .hasMessageContaining("is damaged");
        }
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
