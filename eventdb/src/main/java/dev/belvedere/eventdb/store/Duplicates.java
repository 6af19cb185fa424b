package dev.belvedere.eventdb.store;

import dev.belvedere.model.events.LogRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tells a sender's retries apart in a sequence of records in which those of the same time are neighbours: a record
/// is a retry if it equals one of the same time in everything but its observed time. Used by one thread.
public final class Duplicates {

    private static final int MAX_COMPARED = 8;

    private final List<LogRecord> sameTime = new ArrayList<>();
    private final Set<LogRecord> manySameTime = new HashSet<>();
    private long nanos;

    public boolean isFirst(LogRecord record) {
        if (sameTime.isEmpty() || record.timestampNanos() != nanos) {
            nanos = record.timestampNanos();
            sameTime.clear();
            manySameTime.clear();
            sameTime.add(record);
            return true;
        }
        if (sameTime.size() > MAX_COMPARED) {
            return manySameTime.add(withoutObserved(record));
        }
        for (LogRecord other : sameTime) {
            if (isSame(record, other)) {
                return false;
            }
        }
        sameTime.add(record);
        if (sameTime.size() > MAX_COMPARED) {
            sameTime.forEach(other -> manySameTime.add(withoutObserved(other)));
        }
        return true;
    }

    private static boolean isSame(LogRecord a, LogRecord b) {
        return a.line().equals(b.line())
                && a.severity() == b.severity()
                && a.traceId().equals(b.traceId())
                && a.spanId().equals(b.spanId())
                && a.stream().equals(b.stream())
                && a.attributes().equals(b.attributes());
    }

    private static LogRecord withoutObserved(LogRecord record) {
        return new LogRecord(
                record.stream(),
                record.timestampNanos(),
                0,
                record.severity(),
                record.line(),
                record.attributes(),
                record.traceId(),
                record.spanId());
    }
}
