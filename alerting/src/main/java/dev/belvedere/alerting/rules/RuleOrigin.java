package dev.belvedere.alerting.rules;

/// Where the rule that is being evaluated comes from, for those who list and log queries.
public record RuleOrigin(String file, String group) {

    public static final RuleOrigin UNKNOWN = new RuleOrigin("", "");

    /// Bound on the thread that evaluates a rule.
    public static final ScopedValue<RuleOrigin> CURRENT = ScopedValue.newInstance();
}
