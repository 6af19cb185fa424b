package dev.belvedere.model.labels;

/// One condition on one label: `name="value"`, `!=`, `=~` or `!~`. An absent label counts as the empty string.
public final class LabelMatcher {

    /// The four comparisons, with the signs that PromQL, LogQL and the HTTP APIs use.
    public enum Type {
        EQUAL("="),
        NOT_EQUAL("!="),
        REGEX("=~"),
        NOT_REGEX("!~");

        private final String sign;

        Type(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    private final Type type;
    private final String name;
    private final String value;
    private final AnchoredRegex regex;

    private LabelMatcher(Type type, String name, String value, AnchoredRegex regex) {
        this.type = type;
        this.name = name;
        this.value = value;
        this.regex = regex;
    }

    /// @throws InvalidRegexException if a regex type is given a value that is no RE2 expression
    public static LabelMatcher of(Type type, String name, String value) {
        boolean isRegex = type == Type.REGEX || type == Type.NOT_REGEX;
        return new LabelMatcher(type, name, value, isRegex ? AnchoredRegex.compile(value) : AnchoredRegex.ANY);
    }

    public static LabelMatcher equal(String name, String value) {
        return of(Type.EQUAL, name, value);
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    public boolean matches(String candidate) {
        return switch (type) {
            case EQUAL -> candidate.equals(value);
            case NOT_EQUAL -> !candidate.equals(value);
            case REGEX -> regex.matches(candidate);
            case NOT_REGEX -> !regex.matches(candidate);
        };
    }

    public boolean matches(Labels labels) {
        return matches(labels.get(name));
    }

    /// Whether series without the label are selected.
    public boolean matchesEmpty() {
        return matches("");
    }

    /// The compiled expression of a regex matcher; matches everything for the other types.
    public AnchoredRegex regex() {
        return regex;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelMatcher that
                && type == that.type
                && name.equals(that.name)
                && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return (name.hashCode() * 31 + value.hashCode()) * 31 + type.ordinal();
    }

    @Override
    public String toString() {
        String shownName = LabelNames.isLegacyLabelName(name) ? name : LabelNames.quote(name);
        return shownName + type.sign() + LabelNames.quote(value);
    }
}
