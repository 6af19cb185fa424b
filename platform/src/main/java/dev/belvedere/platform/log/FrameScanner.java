package dev.belvedere.platform.log;

import dev.belvedere.platform.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Finds the frames of one file in order, stepping over damage.
///
/// Zeros up to the end of the file are no damage: frames will be written there.
///
/// Keeps a window of the file in memory that holds at least the frame in hand. Cost: each byte is read and
/// checksummed once; damage costs a byte-wise search for the next magic.
public final class FrameScanner implements AutoCloseable {

    private static final int WINDOW_BYTES = 1 << 20;
    private static final long NONE = -1;

    private final DiskFile file;
    private ByteBuffer window =
            ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowStart;
    private int at;
    private long minOffset;
    private long damagedBytes;

    private boolean isHeaderRead;
    private long offset;
    private int payloadAt;
    private int payloadLength;

    /// @param minOffset the lowest offset the next frame may have: what repeats or goes back is damage
    public FrameScanner(DiskFile file, long minOffset) {
        this.file = file;
        this.minOffset = minOffset;
        this.windowStart = FrameCodec.FILE_HEADER_BYTES;
    }

    /// @return false at the end of what the file holds now; a later call sees what was written since
    /// @throws OperationException `unsupported_version` if a later release wrote the file
    public boolean next() throws IOException {
        if (!isHeaderRead) {
            requireKnownVersion();
        }
        long zerosAt = NONE;
        boolean isReadAgain = false;
        while (true) {
            fill(FrameCodec.FRAME_HEADER_BYTES);
            if (window.limit() - at < FrameCodec.FRAME_HEADER_BYTES) {
                if (zerosAt != NONE) {
                    damagedBytes -= position() - zerosAt;
                    moveTo(zerosAt);
                }
                return false;
            }
            if (takeFrame()) {
                return true;
            }
            if (!isReadAgain) {
                // The window may be from before the frame was written, or from while it was.
                isReadAgain = true;
                moveTo(position());
                continue;
            }
            if (window.get(at) != 0) {
                zerosAt = NONE;
            } else if (zerosAt == NONE && window.getInt(at) == 0) {
                zerosAt = position();
            }
            at++;
            damagedBytes++;
        }
    }

    /// Steps over the frame at hand, if there is one that checks.
    private boolean takeFrame() throws IOException {
        if (!FrameCodec.isHeaderAt(window, at, minOffset)) {
            return false;
        }
        int length = FrameCodec.payloadLength(window, at);
        if (isInFile(length)) {
            fill(FrameCodec.FRAME_HEADER_BYTES + length);
        }
        if (!FrameCodec.isFrameAt(window, at, minOffset)) {
            return false;
        }
        offset = FrameCodec.offset(window, at);
        minOffset = offset + 1;
        payloadAt = at + FrameCodec.FRAME_HEADER_BYTES;
        payloadLength = length;
        at = payloadAt + length;
        return true;
    }

    /// Goes to a place, to read anew what is there.
    private void moveTo(long position) {
        windowStart = position;
        at = 0;
        window.limit(0);
    }

    private void requireKnownVersion() throws IOException {
        if (file.size() >= FrameCodec.FILE_HEADER_BYTES) {
            ByteBuffer header = ByteBuffer.allocate(FrameCodec.FILE_HEADER_BYTES);
            file.readFully(header, 0);
            FrameCodec.requireKnownVersion(header.flip());
            isHeaderRead = true;
        }
    }

    /// Whether the file has that much payload behind the header in hand, so that a damaged length takes no memory.
    private boolean isInFile(int length) throws IOException {
        long end = (long) at + FrameCodec.FRAME_HEADER_BYTES + length;
        return end <= window.limit() || windowStart + end <= file.size();
    }

    public long offset() {
        return offset;
    }

    /// Valid until the next call of [#next].
    public ByteBuffer payload() {
        return window.slice(payloadAt, payloadLength).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Where in the file the next frame would begin.
    public long position() {
        return windowStart + at;
    }

    /// Bytes stepped over so far because no frame checked there.
    public long damagedBytes() {
        return damagedBytes;
    }

    /// Makes `bytes` from `at` on available, as far as the file has them.
    private void fill(int bytes) throws IOException {
        if (window.limit() - at >= bytes) {
            return;
        }
        ByteBuffer source = window.duplicate().position(at);
        ByteBuffer target =
                bytes <= window.capacity() ? window : ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        windowStart += at;
        target.clear().put(source);
        window = target;
        at = 0;
        while (window.hasRemaining() && file.read(window, windowStart + window.position()) > 0) {}
        window.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
