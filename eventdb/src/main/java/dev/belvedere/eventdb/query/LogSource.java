package dev.belvedere.eventdb.query;

import dev.belvedere.model.events.LogRecord;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One input of a merge: rows that are loaded when their turn comes, and may be dropped and loaded again. Until the
/// first load only a bound of its next time is known. Used by one thread.
final class LogSource {

    private final Supplier<LogRowSet> loader;
    private final int sequence;
    private @Nullable LogRowSet rows;
    private boolean isExact;
    private long nanos;
    private int at;

    /// @param bound no row comes before this time in the order of the request
    /// @param sequence of two sources with rows of one stream and time, the lower has those that came first
    LogSource(Supplier<LogRowSet> loader, long bound, int sequence) {
        this.loader = loader;
        this.nanos = bound;
        this.sequence = sequence;
    }

    /// Sources that are only bounded come before those whose next row has the same time: they may have an earlier one.
    static Comparator<LogSource> order(boolean isBackward) {
        Comparator<LogSource> byTime = Comparator.comparingLong(source -> source.nanos);
        Comparator<LogSource> bySequence = Comparator.comparingInt(source -> source.sequence);
        return (isBackward ? byTime.reversed() : byTime)
                .thenComparing(source -> source.isExact)
                .thenComparing(isBackward ? bySequence.reversed() : bySequence);
    }

    boolean isLoaded() {
        return rows != null;
    }

    /// Whether [#nanos] is the time of its next row, not only a bound.
    boolean isExact() {
        return isExact;
    }

    /// Loads the rows.
    ///
    /// @return false if there are none left
    boolean load() {
        LogRowSet loaded = loader.get();
        rows = loaded;
        isExact = true;
        return moveTo(loaded, at);
    }

    void drop() {
        LogRowSet loaded = rows;
        rows = null;
        if (loaded != null) {
            loaded.close();
        }
    }

    long heldBytes() {
        LogRowSet loaded = rows;
        return loaded == null ? 0 : loaded.heldBytes();
    }

    LogRecord record() {
        return loaded().record(at);
    }

    /// Moves to the next row.
    boolean advance() {
        return moveTo(loaded(), at + 1);
    }

    private boolean moveTo(LogRowSet loaded, int index) {
        at = index;
        if (at >= loaded.size()) {
            drop();
            return false;
        }
        nanos = loaded.nanos(at);
        return true;
    }

    private LogRowSet loaded() {
        LogRowSet loaded = rows;
        if (loaded == null) {
            throw new IllegalStateException("source is not loaded");
        }
        return loaded;
    }
}
