package dev.belvedere.acceptance.promql;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Texts by runs of digits, which are numbers, and of what is none; a text before one that it begins.
final class NaturalOrder implements Comparator<String> {

    private static final Pattern RUN = Pattern.compile("[0-9]+|[^0-9]+");

    @Override
    public int compare(String one, String other) {
        List<String> runs = runs(one);
        List<String> otherRuns = runs(other);
        for (int i = 0; i < Math.min(runs.size(), otherRuns.size()); i++) {
            int order = compareRuns(runs.get(i), otherRuns.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(runs.size(), otherRuns.size());
    }

    private static List<String> runs(String text) {
        return RUN.matcher(text).results().map(MatchResult::group).toList();
    }

    private static int compareRuns(String one, String other) {
        return isNumber(one) && isNumber(other)
                ? new BigInteger(one).compareTo(new BigInteger(other))
                : one.compareTo(other);
    }

    private static boolean isNumber(String run) {
        return run.charAt(0) >= '0' && run.charAt(0) <= '9';
    }
}
