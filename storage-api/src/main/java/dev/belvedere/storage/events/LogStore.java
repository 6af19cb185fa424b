package dev.belvedere.storage.events;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import java.util.List;

/// Logs at rest. Safe from any thread. Times are nanoseconds since the Unix epoch; ranges are start inclusive, end
/// exclusive, as in Loki.
public interface LogStore {

    /// Stores records of one request, in any order of time and stream. They are visible and durable on return.
    ///
    /// A record that equals one already there in everything but its observed time MAY be dropped (a sender's
    /// retry).
    ///
    /// @throws dev.belvedere.model.OperationException `disk_full`, `io_error`, `overloaded`: nothing may be
    ///     acknowledged
    void append(Tenant tenant, List<LogRecord> records);

    /// Records of matching streams in time order of the request's direction. Records of one stream and time come in
    /// the order of their arrival, or in the opposite order where the direction is backward.
    LogCursor select(Tenant tenant, LogRequest request, QueryBudget budget);

    /// All records of one trace, oldest first, at most `limit`.
    List<LogRecord> ofTrace(Tenant tenant, TraceId traceId, int limit, QueryBudget budget);

    /// The label sets of streams with records in the range that match every matcher of at least one of the lists.
    List<Labels> streams(
            Tenant tenant, List<List<LabelMatcher>> anyOf, long startNanos, long endNanos, QueryBudget budget);

    /// What an operator wants to know of the store at a glance.
    Statistics statistics(Tenant tenant);

    record Statistics(long recordCount, long streamCount, long bytesOnDisk, long minNanos, long maxNanos) {}
}
