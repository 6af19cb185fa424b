package dev.belvedere.agent.logs;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.FileIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The positions of all files, kept over restarts; docs/format/tail-positions.md has the bytes. Used by one thread.
///
/// Files that are gone are remembered for a while, since they may come back with their disk.
final class TailPositions {

    private static final System.Logger LOG = System.getLogger(TailPositions.class.getName());

    private static final int MAGIC = 'B' | 'V' << 8 | 'T' << 16 | 'P' << 24;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 32;
    private static final int CRC_BYTES = 4;
    private static final int MAX_ENTRIES = 100_000;

    private final Disk disk;
    private final Path path;
    private final Path directory;
    private final Map<FileIdentity, TailPosition> positions = new LinkedHashMap<>();
    private boolean isChanged;

    private TailPositions(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        Path parent = path.toAbsolutePath().getParent();
        this.directory = parent == null ? path : parent;
    }

    /// Reads what was saved; nothing where there is no file or it does not check.
    static TailPositions open(Disk disk, Path path) throws IOException {
        TailPositions positions = new TailPositions(disk, path);
        try {
            int maxBytes = HEADER_BYTES + MAX_ENTRIES * ENTRY_BYTES + CRC_BYTES;
            positions.decode(ByteBuffer.wrap(disk.readAll(path, maxBytes)).order(ByteOrder.LITTLE_ENDIAN));
        } catch (NoSuchFileException e) {
            disk.createDirectories(positions.directory);
        }
        return positions;
    }

    private void decode(ByteBuffer file) {
        boolean isWhole = file.remaining() >= HEADER_BYTES + CRC_BYTES
                && (file.remaining() - HEADER_BYTES - CRC_BYTES) % ENTRY_BYTES == 0
                && file.getInt(file.limit() - CRC_BYTES) == crc(file.array(), file.limit() - CRC_BYTES)
                && file.getInt() == MAGIC
                && file.getInt() == VERSION;
        int count = isWhole ? file.getInt() : 0;
        if (!isWhole || count * (long) ENTRY_BYTES != file.remaining() - CRC_BYTES) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the positions of log files are damaged, every file is read anew path={0}",
                    path);
            return;
        }
        for (int i = 0; i < count; i++) {
            FileIdentity identity = new FileIdentity(file.getLong(), file.getLong());
            positions.put(identity, new TailPosition(file.getLong(), file.getInt(), file.getInt()));
        }
    }

    Optional<TailPosition> get(FileIdentity identity) {
        return Optional.ofNullable(positions.get(identity));
    }

    void put(FileIdentity identity, TailPosition position) {
        // Put last: the files longest untouched are forgotten first.
        TailPosition before = positions.remove(identity);
        positions.put(identity, position);
        isChanged |= !position.equals(before);
        if (positions.size() > MAX_ENTRIES) {
            positions.remove(positions.keySet().iterator().next());
        }
    }

    /// Makes what changed survive a crash.
    void save() throws IOException {
        if (!isChanged) {
            return;
        }
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        try (DiskFile file = disk.open(unfinished)) {
            file.truncate(0);
            file.write(encode(), 0);
            file.sync();
        }
        disk.rename(unfinished, path);
        disk.syncDirectory(directory);
        isChanged = false;
    }

    private ByteBuffer encode() {
        int size = HEADER_BYTES + positions.size() * ENTRY_BYTES;
        ByteBuffer file = ByteBuffer.allocate(size + CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC).putInt(VERSION).putInt(positions.size());
        positions.forEach((identity, position) -> file.putLong(identity.device())
                .putLong(identity.inode())
                .putLong(position.offset())
                .putInt(position.headLength())
                .putInt(position.headCrc()));
        file.putInt(crc(file.array(), size));
        return file.flip();
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
