package dev.belvedere.tsdb.options;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How long samples are kept (docs/retention.md). Long.MAX_VALUE means without limit.
///
/// @param millis samples that no rule names go when they are older than this
/// @param bytes the oldest blocks go while all blocks and the log of metrics are larger than this together
/// @param rules of those that match a series the first holds
/// @param rollups what is kept downsampled, finest first
public record Retention(long millis, long bytes, List<Rule> rules, List<Rollup> rollups) {

    /// How long the series that match are kept, be it shorter or longer than the others.
    public record Rule(List<LabelMatcher> match, long keepMillis) {

        public Rule {
            match = List.copyOf(match);
            if (match.isEmpty() || keepMillis <= 0) {
                throw new IllegalArgumentException("a retention rule has at least one matcher and keeps for a time");
            }
        }
    }

    /// Windows that are kept beside the samples.
    ///
    /// @param afterMillis how old samples are when their windows are made
    /// @param keepMillis how long windows are kept
    public record Rollup(long resolutionMillis, long afterMillis, long keepMillis) {

        public Rollup {
            if (resolutionMillis <= 0 || afterMillis < 0 || keepMillis <= afterMillis) {
                throw new IllegalArgumentException(
                        "downsampled windows have a resolution and are kept for longer than it takes to make them");
            }
        }
    }

    public Retention {
        rules = List.copyOf(rules);
        List<Rollup> sorted = new ArrayList<>(rollups);
        sorted.sort(Comparator.comparingLong(Rollup::resolutionMillis));
        rollups = List.copyOf(sorted);
        if (millis <= 0 || bytes <= 0) {
            throw new IllegalArgumentException("retention must be positive");
        }
        for (int i = 1; i < rollups.size(); i++) {
            long finer = rollups.get(i - 1).resolutionMillis();
            if (rollups.get(i).resolutionMillis() % finer != 0 || rollups.get(i).resolutionMillis() == finer) {
                throw new IllegalArgumentException("each downsampling resolution is a multiple of the finer one");
            }
        }
        for (Rollup rollup : rollups) {
            if (rollup.afterMillis() >= millis) {
                throw new IllegalArgumentException("samples are downsampled before they go: after "
                        + rollup.afterMillis() + " ms is not less than their retention of " + millis + " ms");
            }
        }
    }

    public Retention(long millis, long bytes, List<Rule> rules) {
        this(millis, bytes, rules, List.of());
    }

    /// How long the samples are kept that are kept longest.
    public long longestSamplesMillis() {
        long longest = millis;
        for (Rule rule : rules) {
            longest = Math.max(longest, rule.keepMillis());
        }
        return longest;
    }

    /// How long anything of a sample is kept.
    public long longestMillis() {
        long longest = longestSamplesMillis();
        for (Rollup rollup : rollups) {
            longest = Math.max(longest, rollup.keepMillis());
        }
        return longest;
    }

    /// The time before which samples may be hidden by a rule, or for want of one, when it is `nowMillis`.
    public long hiddenBefore(long nowMillis) {
        if (rules.isEmpty()) {
            return Long.MIN_VALUE;
        }
        long shortest = millis;
        for (Rule rule : rules) {
            shortest = Math.min(shortest, rule.keepMillis());
        }
        return cutoff(shortest, nowMillis);
    }

    /// The earliest time that is kept for so long.
    public static long cutoff(long keepMillis, long nowMillis) {
        long cutoff = nowMillis - keepMillis;
        return keepMillis == Long.MAX_VALUE || cutoff > nowMillis ? Long.MIN_VALUE : cutoff;
    }
}
