package dev.belvedere.agent.logs;

import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.FileIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// One open log file and how far it was read and accepted. Used by one thread.
final class TailedFile implements AutoCloseable {

    /// Takes a line without its end.
    interface LineSink {
        /// @param isCut whether the line was longer than allowed
        /// @return whether there is room for more
        boolean line(TailedFile file, String text, boolean isCut);
    }

    private final Path path;
    private final FileIdentity identity;
    private final Labels stream;
    private final DiskFile file;
    private final int maxLineBytes;

    /// Of the first byte that was not handed on as part of a line yet.
    private long readOffset;

    /// Of the first byte that no sink has accepted yet.
    private long acceptedOffset;

    private int headLength;
    private int headCrc;

    /// Whether the rest of a line that was cut is being passed over.
    private boolean isSkipping;

    private boolean isRenamedOrRemoved;

    /// The size at which nothing more could be read, so that a file at rest costs one question.
    private long exhaustedSize = -1;

    private TailedFile(Path path, FileIdentity identity, Labels stream, DiskFile file, int maxLineBytes) {
        this.path = path;
        this.identity = identity;
        this.stream = stream;
        this.file = file;
        this.maxLineBytes = maxLineBytes;
    }

    /// @return empty if the name came to stand for another file meanwhile
    static Optional<TailedFile> open(Disk disk, Path path, FileIdentity identity, Labels stream, int maxLineBytes)
            throws IOException {
        DiskFile file = disk.openReadOnly(path);
        if (!disk.identity(path).equals(identity)) {
            file.close();
            return Optional.empty();
        }
        return Optional.of(new TailedFile(path, identity, stream, file, maxLineBytes));
    }

    Path path() {
        return path;
    }

    FileIdentity identity() {
        return identity;
    }

    Labels stream() {
        return stream;
    }

    /// Goes on from a saved position if the file is still the one it was saved for.
    void resume(TailPosition position) throws IOException {
        boolean isSame = file.size() >= position.offset()
                && position.headLength() <= TailPosition.MAX_HEAD
                && headCrc(position.headLength()) == position.headCrc();
        if (isSame) {
            headLength = position.headLength();
            headCrc = position.headCrc();
            readOffset = position.offset();
            acceptedOffset = position.offset();
        }
    }

    /// Passes over what is there already, up to the last whole line.
    void skipToEnd() throws IOException {
        readOffset = file.size();
        acceptedOffset = readOffset;
    }

    /// Hands on the lines that have been completed since, as long as there is room.
    ///
    /// @param chunk to read into; holds more than a line may have
    /// @return whether any byte was passed
    boolean read(ByteBuffer chunk, LineSink sink) throws IOException {
        long size = file.size();
        if (size == exhaustedSize) {
            return false;
        }
        if (wasRewritten(size)) {
            readOffset = 0;
            acceptedOffset = 0;
            headLength = 0;
            isSkipping = false;
        }
        boolean hasRead = false;
        while (true) {
            int length = file.read(chunk.clear(), readOffset);
            long before = readOffset;
            if (length > 0 && !lines(chunk.array(), length, readOffset + length >= size, sink)) {
                return true;
            }
            if (readOffset == before) {
                exhaustedSize = size;
                return hasRead;
            }
            hasRead = true;
        }
    }

    private boolean lines(byte[] bytes, int length, boolean isEnd, LineSink sink) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                boolean hasRoom = isSkipping || line(bytes, start, i, false, sink);
                isSkipping = false;
                readOffset += i + 1 - start;
                start = i + 1;
                if (!hasRoom) {
                    return false;
                }
            } else if (!isSkipping && i - start == maxLineBytes) {
                boolean hasRoom = line(bytes, start, i, true, sink);
                isSkipping = true;
                readOffset += i - start;
                start = i;
                if (!hasRoom) {
                    return false;
                }
            }
        }
        if (isSkipping) {
            readOffset += length - start;
        } else if (isRenamedOrRemoved && isEnd && length > start) {
            readOffset += length - start;
            return line(bytes, start, length, false, sink);
        }
        return true;
    }

    private boolean line(byte[] bytes, int start, int end, boolean isCut, LineSink sink) {
        int textEnd = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
        return textEnd == start || sink.line(this, Utf8Text.decode(bytes, start, textEnd - start), isCut);
    }

    /// Shorter than what was read of it, or with another beginning: truncated, or written over.
    private boolean wasRewritten(long size) throws IOException {
        return size < readOffset || size > readOffset && headLength > 0 && headCrc(headLength) != headCrc;
    }

    private int headCrc(int length) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(length);
        while (head.hasRemaining() && file.read(head, head.position()) > 0) {
            continue;
        }
        return TailPositions.crc(head.array(), head.position());
    }

    /// From now on the last line counts as complete even without an end.
    void renamedOrRemoved() {
        isRenamedOrRemoved = true;
        exhaustedSize = -1;
    }

    /// Whether nothing will come any more: the name stands for another file and everything was accepted.
    boolean isFinished() throws IOException {
        return isRenamedOrRemoved && acceptedOffset >= file.size();
    }

    /// All lines handed on so far were accepted.
    TailPosition accepted() throws IOException {
        acceptedOffset = readOffset;
        int length = (int) Math.min(TailPosition.MAX_HEAD, acceptedOffset);
        if (length > headLength) {
            headLength = length;
            headCrc = headCrc(length);
        }
        return new TailPosition(acceptedOffset, headLength, headCrc);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
