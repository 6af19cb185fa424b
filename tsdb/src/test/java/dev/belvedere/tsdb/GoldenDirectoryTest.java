package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.testkit.platform.GoldenFiles;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// R28: data directories of every format version there was are read, and those of later ones are refused.
class GoldenDirectoryTest {

    private static final Path ROOT = Path.of("/data");
    private static final String NEWEST = "1";

    private final GoldenFiles golden = new GoldenFiles(GoldenDirectoryTest.class, ROOT);
    private final ManualTime time = new ManualTime(GoldenDirectory.START + 22 * GoldenDirectory.HOUR);

    private StoreOnDisk open(MemoryDisk disk) {
        return StoreOnDisk.open(disk, ROOT, 2, GoldenDirectory.options(), time);
    }

    @ParameterizedTest
    @ValueSource(strings = "1")
    void R28_a_directory_of_this_version_answers_as_when_it_was_written(String version) throws IOException {
        List<String> expected = golden.lines(version + "/series.txt");
        StoreOnDisk opened = open(golden.disk(version));
        assertThat(opened.catalog().state().segments("metrics"))
                .extracting(SegmentRecord::kind)
                .contains("block", "rollup", "tombstone");
        assertThat(opened.catalog().state().segments("metrics"))
                .filteredOn(record -> record.kind().equals("block"))
                .extracting(SegmentRecord::level)
                .contains(0)
                .anyMatch(level -> level > 0);
        assertThat(opened.store()
                        .statistics(Tenant.DEFAULT, 1, QueryBudget.unlimited())
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
        MemoryDisk disk = golden.changed(NEWEST, folder, content -> {
            ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putShort(4, (short) 2);
            CRC32C crc = new CRC32C();
            crc.update(content, 0, 16);
            ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(16, (int) crc.getValue());
        });
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining(magic)
                .hasMessageContaining("format version 2, this release reads up to 1: run the release that wrote it");
    }

    @Test
    void R28_frames_of_a_later_version_are_refused_and_not_taken_for_damage() throws IOException {
        MemoryDisk disk = golden.withFramesOf(NEWEST, 2);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("frames of format version 2, this release reads up to 1: run the release");
    }
}
