package dev.belvedere.promql.syntax;

/// The binary operators, each with its sign and how strongly it binds.
public enum BinaryOp {
    OR("or", 1),
    AND("and", 2),
    UNLESS("unless", 2),
    EQUAL("==", 3),
    NOT_EQUAL("!=", 3),
    LESS("<", 3),
    LESS_OR_EQUAL("<=", 3),
    GREATER(">", 3),
    GREATER_OR_EQUAL(">=", 3),
    TRIM_UPPER("</", 3),
    TRIM_LOWER(">/", 3),
    ADD("+", 4),
    SUBTRACT("-", 4),
    MULTIPLY("*", 5),
    DIVIDE("/", 5),
    MODULO("%", 5),
    ATAN2("atan2", 5),
    POWER("^", 6);

    private final String sign;
    private final int precedence;

    BinaryOp(String sign, int precedence) {
        this.sign = sign;
        this.precedence = precedence;
    }

    public String sign() {
        return sign;
    }

    /// Higher binds more strongly. Only [#POWER] associates to the right.
    int precedence() {
        return precedence;
    }

    public boolean isComparison() {
        return switch (this) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
            case OR, AND, UNLESS, TRIM_UPPER, TRIM_LOWER, ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, ATAN2, POWER ->
                false;
        };
    }

    public boolean isSetOperator() {
        return this == OR || this == AND || this == UNLESS;
    }

    /// Whether it trims histograms.
    public boolean isTrim() {
        return this == TRIM_LOWER || this == TRIM_UPPER;
    }

    /// Whether the result measures something else than the operands, so that the metric's name no longer
    /// fits.
    public boolean changesMeaning() {
        return precedence >= 4;
    }
}
