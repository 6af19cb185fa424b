package dev.belvedere.acceptance.promql;

import java.util.regex.Pattern;

/// The text of an error, as people search for it: positions, types, names and limits are part of it, but not which of
/// several faults was met first.
final class ErrorText {

    /// Which series of which group is met first depends on their order.
    private static final Pattern DUPLICATES = Pattern.compile(
            "(found duplicate series for the match group )\\{.*\\}( on the \\w+ hand-side of the operation: )\\[.*\\](;)");

    private ErrorText() {}

    static String comparable(String text) {
        return DUPLICATES.matcher(text).replaceFirst("$1{}$2[]$3");
    }
}
