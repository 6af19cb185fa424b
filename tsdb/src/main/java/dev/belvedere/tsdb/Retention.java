package dev.belvedere.tsdb;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;

/// How long samples are kept (docs/retention.md). Long.MAX_VALUE means without limit.
///
/// @param millis samples that no rule names go when they are older than this
/// @param bytes the oldest blocks go while all blocks and the log of metrics are larger than this together
/// @param rules of those that match a series the first holds
public record Retention(long millis, long bytes, List<Rule> rules) {

    /// How long the series that match are kept, be it shorter or longer than the others.
    public record Rule(List<LabelMatcher> match, long keepMillis) {

        public Rule {
            match = List.copyOf(match);
            if (match.isEmpty() || keepMillis <= 0) {
                throw new IllegalArgumentException("a retention rule has at least one matcher and keeps for a time");
            }
        }
    }

    public Retention {
        rules = List.copyOf(rules);
        if (millis <= 0 || bytes <= 0) {
            throw new IllegalArgumentException("retention must be positive");
        }
    }

    /// How long the samples are kept that are kept longest.
    public long longestMillis() {
        long longest = millis;
        for (Rule rule : rules) {
            longest = Math.max(longest, rule.keepMillis());
        }
        return longest;
    }

    /// The earliest time that is kept for so long.
    static long cutoff(long keepMillis, long nowMillis) {
        long cutoff = nowMillis - keepMillis;
        return keepMillis == Long.MAX_VALUE || cutoff > nowMillis ? Long.MIN_VALUE : cutoff;
    }
}
