package dev.belvedere.eventdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.testkit.platform.GoldenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// R28: logs and spans of every format version there was are read, and those of later ones are refused.
class GoldenEventsTest {

    private static final Path ROOT = Path.of("/data");
    private static final String NEWEST = "2";

    private static final GoldenFiles GOLDEN = new GoldenFiles(GoldenEventsTest.class, ROOT);

    private static EventStoreFixture open(MemoryDisk disk) {
        return new EventStoreFixture(disk, ROOT, GoldenEvents.OPTIONS, new ManualTime(GoldenEvents.START_MILLIS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void R28_events_of_this_version_are_as_when_they_were_written(String version) throws IOException {
        List<String> expected = GOLDEN.lines(version + "/events.txt");
        try (EventStoreFixture opened = open(GOLDEN.disk(version))) {
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
        return GOLDEN.changed(NEWEST, "segments/", content -> {
            ByteBuffer tail = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            tail.putInt(content.length - 8, version);
            int length = tail.getInt(content.length - 20);
            CRC32C crc = new CRC32C();
            crc.update(content, content.length - 28 - length, length + 16);
            crc.update(content, content.length - 8, 4);
            tail.putInt(content.length - 12, (int) crc.getValue());
        });
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
        MemoryDisk disk = GOLDEN.changed(NEWEST, "segments/", content -> content[content.length - 8] ^= 4);
        try (EventStoreFixture opened = open(disk)) {
            assertThatThrownBy(() -> GoldenEvents.describe(opened))
                    .isInstanceOf(OperationException.class)
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void R28_frames_of_a_later_version_are_refused_and_not_taken_for_damage() throws IOException {
        MemoryDisk disk = GOLDEN.withFramesOf(NEWEST, 2);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("frames of format version 2, this release reads up to 1: run the release");
    }
}
