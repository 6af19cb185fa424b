package dev.belvedere.tsdb;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.FileIdentity;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Stops in the middle of whatever is done: after so many changes to files and names none comes through any more. What
/// the disk below holds then is what a process leaves that is killed at that moment.
final class MortalDisk implements Disk {

    private final MemoryDisk disk;
    private final AtomicInteger changesLeft;

    MortalDisk(MemoryDisk disk, int changes) {
        this.disk = disk;
        this.changesLeft = new AtomicInteger(changes);
    }

    boolean isDead() {
        return changesLeft.get() < 0;
    }

    /// From now on nothing comes through.
    void die() {
        changesLeft.set(-1);
    }

    private void change() throws IOException {
        if (changesLeft.get() < 0 || changesLeft.decrementAndGet() < 0) {
            throw new IOException("the process is dead");
        }
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        if (!disk.exists(path)) {
            change();
        }
        return new MortalFile(disk.open(path));
    }

    @Override
    public DiskFile openReadOnly(Path path) throws IOException {
        return disk.openReadOnly(path);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public void createDirectories(Path directory) {
        disk.createDirectories(directory);
    }

    @Override
    public List<Path> list(Path directory) {
        return disk.list(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change();
        disk.rename(from, to);
    }

    @Override
    public void link(Path from, Path to) throws IOException {
        change();
        disk.link(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        change();
        disk.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        change();
        disk.syncDirectory(directory);
    }

    @Override
    public FileIdentity identity(Path path) throws IOException {
        return disk.identity(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return disk.isDirectory(path);
    }

    @Override
    public long usableBytes(Path path) {
        return disk.usableBytes(path);
    }

    @Override
    public long totalBytes(Path path) {
        return disk.totalBytes(path);
    }

    private final class MortalFile implements DiskFile {

        private final DiskFile file;

        MortalFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer buffer, long position) throws IOException {
            return file.read(buffer, position);
        }

        @Override
        public void write(ByteBuffer buffer, long position) throws IOException {
            change();
            file.write(buffer, position);
        }

        @Override
        public void sync() throws IOException {
            change();
            file.sync();
        }

        @Override
        public void truncate(long size) throws IOException {
            change();
            file.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
