package dev.belvedere.platform.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file. Safe for concurrent positional reads; writes are the caller's to order.
public interface DiskFile extends AutoCloseable {

    /// Reads up to `buffer.remaining()` bytes from `position`.
    ///
    /// @return how many were read, -1 at or beyond the end
    int read(ByteBuffer buffer, long position) throws IOException;

    /// Writes all of `buffer` at `position`, growing the file where needed. After an `IOException` any part of it
    /// may have been written.
    void write(ByteBuffer buffer, long position) throws IOException;

    /// Returns once everything written so far survives a crash. After an `IOException` nothing is known of any byte
    /// written since the last successful call: it must not be retried and forgotten.
    void sync() throws IOException;

    void truncate(long size) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;

    /// Reads exactly `buffer.remaining()` bytes.
    ///
    /// @throws EOFException if the file ends before
    default void readFully(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int count = read(buffer, at);
            if (count < 0) {
                throw new EOFException("file ends at " + at + ", " + buffer.remaining() + " bytes short");
            }
            at += count;
        }
    }
}
