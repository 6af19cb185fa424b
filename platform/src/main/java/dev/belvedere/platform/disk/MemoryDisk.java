package dev.belvedere.platform.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A disk in memory that forgets, tears, fails and fills up as real disks do. The twin of [LocalDisk].
///
/// Every write since a file's last sync is kept apart; [#crash] keeps, drops or tears each of them by a seed, and
/// does the same with names created, renamed or removed since their directory's last sync. Faults are armed
/// beforehand: [#failSyncs], [#limitCapacity].
///
/// All state is guarded by the disk itself.
public final class MemoryDisk implements Disk {

    /// A run of bytes written since the file's last sync; a truncation to `position` is a write of no bytes.
    private record Write(long position, byte[] bytes) {

        boolean isTruncation() {
            return bytes.length == 0;
        }
    }

    /// Bytes that grow in place; the first `size` are the content.
    private static final class Image {
        byte[] bytes = new byte[64];
        int size;

        void apply(Write write) {
            int position = Math.toIntExact(write.position());
            if (write.isTruncation()) {
                Arrays.fill(bytes, Math.min(position, size), size, (byte) 0);
                size = Math.min(size, position);
                return;
            }
            int end = Math.addExact(position, write.bytes().length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
            }
            System.arraycopy(write.bytes(), 0, bytes, position, write.bytes().length);
            size = Math.max(size, end);
        }

        Image copy() {
            Image copy = new Image();
            copy.bytes = bytes.clone();
            copy.size = size;
            return copy;
        }
    }

    /// One file, whatever it is called at present: as it reads now, as it was last synced, and what lies between.
    private static final class Content {
        Image now = new Image();
        Image durable = new Image();
        final List<Write> unsynced = new ArrayList<>();
        final long inode;

        Content(long inode) {
            this.inode = inode;
        }

        void apply(Write write) {
            now.apply(write);
            unsynced.add(write);
        }

        void sync() {
            unsynced.forEach(durable::apply);
            unsynced.clear();
        }
    }

    @GuardedBy("this")
    private final Map<Path, Content> names = new TreeMap<>();

    /// What the names would be after a crash, but for those changed since their directory's last sync.
    @GuardedBy("this")
    private final Map<Path, Content> durableNames = new HashMap<>();

    @GuardedBy("this")
    private long nextInode = 1;

    @GuardedBy("this")
    private long capacityBytes = Long.MAX_VALUE;

    @GuardedBy("this")
    private int syncsUntilFailure = Integer.MAX_VALUE;

    @GuardedBy("this")
    private int syncFailures;

    /// From now on the disk holds at most `bytes` in all; a write beyond writes what fits and fails.
    public synchronized void limitCapacity(long bytes) {
        capacityBytes = bytes;
    }

    /// After `after` more successful syncs of files, `count` of them fail.
    public synchronized void failSyncs(int after, int count) {
        syncsUntilFailure = after;
        syncFailures = count;
    }

    /// Cuts the power: what was not synced is kept, dropped or torn, as the generator decides. Open files are
    /// dead.
    ///
    /// @return the disk as it is found at the next start
    public synchronized MemoryDisk crash(RandomGenerator random) {
        MemoryDisk after = new MemoryDisk();
        Map<Path, Content> survivors = new TreeMap<>(durableNames);
        List<Path> uncertain = new ArrayList<>(names.keySet());
        for (Path path : durableNames.keySet()) {
            if (!names.containsKey(path)) {
                uncertain.add(path);
            }
        }
        for (Path path : uncertain) {
            Content now = names.get(path);
            if (now != durableNames.get(path) && random.nextBoolean()) {
                if (now == null) {
                    survivors.remove(path);
                } else {
                    survivors.put(path, now);
                }
            }
        }
        survivors.forEach((path, content) -> after.restore(path, content.inode, survivor(content, random)));
        return after;
    }

    /// A process death: the operating system lives on, so that every write and name survives.
    public synchronized MemoryDisk kill() {
        MemoryDisk after = new MemoryDisk();
        names.forEach((path, content) -> after.restore(path, content.inode, content.now.copy()));
        return after;
    }

    private synchronized void restore(Path path, long inode, Image image) {
        nextInode = Math.max(nextInode, inode + 1);
        Content content = new Content(inode);
        content.now = image;
        content.durable = image.copy();
        names.put(path, content);
        durableNames.put(path, content);
    }

    private static Image survivor(Content content, RandomGenerator random) {
        Image image = content.durable.copy();
        for (Write write : content.unsynced) {
            switch (random.nextInt(3)) {
                case 0 -> {}
                case 1 -> image.apply(write);
                default -> image.apply(torn(write, random));
            }
        }
        return image;
    }

