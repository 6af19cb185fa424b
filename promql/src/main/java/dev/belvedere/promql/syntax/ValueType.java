package dev.belvedere.promql.syntax;

/// What an expression evaluates to.
public enum ValueType {
    NONE("none", "none"),
    SCALAR("scalar", "scalar"),
    STRING("string", "string"),
    VECTOR("vector", "instant vector"),
    MATRIX("matrix", "range vector");

    private final String resultType;
    private final String documentedName;

    ValueType(String resultType, String documentedName) {
        this.resultType = resultType;
        this.documentedName = documentedName;
    }

    /// The name in the HTTP API's `resultType`.
    public String resultType() {
        return resultType;
    }

    /// The name in the manual and in error messages.
    public String documentedName() {
        return documentedName;
    }
}
