package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// The running queries in a file, so that the start after a crash can tell which queries were running then. Format:
/// docs/format/active-queries.md. Safe from any thread; a file that cannot be written stops nothing.
public final class ActiveQueryFile implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ActiveQueryFile.class.getName());

    private static final int SLOT_BYTES = 1024;
    private static final int SLOTS = 256;

    @GuardedBy("this")
    private final DiskFile file;

    @GuardedBy("this")
    private final BitSet used = new BitSet(SLOTS);

    @GuardedBy("this")
    private boolean isBroken;

    private final List<String> unfinished;

    private ActiveQueryFile(DiskFile file, List<String> unfinished) {
        this.file = file;
        this.unfinished = List.copyOf(unfinished);
    }

    /// Opens the file, takes note of what an earlier run left in it, and empties it.
    ///
    /// @throws OperationException `io_error`
    public static ActiveQueryFile open(Disk disk, Path path) {
        try {
            Path directory = path.getParent();
            if (directory != null) {
                disk.createDirectories(directory);
            }
            List<String> unfinished = List.of();
            if (disk.exists(path)) {
                String text = new String(disk.readAll(path, 2 * SLOTS * SLOT_BYTES), StandardCharsets.UTF_8);
                unfinished = text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
            }
            DiskFile file = disk.open(path);
            file.truncate(0);
            return new ActiveQueryFile(file, unfinished);
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not open the list of active queries " + path + ": " + e, e);
        }
    }

    /// What was running when the run before ended without stopping; one JSON object each.
    public List<String> unfinished() {
        return unfinished;
    }

    /// Writes the unfinished queries of the run before to the log, if there are any.
    public void logUnfinished() {
        if (!unfinished.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "queries that did not finish in the last run, one of them may have ended it queries=["
                            + String.join(",", unfinished) + "]");
        }
    }

    /// @return the slot to free when the query is over; negative for none
    synchronized int add(ActiveQuery query) {
        int slot = used.nextClearBit(0);
        if (slot >= SLOTS || isBroken) {
            return -1;
        }
        used.set(slot);
        write(slot, line(query));
        return slot;
    }

    synchronized void remove(int slot) {
        if (slot >= 0) {
            write(slot, new byte[0]);
            used.clear(slot);
        }
    }

    private static byte[] line(ActiveQuery query) {
        String text = query.description().text();
        for (int length = Math.min(text.length(), SLOT_BYTES); ; length = length / 4 * 3) {
            JsonWriter json = new JsonWriter();
            json.beginObject().name("query").value(text.substring(0, length));
            json.name("language").value(query.description().language().label());
            json.name("caller").value(query.description().origin().shown());
            json.name("sinceMillis").value(query.sinceMillis()).endObject();
            if (json.size() < SLOT_BYTES || length == 0) {
                return Arrays.copyOf(json.array(), Math.min(json.size(), SLOT_BYTES - 1));
            }
        }
    }

    @GuardedBy("this")
    private void write(int slot, byte[] line) {
        byte[] bytes = Arrays.copyOf(line, SLOT_BYTES);
        Arrays.fill(bytes, line.length, SLOT_BYTES - 1, (byte) ' ');
        bytes[SLOT_BYTES - 1] = '\n';
        try {
            file.write(ByteBuffer.wrap(bytes), (long) slot * SLOT_BYTES);
        } catch (IOException e) {
            if (!isBroken) {
                LOG.log(Level.WARNING, "the list of active queries cannot be written any more", e);
            }
            isBroken = true;
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.truncate(0);
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the list of active queries could not be closed", e);
        }
        isBroken = true;
    }
}
