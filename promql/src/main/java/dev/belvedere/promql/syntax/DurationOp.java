package dev.belvedere.promql.syntax;

/// The operators of duration expressions.
public enum DurationOp {
    STEP("step"),
    RANGE("range"),
    MIN_OF("min_of"),
    MAX_OF("max_of"),
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULO("%"),
    POWER("^");

    private final String sign;

    DurationOp(String sign) {
        this.sign = sign;
    }

    public String sign() {
        return sign;
    }
}
