package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.store.Duplicates;
import dev.belvedere.eventdb.store.Reading;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Records of many sources in time order, without retries. A source is loaded when no other can have an earlier
/// record; if too much is loaded at once, the sources whose turn comes last are dropped until then. So a caller that
/// stops early has paid for little, and one that goes on holds little. Used by one thread.
final class MergedLogs implements LogCursor {

    /// Decoded columns held at once; less where all queries together may hold little.
    private static final long MAX_HELD_BYTES = 128L << 20;

    private static final int PARTS_OF_ALL = 8;

    private final Reading<LogFrame, Labels> reading;
    private final QueryBudget budget;
    private final Comparator<LogSource> order;
    private final PriorityQueue<LogSource> sources;
    private final Duplicates duplicates = new Duplicates();
    private @Nullable LogSource current;
    private @Nullable LogRecord record;
    private final long maxHeldBytes;
    private int sinceCheck;

    MergedLogs(Reading<LogFrame, Labels> reading, List<LogSource> inputs, boolean isBackward, QueryBudget budget) {
        this.reading = reading;
        this.budget = budget;
        this.maxHeldBytes = Math.min(MAX_HELD_BYTES, budget.maxBytesOfAll() / PARTS_OF_ALL);
        this.order = LogSource.order(isBackward);
        this.sources = new PriorityQueue<>(Math.max(1, inputs.size()), order);
        this.sources.addAll(inputs);
    }

    @Override
    public boolean next() {
        while (true) {
            if (++sinceCheck >= 256) {
                sinceCheck = 0;
                budget.check();
            }
            putBackCurrent();
            LogSource first = sources.poll();
            if (first == null) {
                record = null;
                return false;
            }
            if (!first.isLoaded()) {
                boolean wasExact = first.isExact();
                if (!first.load()) {
                    continue;
                }
                makeRoom();
                if (!wasExact) {
                    sources.add(first);
                    continue;
                }
            }
            current = first;
            LogRecord candidate = first.record();
            if (duplicates.isFirst(candidate)) {
                record = candidate;
                return true;
            }
        }
    }

    private void putBackCurrent() {
        LogSource last = current;
        current = null;
        if (last != null && last.advance()) {
            sources.add(last);
        }
    }

    private void makeRoom() {
        long held = 0;
        for (LogSource source : sources) {
            held += source.heldBytes();
        }
        while (held > maxHeldBytes) {
            LogSource last = null;
            for (LogSource source : sources) {
                if (source.heldBytes() > 0 && (last == null || order.compare(source, last) > 0)) {
                    last = source;
                }
            }
            if (last == null) {
                return;
            }
            held -= last.heldBytes();
            last.drop();
        }
    }

    @Override
    public LogRecord entry() {
        LogRecord present = record;
        if (present == null) {
            throw new IllegalStateException("next() has not returned true");
        }
        return present;
    }

    @Override
    public void close() {
        LogSource last = current;
        if (last != null) {
            last.drop();
        }
        sources.forEach(LogSource::drop);
        reading.close();
    }
}