    /// The file has grown, but from some byte on zeros are found, or one bit is wrong.
    private static Write torn(Write write, RandomGenerator random) {
        if (write.isTruncation()) {
            return write;
        }
        byte[] bytes = write.bytes().clone();
        int cut = random.nextInt(bytes.length);
        if (random.nextBoolean()) {
            Arrays.fill(bytes, cut, bytes.length, (byte) 0);
        } else {
            bytes[cut] ^= (byte) (1 << random.nextInt(8));
        }
        return new Write(write.position(), bytes);
    }

    /// Flips one bit of a file, as a failing disk does.
    public synchronized void flipBit(Path path, long position, int bit) {
        Content content = names.get(path);
        if (content == null) {
            throw new IllegalArgumentException("no file " + path);
        }
        content.sync();
        byte flipped = (byte) (content.now.bytes[Math.toIntExact(position)] ^ 1 << bit);
        content.apply(new Write(position, new byte[] {flipped}));
        content.sync();
    }

    @Override
    public synchronized DiskFile open(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new FileNotFoundException(path.toString());
        }
        return new MemoryFile(names.computeIfAbsent(normal(path), p -> newContent()));
    }

    private synchronized Content newContent() {
        return new Content(nextInode++);
    }

    @Override
    public synchronized DiskFile openReadOnly(Path path) throws IOException {
        Content content = names.get(normal(path));
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new MemoryFile(content);
    }

    @Override
    public synchronized boolean exists(Path path) {
        Path normal = normal(path);
        return names.keySet().stream().anyMatch(name -> name.startsWith(normal));
    }

    /// Directories are only prefixes of names here.
    @Override
    public void createDirectories(Path directory) {}

    @Override
    public synchronized List<Path> list(Path directory) {
        Path normal = normal(directory);
        return names.keySet().stream()
                .filter(name -> name.startsWith(normal) && !name.equals(normal))
                .map(name -> directory.resolve(normal.relativize(name).getName(0)))
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Content content = names.remove(normal(from));
        if (content == null) {
            throw new NoSuchFileException(from.toString());
        }
        names.put(normal(to), content);
    }

    @Override
    public synchronized void link(Path from, Path to) throws IOException {
        Content content = names.get(normal(from));
        if (content == null) {
            throw new NoSuchFileException(from.toString());
        }
        names.put(normal(to), content);
    }

    @Override
    public synchronized void delete(Path path) {
        names.remove(normal(path));
    }

    @Override
    public synchronized void syncDirectory(Path directory) {
        Path normal = normal(directory);
        for (Path name : List.copyOf(durableNames.keySet())) {
            if (normal.equals(name.getParent())) {
                durableNames.remove(name);
            }
        }
        for (Map.Entry<Path, Content> entry : names.entrySet()) {
            if (normal.equals(entry.getKey().getParent())) {
                durableNames.put(entry.getKey(), entry.getValue());
            }
        }
    }

    @Override
    public synchronized FileIdentity identity(Path path) throws IOException {
        Content content = names.get(normal(path));
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new FileIdentity(1, content.inode);
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        return !names.containsKey(normal(path)) && exists(path);
    }

    @Override
    public synchronized long usableBytes(Path path) {
        return capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized long totalBytes(Path path) {
        return capacityBytes;
    }

    private synchronized long usedBytes() {
        return names.values().stream().mapToLong(content -> content.now.size).sum();
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /// Guarded by the disk.
    private final class MemoryFile implements DiskFile {

        private final Content content;

        MemoryFile(Content content) {
            this.content = content;
        }

        @Override
        public int read(ByteBuffer buffer, long position) {
            synchronized (MemoryDisk.this) {
                if (position >= content.now.size) {
                    return -1;
                }
                int count = Math.min(buffer.remaining(), content.now.size - (int) position);
                buffer.put(content.now.bytes, (int) position, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer buffer, long position) throws IOException {
            synchronized (MemoryDisk.this) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                long growth = Math.max(0, position + bytes.length - content.now.size);
                long room = capacityBytes == Long.MAX_VALUE ? growth : Math.max(0, capacityBytes - usedBytes());
                if (growth > room) {
                    int fitting = (int) Math.max(0, bytes.length - (growth - room));
                    put(position, Arrays.copyOf(bytes, fitting));
                    throw new IOException("No space left on device");
                }
                put(position, bytes);
            }
        }

        private void put(long position, byte[] bytes) {
            synchronized (MemoryDisk.this) {
                if (bytes.length > 0) {
                    content.apply(new Write(position, bytes));
                }
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (MemoryDisk.this) {
                if (syncsUntilFailure > 0) {
                    syncsUntilFailure--;
                } else if (syncFailures > 0) {
                    syncFailures--;
                    throw new IOException("Input/output error");
                }
                content.sync();
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (MemoryDisk.this) {
                if (size < content.now.size) {
                    content.apply(new Write(size, new byte[0]));
                }
            }
        }

        @Override
        public long size() {
            synchronized (MemoryDisk.this) {
                return content.now.size;
            }
        }

        @Override
        public void close() {}
    }
}
