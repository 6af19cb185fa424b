package dev.belvedere.platform.log;

import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Goes through the files of a partition, never beyond what had been written when it looked.
final class LocalIngestLogReader implements IngestLogReader {

    private final Disk disk;
    private final LocalPartition partition;
    private long nextOffset;
    private long base = -1;
    private @Nullable FrameScanner scanner;

    LocalIngestLogReader(Disk disk, LocalPartition partition, long fromOffset) {
        this.disk = disk;
        this.partition = partition;
        this.nextOffset = fromOffset;
    }

    @Override
    public boolean next() {
        try {
            while (nextOffset < partition.endOffset()) {
                FrameScanner current = scanner;
                if (current != null && current.next()) {
                    if (current.offset() >= nextOffset) {
                        nextOffset = current.offset() + 1;
                        return true;
                    }
                } else if (!openNextFile()) {
                    return false;
                }
            }
            return false;
        } catch (IOException e) {
            throw LocalIngestLog.ioError("read the ingest log", e);
        }
    }

    private boolean openNextFile() throws IOException {
        Optional<Map.Entry<Long, Path>> file = base < 0 ? partition.fileFor(nextOffset) : partition.fileAfter(base);
        if (file.isEmpty()) {
            return false;
        }
        close();
        base = file.get().getKey();
        try {
            scanner = new FrameScanner(disk.openReadOnly(file.get().getValue()), base);
        } catch (NoSuchFileException truncatedMeanwhile) {
            scanner = null;
        }
        return true;
    }

    @Override
    public long offset() {
        return current().offset();
    }

    @Override
    public ByteBuffer payload() {
        return current().payload();
    }

    private FrameScanner current() {
        FrameScanner current = scanner;
        if (current == null) {
            throw new IllegalStateException("next() has not returned true");
        }
        return current;
    }

    @Override
    public void close() {
        FrameScanner current = scanner;
        scanner = null;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                throw LocalIngestLog.ioError("close a file of the ingest log", e);
            }
        }
    }
}
