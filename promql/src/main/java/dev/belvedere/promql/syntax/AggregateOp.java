package dev.belvedere.promql.syntax;

import java.util.Locale;

/// The aggregation operators.
public enum AggregateOp {
    SUM,
    AVG,
    COUNT,
    MIN,
    MAX,
    GROUP,
    STDDEV,
    STDVAR,
    TOPK,
    BOTTOMK,
    COUNT_VALUES,
    QUANTILE,
    LIMITK,
    LIMIT_RATIO;

    /// As written in a query.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean hasParameter() {
        return switch (this) {
            case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO -> true;
            case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR -> false;
        };
    }

    public boolean isExperimental() {
        return this == LIMITK || this == LIMIT_RATIO;
    }
}
