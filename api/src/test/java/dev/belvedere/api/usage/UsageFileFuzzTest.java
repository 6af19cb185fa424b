package dev.belvedere.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text in the file of metric usage, its checksum set right: it is read, or counted anew; what was read
/// reads the same once it is written again.
class UsageFileFuzzTest {

    private static final Path DIRECTORY = Path.of("/data");
    private static final long NOW = 5;

    static Stream<byte[]> texts() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        UsageFile file = new UsageFile(disk, DIRECTORY);
        file.write(new UsageFile.Content(
                1,
                Map.of(
                        new MetricUsage.Key(Tenant.DEFAULT, false, "up é"),
                        new Usage(1, 2, 3, 4),
                        new MetricUsage.Key(Tenant.DEFAULT, true, "a.*"),
                        new Usage(5, 6, 7, 8))));
        byte[] bytes = disk.readAll(DIRECTORY.resolve("metric-usage"), 1 << 20);
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Stream.of(text.substring(0, text.lastIndexOf("crc32c")).getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest
    void content(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        MemoryDisk disk = new MemoryDisk();
        disk.createDirectories(DIRECTORY);
        try (DiskFile file = disk.open(DIRECTORY.resolve("metric-usage"))) {
            String whole = text + "crc32c %08x\n".formatted(crc.getValue());
            file.write(ByteBuffer.wrap(whole.getBytes(StandardCharsets.UTF_8)), 0);
        }
        UsageFile file = new UsageFile(disk, DIRECTORY);
        UsageFile.Content content = file.read(NOW);
        file.write(content);
        assertThat(file.read(NOW)).isEqualTo(content);
    }
}
