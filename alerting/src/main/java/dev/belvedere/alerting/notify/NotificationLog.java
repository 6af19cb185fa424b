package dev.belvedere.alerting.notify;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.log.FrameCodec;
import dev.belvedere.platform.log.FrameScanner;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Remembers, over restarts too, which alerts are there and what was sent of them. Format:
/// docs/format/notifications.md.
///
/// An edit is durable when [#commit] returns true. Where the disk fails, everything goes on in memory: an alert that
/// is told of twice after a crash is better than one that is not told of.
public final class NotificationLog implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(NotificationLog.class.getName());
    private static final int MAGIC = FrameCodec.fileMagic("BVNL");
    private static final String FILE = "notifications.log";
    private static final String TEMPORARY = "notifications.tmp";
    private static final long REWRITE_BYTES = 1 << 20;
    private static final int REWRITE_GROWTH = 4;

    /// Edits of a rewritten file go into frames of this many, so that none grows beyond what a frame may hold.
    private static final int EDITS_PER_FRAME = 1000;

    private final Disk disk;
    private final Path directory;

    @GuardedBy("this")
    private final Map<Labels, Alert> alerts = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<SentKey, SentEntry> sent = new LinkedHashMap<>();

    /// Absent before the first commit and after a failure: the next commit then writes the file anew.
    @GuardedBy("this")
    private @Nullable DiskFile file;

    @GuardedBy("this")
    private long fileSize;

    @GuardedBy("this")
    private long rewrittenSize;

    @GuardedBy("this")
    private long nextFrame;

    /// Reads what is there; what cannot be read is stepped over and logged.
    public NotificationLog(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
        load();
    }

    private synchronized void load() {
        Path path = directory.resolve(FILE);
        if (!disk.exists(path)) {
            return;
        }
        try (FrameScanner scanner = new FrameScanner(disk.openReadOnly(path), 0)) {
            while (scanner.next()) {
                try {
                    NotificationCodec.decode(scanner.payload()).forEach(this::applyLocked);
                } catch (IllegalArgumentException | BufferUnderflowException e) {
                    LOG.log(System.Logger.Level.ERROR, "a frame of " + path + " makes no sense", e);
                }
            }
            if (scanner.damagedBytes() > 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        scanner.damagedBytes() + " damaged bytes of " + path
                                + " were left out: some alerts may be told of again");
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, path + " cannot be read: alerts may be told of again", e);
        }
    }

    @GuardedBy("this")
    private void applyLocked(NotificationEdit edit) {
        switch (edit) {
            case NotificationEdit.AlertKept kept -> alerts.put(kept.alert().labels(), kept.alert());
            case NotificationEdit.AlertForgotten forgotten -> alerts.remove(forgotten.labels());
            case NotificationEdit.Sent s -> sent.put(s.key(), s.entry());
            case NotificationEdit.SentForgotten forgotten -> sent.remove(forgotten.key());
        }
    }

    public synchronized List<Alert> alerts() {
        return List.copyOf(alerts.values());
    }

    synchronized Optional<SentEntry> lastSent(SentKey key) {
        return Optional.ofNullable(sent.get(key));
    }

    synchronized List<SentKey> sentKeys(String groupKey) {
        return sent.keySet().stream()
                .filter(key -> key.groupKey().equals(groupKey))
                .toList();
    }

    /// Applies the edits, and writes and syncs them together.
    ///
    /// @return whether they are on disk
    synchronized boolean commit(List<NotificationEdit> edits) {
        if (edits.isEmpty()) {
            return true;
        }
        edits.forEach(this::applyLocked);
        try {
            DiskFile current = file;
            if (current == null || fileSize > Math.max(REWRITE_BYTES, REWRITE_GROWTH * rewrittenSize)) {
                rewriteLocked();
            } else {
                appendLocked(current, edits);
                current.sync();
            }
            return true;
        } catch (IOException e) {
            abandonLocked();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "what was notified cannot be written to " + directory
                            + ": after a crash, alerts may be told of again: " + e.getMessage());
            return false;
        }
    }

    @GuardedBy("this")
    private void appendLocked(DiskFile target, List<NotificationEdit> edits) throws IOException {
        ByteBuffer payload = NotificationCodec.encode(edits);
        ByteBuffer frame = ByteBuffer.allocate(FrameCodec.FRAME_HEADER_BYTES + payload.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        FrameCodec.putFrame(frame, nextFrame, payload);
        frame.flip();
        int length = frame.remaining();
        target.write(frame, fileSize);
        fileSize += length;
        nextFrame++;
    }

    @GuardedBy("this")
    private void rewriteLocked() throws IOException {
        abandonLocked();
        List<NotificationEdit> state = new ArrayList<>();
        alerts.values().forEach(alert -> state.add(new NotificationEdit.AlertKept(alert)));
        sent.forEach((key, entry) -> state.add(new NotificationEdit.Sent(key, entry)));
        disk.createDirectories(directory);
        Path temporary = directory.resolve(TEMPORARY);
        DiskFile created = disk.open(temporary);
        try {
            created.truncate(0);
            created.write(FrameCodec.fileHeader(MAGIC, 0, 0), 0);
            fileSize = FrameCodec.FILE_HEADER_BYTES;
            nextFrame = 0;
            for (int from = 0; from < state.size(); from += EDITS_PER_FRAME) {
                appendLocked(created, state.subList(from, Math.min(state.size(), from + EDITS_PER_FRAME)));
            }
            created.sync();
            disk.rename(temporary, directory.resolve(FILE));
            disk.syncDirectory(directory);
        } catch (IOException e) {
            created.close();
            throw e;
        }
        file = created;
        rewrittenSize = fileSize;
    }

    @GuardedBy("this")
    private void abandonLocked() {
        DiskFile old = file;
        file = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                // What was committed was synced; the rest was reported.
            }
        }
    }

    @Override
    public synchronized void close() {
        abandonLocked();
    }
}
