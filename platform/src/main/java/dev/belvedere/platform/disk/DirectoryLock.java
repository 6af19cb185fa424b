package dev.belvedere.platform.disk;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps a second process out of a directory of the machine's disk. The operating system lets go of it when the
/// process dies, however it dies.
public final class DirectoryLock implements AutoCloseable {

    private static final String FILE = "lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock, creating the directory where it is missing.
    ///
    /// @throws OperationException `data_in_use` if another process has it, `io_error` if the directory cannot be
    ///     written
    public static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new OperationException(
                        "data_in_use",
                        Fault.USER,
                        "another process has " + directory + " open: stop it, or choose another directory with --data");
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not open the data directory " + directory + ": " + e, e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
