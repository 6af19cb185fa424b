package dev.belvedere.storage.events;

import dev.belvedere.model.events.LogRecord;

/// Goes once over records in the order of the request; a caller that has enough closes it early. Used by one
/// thread.
public interface LogCursor extends AutoCloseable {

    boolean next();

    /// The current record.
    LogRecord entry();

    @Override
    void close();
}
