package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.FrameCodec;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes where the ingest log and the catalog keep their files: both open, and go on.
class StorageFilesFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(16 << 20, 1000);
    private static final Path LOG = Path.of("/data/wal/0000");
    private static final Path LOG_FILE = LOG.resolve("%020d.log".formatted(0));
    private static final Path CATALOG = Path.of("/data/catalog");
    private static final Path CATALOG_FILE = CATALOG.resolve("%020d.log".formatted(7));

    private static MemoryDisk diskWith(Path path, byte[] content) {
        MemoryDisk disk = new MemoryDisk();
        try (DiskFile file = disk.open(path)) {
            file.write(ByteBuffer.wrap(content), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return disk;
    }

    private static byte[] content(MemoryDisk disk, Path directory) throws IOException {
        return disk.readAll(disk.list(directory).getFirst(), 1 << 20);
    }

    static Stream<byte[]> logs() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk)) {
            for (String text : List.of("one", "two", "three")) {
                log.awaitDurable(0, log.append(0, IngestLogContract.payload(text)));
            }
        }
        return Stream.of(content(disk, LOG));
    }

    static Stream<byte[]> edits() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (LocalCatalog catalog = new LocalCatalog(disk, CATALOG)) {
            catalog.commit(CatalogEdit.add(
                    List.of(CatalogContract.segment("a", 0), CatalogContract.segment("b", 1)),
                    List.of(new CatalogEdit.Checkpoint("metrics", 0, 5))));
        }
        byte[] file = content(disk, CATALOG);
        int before = FrameCodec.FILE_HEADER_BYTES + FrameCodec.FRAME_HEADER_BYTES;
        return Stream.of(java.util.Arrays.copyOfRange(file, before, file.length));
    }

    private static LocalIngestLog open(MemoryDisk disk) {
        return new LocalIngestLog(
                disk, Path.of("/data/wal"), 1, new LocalIngestLog.Options(4096, 0), new ManualTime(0));
    }

    @MethodSource("logs")
    @FuzzTest
    void a_log_file(byte[] content) {
        BUDGET.run(content.length, () -> {
            try (LocalIngestLog log = open(diskWith(LOG_FILE, content))) {
                int before = IngestLogContract.read(log, 0, 0).size();
                log.awaitDurable(0, log.append(0, IngestLogContract.payload("after")));
                List<IngestLogContract.Frame> frames = IngestLogContract.read(log, 0, 0);
                assertThat(frames).hasSize(before + 1);
                assertThat(frames.getLast().text()).isEqualTo("after");
            }
        });
    }

    /// The frame around it checks, so that what is in it is looked at.
    @MethodSource("edits")
    @FuzzTest
    void a_catalog_edit(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        ByteBuffer file = ByteBuffer.allocate(
                        FrameCodec.FILE_HEADER_BYTES + FrameCodec.FRAME_HEADER_BYTES + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(FrameCodec.fileHeader(FrameCodec.fileMagic("BVCT"), 0, 7));
        FrameCodec.putFrame(file, 0, ByteBuffer.wrap(payload));
        BUDGET.run(payload.length, () -> {
            MemoryDisk disk = diskWith(CATALOG_FILE, file.array());
            try (LocalCatalog catalog = new LocalCatalog(disk, CATALOG)) {
                catalog.commit(CatalogEdit.add(List.of(CatalogContract.segment("fresh", 0)), List.of()));
                assertThat(catalog.state().contains("fresh")).isTrue();
                LocalCatalog again = new LocalCatalog(disk.kill(), CATALOG);
                assertThat(again.state()).isEqualTo(catalog.state());
            }
        });
    }
}
