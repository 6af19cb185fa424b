package dev.belvedere.acceptance.promql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of an error, as people search for it: positions, types, names and limits are part of it, but not which of
/// several faults was met first.
final class ErrorText {

    /// Which series of which group is met first depends on their order.
    private static final Pattern DUPLICATES = Pattern.compile(
            "(found duplicate series for the match group )\\{.*\\}( on the \\w+ hand-side of the operation: )\\[.*\\](;)");

    /// A number with more digits than anybody writes, as it was calculated.
    private static final Pattern CALCULATED = Pattern.compile("-?\\d\\.\\d{9,}(e[+-]\\d+)?");

    private ErrorText() {}

    /// Whether two texts are the same, calculated numbers in them to the tolerance.
    static boolean areSame(String one, String other) {
        String text = comparable(one);
        String otherText = comparable(other);
        if (!CALCULATED
                .matcher(text)
                .replaceAll("#")
                .equals(CALCULATED.matcher(otherText).replaceAll("#"))) {
            return false;
        }
        Matcher numbers = CALCULATED.matcher(text);
        Matcher otherNumbers = CALCULATED.matcher(otherText);
        while (numbers.find() && otherNumbers.find()) {
            if (!Answer.isClose(Answer.number(numbers.group()), Answer.number(otherNumbers.group()))) {
                return false;
            }
        }
        return true;
    }

    private static String comparable(String text) {
        return DUPLICATES.matcher(text).replaceFirst("$1{}$2[]$3");
    }
}
