package dev.belvedere.agent.logs;

import dev.belvedere.model.events.LogRecord;
import java.util.List;

/// Takes log records for good. Safe from any thread; blocks the caller as long as it has no room.
public interface LogSink {

    /// Returns once the records cannot be lost any more.
    ///
    /// @throws dev.belvedere.model.OperationException if they were not taken. With the fault `USER` they never
    ///     will be, and the caller drops them; with any other the same batch is offered again later.
    void accept(List<LogRecord> batch) throws InterruptedException;
}
