package dev.belvedere.server.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DataLayoutTest {

    private static final Path ROOT = Path.of("/data");

    private static void write(MemoryDisk disk, String name, String text) throws IOException {
        try (DiskFile file = disk.open(ROOT.resolve(name))) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        }
    }

    @Test
    void partitions_are_fixed_when_the_directory_is_made() {
        MemoryDisk disk = new MemoryDisk();
        assertThat(DataLayout.open(disk, ROOT, 3).partitions()).isEqualTo(3);
        assertThat(DataLayout.open(disk.crash(new Random(1)), ROOT, 8).partitions())
                .isEqualTo(3);
    }

    @Test
    void a_directory_of_another_version_or_without_layout_is_refused() throws IOException {
        MemoryDisk newer = new MemoryDisk();
        write(newer, "layout", "belvedere-data 2\npartitions 3\n");
        assertThatThrownBy(() -> DataLayout.open(newer, ROOT, 1))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("another version");
        MemoryDisk stripped = new MemoryDisk();
        write(stripped, "wal/metrics/0000/00000000000000000000.log", "x");
        assertThatThrownBy(() -> DataLayout.open(stripped, ROOT, 1))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("no file \"layout\"");
        MemoryDisk absurd = new MemoryDisk();
        write(absurd, "layout", "belvedere-data 1\npartitions 100000\n");
        assertThatThrownBy(() -> DataLayout.open(absurd, ROOT, 1)).isInstanceOf(OperationException.class);
    }
}
