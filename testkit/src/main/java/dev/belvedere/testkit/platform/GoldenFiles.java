package dev.belvedere.testkit.platform;

import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// R28: data directories that a release wrote, kept among a module's test resources: `golden/VERSION/files.txt` lists
/// the files of one.
public final class GoldenFiles {

    private static final String LOGS = "wal/";

    private final Class<?> owner;
    private final Path root;

    /// @param owner a class of the module that has them
    /// @param root where the directory is put on the disks that are made of it
    public GoldenFiles(Class<?> owner, Path root) {
        this.owner = owner;
        this.root = root;
    }

    private byte[] content(String name) throws IOException {
        try (InputStream in = owner.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /// The lines of a file beside the directories' own.
    public List<String> lines(String name) throws IOException {
        return new String(content(name), StandardCharsets.UTF_8).lines().toList();
    }

    /// A disk with the directory as it was written.
    public MemoryDisk disk(String version) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        for (String name : lines(version + "/files.txt")) {
            write(disk, name, content(version + "/" + name));
        }
        return disk;
    }

    /// The same with the files of one folder changed.
    public MemoryDisk changed(String version, String folder, Consumer<byte[]> change) throws IOException {
        MemoryDisk disk = disk(version);
        for (String name : lines(version + "/files.txt")) {
            if (name.startsWith(folder)) {
                byte[] content = content(version + "/" + name);
                change.accept(content);
                write(disk, name, content);
            }
        }
        return disk;
    }

    /// The same with a version given to the first frame of each log, and a checksum that fits
    /// (docs/format/ingest-log.md).
    public MemoryDisk withFramesOf(String version, int frameVersion) throws IOException {
        return changed(version, LOGS, content -> {
            ByteBuffer frame = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            int length = frame.getInt(24);
            content[40] = (byte) frameVersion;
            CRC32C crc = new CRC32C();
            crc.update(content, 24, 12);
            crc.update(content, 40, length);
            frame.putInt(36, (int) crc.getValue());
        });
    }

    private void write(MemoryDisk disk, String name, byte[] content) throws IOException {
        Path path = root.resolve(name);
        disk.createDirectories(Objects.requireNonNull(path.getParent()));
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
    }
}
