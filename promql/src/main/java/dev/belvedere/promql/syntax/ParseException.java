package dev.belvedere.promql.syntax;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A query that is no PromQL. The message is worded and placed as Prometheus does: `1:8: parse error: ...`.
public final class ParseException extends OperationException {

    private final PositionRange position;
    private final String reason;

    ParseException(String query, PositionRange position, String reason) {
        super("bad_query", Fault.USER, place(query, position) + ": parse error: " + reason);
        this.position = position;
        this.reason = reason;
    }

    private static String place(String query, PositionRange position) {
        return query.isEmpty() ? "unknown position" : position.lineAndColumn();
    }

    /// The piece of the query that is wrong, in characters.
    public PositionRange position() {
        return position;
    }

    /// What is wrong, without the position.
    public String reason() {
        return reason;
    }
}
