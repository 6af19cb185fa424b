package dev.belvedere.platform.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// The file system. [LocalDisk] is the machine's, [MemoryDisk] its twin that can be made to fail.
///
/// What survives a crash: the bytes of a file up to its last [DiskFile#sync], under a name whose directory was
/// synced after the name appeared ([#syncDirectory]). Nothing else may be relied on.
public interface Disk {

    /// Opens for reading and writing, creating the file where it is missing.
    DiskFile open(Path path) throws IOException;

    /// Opens an existing file for reading only.
    ///
    /// @throws java.nio.file.NoSuchFileException where there is none
    DiskFile openReadOnly(Path path) throws IOException;

    boolean exists(Path path);

    /// Creates a directory and its parents; does nothing where it exists.
    void createDirectories(Path directory) throws IOException;

    /// The entries of a directory, sorted by name; empty where the directory is missing.
    List<Path> list(Path directory) throws IOException;

    /// Replaces `to` by `from` in one step: a reader sees the old file or the new one.
    void rename(Path from, Path to) throws IOException;

    /// Gives a file that nobody writes any more a second name, which lives on when the first is removed. Takes no room
    /// where the file system can link, else a copy.
    ///
    /// @throws java.nio.file.NoSuchFileException where there is no file `from`
    void link(Path from, Path to) throws IOException;

    /// Removes a file or an empty directory; does nothing where it is missing.
    void delete(Path path) throws IOException;

    /// Makes names created, renamed or removed in the directory survive a crash.
    void syncDirectory(Path directory) throws IOException;

    /// Which file the name stands for at this moment.
    ///
    /// @throws java.nio.file.NoSuchFileException where there is none
    FileIdentity identity(Path path) throws IOException;

    /// Whether the name stands for a directory.
    boolean isDirectory(Path path);

    /// Bytes that can still be written below `path`.
    long usableBytes(Path path) throws IOException;

    /// How much the disk that holds `path` can hold altogether.
    long totalBytes(Path path) throws IOException;

    /// The whole of a file that is known to be small. Also reads files of /proc, whose size is not told.
    ///
    /// @throws IOException if the file holds more than `maxBytes`
    default byte[] readAll(Path path, int maxBytes) throws IOException {
        try (DiskFile file = openReadOnly(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (file.read(buffer, buffer.position()) >= 0) {
                if (!buffer.hasRemaining()) {
                    if (buffer.capacity() > maxBytes) {
                        throw new IOException(path + " holds more than " + maxBytes + " bytes");
                    }
                    buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
                }
            }
            byte[] bytes = new byte[buffer.flip().remaining()];
            buffer.get(bytes);
            if (bytes.length > maxBytes) {
                throw new IOException(path + " holds more than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }
}
