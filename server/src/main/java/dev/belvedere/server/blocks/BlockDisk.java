package dev.belvedere.server.blocks;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.wire.block.BlockFile;
import dev.belvedere.wire.block.BlockOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Files of blocks on a disk. Failures of the disk come out as [OperationException].
final class BlockDisk {

    private BlockDisk() {}

    /// A file that is only read.
    static final class Input implements BlockFile, AutoCloseable {

        private final String name;
        private final DiskFile file;
        private final long size;

        Input(Disk disk, Path path) {
            name = path.toString();
            try {
                file = disk.openReadOnly(path);
                size = file.size();
            } catch (IOException e) {
                throw failure("read", name, e);
            }
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long position, byte[] into, int length) {
            try {
                file.readFully(ByteBuffer.wrap(into, 0, length), position);
            } catch (IOException e) {
                throw failure("read", name, e);
            }
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw failure("close", name, e);
            }
        }
    }

    /// A file that is written from its start; gathers small writes.
    static final class Output implements BlockOutput, AutoCloseable {

        private static final int BUFFER_BYTES = 1 << 18;

        private final String name;
        private final DiskFile file;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private long flushed;

        Output(Disk disk, Path path) {
            name = path.toString();
            try {
                file = disk.open(path);
                file.truncate(0);
            } catch (IOException e) {
                throw failure("write", name, e);
            }
        }

        @Override
        public void write(byte[] bytes, int length) {
            if (length > buffer.remaining()) {
                flush();
            }
            if (length > buffer.remaining()) {
                writeOut(ByteBuffer.wrap(bytes, 0, length));
            } else {
                buffer.put(bytes, 0, length);
            }
        }

        long position() {
            return flushed + buffer.position();
        }

        void flush() {
            buffer.flip();
            writeOut(buffer);
            buffer.clear();
        }

        private void writeOut(ByteBuffer bytes) {
            int length = bytes.remaining();
            try {
                file.write(bytes, flushed);
            } catch (IOException e) {
                throw failure("write", name, e);
            }
            flushed += length;
        }

        /// What was flushed can be read back.
        void read(long position, ByteBuffer into) {
            try {
                file.readFully(into, position);
            } catch (IOException e) {
                throw failure("read", name, e);
            }
        }

        /// Returns once everything written survives a crash.
        void finish() {
            flush();
            try {
                file.sync();
            } catch (IOException e) {
                throw failure("write", name, e);
            }
            close();
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw failure("close", name, e);
            }
        }
    }

    static OperationException failure(String action, Object what, IOException e) {
        boolean isFull = String.valueOf(e.getMessage()).contains("No space left");
        return new OperationException(
                isFull ? "disk_full" : "io_error",
                isFull ? Fault.OVERLOAD : Fault.DEPENDENCY,
                "could not " + action + " " + what + ": " + e.getMessage(),
                e);
    }
}
