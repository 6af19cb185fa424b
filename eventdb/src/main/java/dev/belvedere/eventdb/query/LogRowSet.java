package dev.belvedere.eventdb.query;

import dev.belvedere.model.events.LogRecord;

/// Rows of one head or row group that a request wants, in the order in which it wants them.
interface LogRowSet extends AutoCloseable {

    int size();

    long nanos(int index);

    LogRecord record(int index);

    /// Memory held for decoded columns, roughly.
    long heldBytes();

    /// The rows are no longer read.
    @Override
    void close();
}
