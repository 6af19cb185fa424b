package dev.belvedere.promql.syntax;

import java.util.Optional;

/// The `@` and `offset` modifiers of a selector or a subquery.
///
/// @param at which moment replaces the evaluation time
/// @param atMillis the moment, where `at` is [At#TIMESTAMP]; otherwise 0
/// @param offsetMillis how far the moment is moved into the past; 0 if `offsetExpr` is present
/// @param offsetExpr an offset that is known only with the query's step and range
public record TimeShift(At at, long atMillis, long offsetMillis, Optional<DurationExpr> offsetExpr) {

    public static final TimeShift NONE = new TimeShift(At.NONE, 0, 0, Optional.empty());

    /// What stands behind `@`.
    public enum At {
        NONE,
        TIMESTAMP,
        START,
        END
    }

    public boolean hasAt() {
        return at != At.NONE;
    }

    /// Whether each moment stays where it is.
    public boolean isNone() {
        return !hasAt() && !hasOffset();
    }

    boolean hasOffset() {
        return offsetMillis != 0 || offsetExpr.isPresent();
    }

    TimeShift withOffset(long millis, Optional<DurationExpr> expr) {
        return new TimeShift(at, atMillis, millis, expr);
    }

    TimeShift withAt(At newAt, long millis) {
        return new TimeShift(newAt, millis, offsetMillis, offsetExpr);
    }
}
