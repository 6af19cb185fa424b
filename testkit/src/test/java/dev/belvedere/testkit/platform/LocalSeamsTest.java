package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.assignment.AllPartitions;
import dev.belvedere.platform.assignment.Assignment;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded implementations of the four seams, on the machine's disk and on the disk in memory.
final class LocalSeamsTest {

    private static final Path ROOT = Path.of("/data");

    /// Small files, so that every suite crosses file boundaries.
    private static final LocalIngestLog.Options SMALL_FILES = new LocalIngestLog.Options(256, 0);

    private static IngestLog log(Disk disk, Path root) {
        return new LocalIngestLog(
                disk, root.resolve("wal"), IngestLogContract.PARTITIONS, SMALL_FILES, new ManualTime(0));
    }

    @Nested
    final class IngestLogOnLocalDisk extends IngestLogContract {
        @TempDir
        Path folder = Path.of("unset");

        @Override
        protected IngestLog open() {
            return log(new LocalDisk(), folder);
        }
    }

    @Nested
    final class IngestLogInMemory extends IngestLogContract {
        private final MemoryDisk disk = new MemoryDisk();

        @Override
        protected IngestLog open() {
            return log(disk, ROOT);
        }
    }

    @Nested
    final class CatalogOnLocalDisk extends CatalogContract {
        @TempDir
        Path folder = Path.of("unset");

        @Override
        protected Catalog open() {
            return new LocalCatalog(new LocalDisk(), folder.resolve("catalog"));
        }
    }

    @Nested
    final class CatalogInMemory extends CatalogContract {
        private final MemoryDisk disk = new MemoryDisk();

        @Override
        protected Catalog open() {
            return new LocalCatalog(disk, ROOT.resolve("catalog"));
        }
    }

    @Nested
    final class SegmentsOnLocalDisk extends SegmentStoreContract {
        @TempDir
        Path folder = Path.of("unset");

        @Override
        protected SegmentStore open() {
            return new LocalSegmentStore(new LocalDisk(), folder.resolve("segments"));
        }

        @Test
        void a_directory_in_which_only_a_broken_off_write_lies_is_no_segment() throws IOException {
            SegmentStore segments = open();
            segments.put("metrics/0001", sink -> sink.write(ByteBuffer.allocate(3)));
            Disk disk = new LocalDisk();
            Path left;
            try (Stream<Path> all = Files.walk(folder)) {
                left = all.filter(path -> path.endsWith("metrics")).findFirst().orElseThrow();
            }
            disk.createDirectories(left.resolve("default/0000"));
            disk.open(left.resolve("default/0000/0002.tmp")).close();
            assertThat(segments.list("")).containsExactly("metrics/0001");
        }
    }

    @Nested
    final class SegmentsInMemory extends SegmentStoreContract {
        private final MemoryDisk disk = new MemoryDisk();

        @Override
        protected SegmentStore open() {
            return new LocalSegmentStore(disk, ROOT.resolve("segments"));
        }
    }

    @Test
    void what_broken_off_writes_left_is_removed_and_nothing_else() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        LocalSegmentStore segments = new LocalSegmentStore(disk, ROOT.resolve("segments"));
        segments.removeBrokenOff();
        segments.put("metrics/default/0001", sink -> sink.write(ByteBuffer.allocate(3)));
        Path left = ROOT.resolve("segments/metrics/default/0002.tmp");
        disk.open(left).close();
        segments.removeBrokenOff();
        assertThat(disk.list(ROOT.resolve("segments/metrics/default")))
                .containsExactly(ROOT.resolve("segments/metrics/default/0001"));
    }

    @Nested
    final class AloneOnTheMachine extends AssignmentContract {
        @Override
        protected Assignment assignment() {
            return new AllPartitions(PARTITIONS);
        }
    }
}
