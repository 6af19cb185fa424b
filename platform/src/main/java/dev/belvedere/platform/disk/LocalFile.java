package dev.belvedere.platform.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of the machine that an interrupt cannot break.
///
/// A `FileChannel` closes itself when a thread is interrupted while it reads or writes, for every thread that uses
/// it. This file then opens its channel again and repeats the operation; the interrupt stays pending for the
/// caller.
final class LocalFile implements DiskFile {

    /// One positional operation on a channel; repeating it must do no harm.
    private interface Operation<T> {
        T on(FileChannel channel) throws IOException;
    }

    private final Path path;
    private final OpenOption[] reopenOptions;
    private volatile FileChannel channel;

    @GuardedBy("this")
    private boolean isClosed;

    LocalFile(Path path, StandardOpenOption... options) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, options);
        this.reopenOptions = options.length == 1
                ? new OpenOption[] {StandardOpenOption.READ}
                : new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
    }

    private <T> T perform(Operation<T> operation) throws IOException {
        boolean wasInterrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel current = channel;
                try {
                    return operation.on(current);
                } catch (ClosedChannelException e) {
                    wasInterrupted |= Thread.interrupted();
                    reopen(current, e);
                }
            }
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel broken, ClosedChannelException cause) throws IOException {
        if (isClosed) {
            throw cause;
        }
        if (channel == broken) {
            channel = FileChannel.open(path, reopenOptions);
        }
    }

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
        int start = buffer.position();
        return perform(c -> c.read(buffer.position(start), position));
    }

    @Override
    public void write(ByteBuffer buffer, long position) throws IOException {
        int start = buffer.position();
        perform(c -> {
            buffer.position(start);
            long at = position;
            while (buffer.hasRemaining()) {
                at += c.write(buffer, at);
            }
            return at;
        });
    }

    @Override
    public void sync() throws IOException {
        perform(c -> {
            c.force(false);
            return true;
        });
    }

    @Override
    public void truncate(long size) throws IOException {
        perform(c -> c.truncate(size));
    }

    @Override
    public long size() throws IOException {
        return perform(FileChannel::size);
    }

    @Override
    public synchronized void close() throws IOException {
        isClosed = true;
        channel.close();
    }
}
