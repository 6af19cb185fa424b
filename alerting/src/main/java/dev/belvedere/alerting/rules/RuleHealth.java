package dev.belvedere.alerting.rules;

/// How the last evaluation of a rule went.
///
/// @param error empty unless `status` is ERR
/// @param durationNanos of the last evaluation
/// @param evaluatedAtMillis [#NEVER] before the first evaluation
public record RuleHealth(Status status, String error, long durationNanos, long evaluatedAtMillis) {

    public enum Status {
        UNKNOWN("unknown"),
        OK("ok"),
        ERR("err");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /// The name in the API.
        public String text() {
            return text;
        }
    }

    public static final long NEVER = Long.MIN_VALUE;

    static final RuleHealth INITIAL = new RuleHealth(Status.UNKNOWN, "", 0, NEVER);

    static RuleHealth good(long durationNanos, long evaluatedAtMillis) {
        return new RuleHealth(Status.OK, "", durationNanos, evaluatedAtMillis);
    }

    static RuleHealth bad(String error, long durationNanos, long evaluatedAtMillis) {
        return new RuleHealth(Status.ERR, error, durationNanos, evaluatedAtMillis);
    }
}
