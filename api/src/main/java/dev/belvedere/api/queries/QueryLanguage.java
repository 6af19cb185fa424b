package dev.belvedere.api.queries;

/// The language in which a query is asked, or into which it is written for those who look at it.
public enum QueryLanguage {
    PROMQL("promql"),
    LOGQL("logql"),
    TRACEQL("traceql");

    private final String label;

    QueryLanguage(String label) {
        this.label = label;
    }

    /// As it stands in metrics, logs and answers.
    public String label() {
        return label;
    }
}
