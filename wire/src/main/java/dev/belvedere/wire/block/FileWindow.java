package dev.belvedere.wire.block;

import java.util.zip.CRC32C;

/// A part of a file in memory that moves on as it is read. Mostly read forwards; every read is checked against an end.
final class FileWindow {

    private static final int WINDOW_BYTES = 1 << 18;
    private static final int MAX_VARINT_BYTES = 10;

    private final BlockFile file;
    private byte[] buffer;
    private long start;
    private int length;
    private long position;
    private long end;

    FileWindow(BlockFile file) {
        this.file = file;
        this.end = file.size();
        this.buffer = new byte[(int) Math.min(WINDOW_BYTES, end)];
    }

    long position() {
        return position;
    }

    long remaining() {
        return end - position;
    }

    /// Goes to a place; reads end at the end of the file again.
    FileWindow seek(long newPosition) {
        if (newPosition < 0 || newPosition > file.size()) {
            throw new BlockFormatException(
                    file.name(), file.size(), "byte " + newPosition + " is referred to and lies beyond the end");
        }
        position = newPosition;
        end = file.size();
        return this;
    }

    /// Lets the next reads end after so many bytes.
    FileWindow limit(long bytes) {
        require(bytes);
        end = position + bytes;
        return this;
    }

    private void require(long bytes) {
        if (bytes < 0 || bytes > end - position) {
            throw malformed("it ends within something of " + Long.toUnsignedString(bytes) + " bytes");
        }
    }

    /// Has the next `bytes` in the buffer.
    ///
    /// @return where they begin in it
    private int load(int bytes) {
        require(bytes);
        if (position < start || position + bytes > start + length) {
            if (bytes > buffer.length) {
                buffer = new byte[bytes];
            }
            start = position;
            length = (int) Math.min(buffer.length, file.size() - position);
            file.read(start, buffer, length);
        }
        return (int) (position - start);
    }

    byte[] buffer() {
        return buffer;
    }

    /// Steps over the next bytes, which then lie in [#buffer].
    ///
    /// @return where they begin in it
    int take(int bytes) {
        int at = load(bytes);
        position += bytes;
        return at;
    }

    int uint8() {
        int at = take(1);
        return buffer[at] & 0xff;
    }

    long uint32() {
        int at = take(4);
        return (buffer[at] & 0xffL) << 24
                | (buffer[at + 1] & 0xff) << 16
                | (buffer[at + 2] & 0xff) << 8
                | buffer[at + 3] & 0xff;
    }

    long uint64() {
        return uint32() << 32 | uint32();
    }

    long uvarint() {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int b = uint8();
            value |= (long) (b & 0x7f) << 7 * i;
            if (b < 0x80) {
                return value;
            }
        }
        throw malformed("a number has more than " + MAX_VARINT_BYTES + " bytes");
    }

    long varint() {
        long encoded = uvarint();
        return encoded >>> 1 ^ -(encoded & 1);
    }

    /// A length or count that is used as one.
    int count(long max, String what) {
        long value = uvarint();
        if (value < 0 || value > max || value > Integer.MAX_VALUE - 16) {
            throw malformed(what + " is " + Long.toUnsignedString(value) + ", which cannot be");
        }
        return (int) value;
    }

    /// Compares the checksum of the next bytes with the one behind them and stays where it is.
    void verify(int bytes, String what) {
        int at = load(Math.addExact(bytes, 4));
        CRC32C checksum = new CRC32C();
        checksum.update(buffer, at, bytes);
        long before = position;
        position += bytes;
        long expected = uint32();
        position = before;
        if (checksum.getValue() != expected) {
            throw malformed(
                    "the checksum of " + what + " is %08x, expected %08x".formatted(checksum.getValue(), expected));
        }
    }

    BlockFormatException malformed(String problem) {
        return new BlockFormatException(file.name(), position, problem);
    }
}
