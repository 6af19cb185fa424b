package dev.belvedere.alerting.rules;

import java.util.ArrayList;
import java.util.List;

/// Rules that follow each other within a group.
///
/// @param isInterleaved whether one of them may read what itself or a later one wrote a moment earlier, so that all
///     have to be evaluated at one moment before any is at the next; otherwise it is a single rule
record RuleSequence(List<RecordingRule> rules, boolean isInterleaved) {

    /// Cuts the rules of a group into sequences that can be evaluated over many moments one after the other, with the
    /// same results as moment after moment.
    static List<RuleSequence> cut(List<RecordingRule> rules) {
        if (rules.stream().anyMatch(rule -> mayReadTheFuture(rule, rules))) {
            return List.of(new RuleSequence(rules, true));
        }
        List<RuleSequence> sequences = new ArrayList<>();
        int at = 0;
        while (at < rules.size()) {
            int last = lastReadBy(at, rules);
            boolean isInterleaved = last >= at;
            int end = Math.max(last, at) + 1;
            for (int i = at + 1; i < end; i++) {
                end = Math.max(end, lastReadBy(i, rules) + 1);
            }
            sequences.add(new RuleSequence(List.copyOf(rules.subList(at, end)), isInterleaved));
            at = end;
        }
        return sequences;
    }

    private static boolean mayReadTheFuture(RecordingRule rule, List<RecordingRule> rules) {
        RuleExpression expression = rule.definition().expression();
        return expression.mayLookAhead()
                && rules.stream()
                        .anyMatch(other -> expression.mayRead(other.definition().name()));
    }

    /// The last rule at or after this one with which it has to be interleaved; less than `index` if there is none.
    private static int lastReadBy(int index, List<RecordingRule> rules) {
        RuleExpression expression = rules.get(index).definition().expression();
        for (int other = rules.size() - 1; other >= index; other--) {
            if (expression.mayRead(rules.get(other).definition().name())) {
                return other;
            }
        }
        return -1;
    }
}
