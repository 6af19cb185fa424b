package dev.belvedere.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.belvedere.acceptance.promql.KnownDifference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What two servers make of a query's text: as a tree, and written anew.
///
/// @param theirs the reference's address
/// @param ours our address
/// @param version the reference's: 305 for 3.5
record PrintedQueries(String theirs, String ours, int version) {

    /// Up to 3.9 an empty `ignoring` was lost together with the grouping behind it (#17643).
    private static final int LAST_LOSING_IGNORING = 309;

    /// Up to 3.9 labels of `on`, `ignoring`, `by` and `without` were printed without some of the quotes that they need.
    private static final int LAST_LOSING_QUOTES = 309;

    /// The sign of infinity is printed in front of the whole power.
    private static final Pattern SIGNED_POWER = Pattern.compile("[+-]Inf\\s+\\^");

    /// An offset that is a calculation goes on with the operator behind it, unless `@` stands between, which is printed
    /// in front of it.
    private static final Pattern GOING_ON = Pattern.compile("@ [^ ]+ offset \\(.*\\) [-+*/%^]");

    private static final Pattern LABELS_OF_MATCHING =
            Pattern.compile("(?:by|without|on|ignoring|group_left|group_right)\\([^()]*\\)");

    /// Up to 3.14 parentheses around the length of time in a range, a step or an offset were lost (#19403).
    private static final int LAST_LOSING_PARENTHESES = 314;

    private static final Pattern PARENTHESISED = Pattern.compile("\\((-?[0-9][0-9a-z.]*)\\)");

    /// The second argument of `info`, if it selects all: nothing is printed of it, so that the call is none any more.
    private static final Pattern EMPTY_SELECTOR = Pattern.compile(",\\s+\\{\\}");

    /// Up to 3.5 a letter in brackets was taken for a colon (#16777).
    private static final int LAST_TAKING_LETTERS = 305;

    /// Of queries of one line.
    private static final Pattern LETTER_REFUSED =
            Pattern.compile(" 1:(\\d+): parse error: unexpected character: '\\w', expected ':'");

    private static final String FORMAT = "/api/v1/format_query?query=";
    private static final String PARSE = "/api/v1/parse_query?query=";

    /// What differs; empty if nothing does.
    Optional<String> difference(String query) throws IOException, InterruptedException {
        if (KnownDifference.isReadOtherwise(version, query)) {
            return Optional.empty();
        }
        Http.Answer printed = Http.get(theirs + FORMAT + Http.encoded(query));
        Http.Answer ourPrinted = Http.get(ours + FORMAT + Http.encoded(query));
        if (version <= LAST_TAKING_LETTERS && isTakingLetterForColon(query, printed, ourPrinted)) {
            return Optional.empty();
        }
        if (printed.status() != ourPrinted.status()) {
            return Optional.of("format_query: status " + printed.status() + " and " + ourPrinted.status());
        }
        if (printed.status() != 200) {
            return Optional.empty();
        }
        String text = printed.json().path("data").asText();
        String ourText = ourPrinted.json().path("data").asText();
        boolean isLosing = version <= LAST_LOSING_IGNORING && ourText.contains(" ignoring () ");
        String withoutBraces = EMPTY_SELECTOR.matcher(ourText).replaceAll(",");
        boolean isSame = text.equals(ourText) || withoutLost(text).equals(withoutLost(withoutBraces));
        if (!isSame && !isLosing) {
            return Optional.of("format_query: " + text + "\n    and " + ourText);
        }
        JsonNode tree = tree(ours, query);
        JsonNode theirTree = tree(theirs, query);
        boolean isFolded = version <= LAST_LOSING_PARENTHESES && isAllIn(theirTree, folded(tree.deepCopy()));
        if (!isFolded && !isAllIn(theirTree, tree)) {
            return Optional.of("parse_query: " + theirTree + "\n    and " + tree);
        }
        if (SIGNED_POWER.matcher(ourText).find() || GOING_ON.matcher(ourText).find()) {
            return Optional.empty();
        }
        JsonNode again = tree(ours, ourText);
        sortMatchers(tree);
        sortMatchers(again);
        return tree.equals(again)
                ? Optional.empty()
                : Optional.of("what was printed is another expression: " + tree + "\n    and " + again);
    }

    /// Whether they printed what they print of the query with a colon in place of the letter that we do not take.
    private boolean isTakingLetterForColon(String query, Http.Answer printed, Http.Answer ourPrinted)
            throws IOException, InterruptedException {
        Matcher refused = LETTER_REFUSED.matcher(ourPrinted.json().path("error").asText());
        if (printed.status() != 200 || !refused.find()) {
            return false;
        }
        int column = Integer.parseInt(refused.group(1));
        String withColon = query.substring(0, column - 1) + ":" + query.substring(column);
        return printed.json()
                .equals(Http.get(theirs + FORMAT + Http.encoded(withColon)).json());
    }

    /// A text without what a version loses of some.
    private String withoutLost(String text) {
        String unquoted = version <= LAST_LOSING_QUOTES ? withoutQuotes(text) : text;
        return withoutSpace(version <= LAST_LOSING_PARENTHESES ? withoutParentheses(unquoted) : unquoted);
    }

    private static String withoutParentheses(String text) {
        return PARENTHESISED.matcher(text).replaceAll("$1");
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String withoutQuotes(String text) {
        return LABELS_OF_MATCHING
                .matcher(withoutSpace(text))
                .replaceAll(labels -> labels.group().replace("\"", ""));
    }

    /// A tree where lengths of time in parentheses of their own, and their signs, are only that.
    private static JsonNode folded(JsonNode tree) {
        for (JsonNode child : tree) {
            folded(child);
        }
        for (String field : List.of("range", "step", "offset")) {
            OptionalDouble seconds = seconds(tree.path(field + "Expr"));
            if (tree instanceof ObjectNode node && seconds.isPresent()) {
                long millis = Math.round(seconds.getAsDouble() * 1000);
                node.set(field, millis == (int) millis ? IntNode.valueOf((int) millis) : LongNode.valueOf(millis));
            }
        }
        return tree;
    }

    /// The length of time behind nothing but parentheses and signs.
    private static OptionalDouble seconds(JsonNode duration) {
        if (duration.path("type").asText().equals("numberLiteral")) {
            return OptionalDouble.of(duration.path("val").asDouble());
        }
        OptionalDouble inner = duration.path("lhs").isNull() ? seconds(duration.path("rhs")) : OptionalDouble.empty();
        boolean isNegated = duration.path("op").asText().equals("-");
        return isNegated && inner.isPresent() ? OptionalDouble.of(-inner.getAsDouble()) : inner;
    }

    /// Whether a tree has everything that an older one has: later versions say more about a node.
    private static boolean isAllIn(JsonNode older, JsonNode newer) {
        if (!older.isContainerNode() || older.isArray() && older.size() != newer.size()) {
            return older.equals(newer);
        }
        for (int i = 0; older.isArray() && i < older.size(); i++) {
            if (!isAllIn(older.get(i), newer.path(i))) {
                return false;
            }
        }
        for (Map.Entry<String, JsonNode> field : older.properties()) {
            if (!isAllIn(field.getValue(), newer.path(field.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /// They are printed in their order as texts.
    private static void sortMatchers(JsonNode tree) {
        tree.forEach(PrintedQueries::sortMatchers);
        if (tree.path("matchers") instanceof ArrayNode matchers) {
            List<JsonNode> sorted = new ArrayList<>();
            matchers.forEach(sorted::add);
            sorted.sort(Comparator.comparing(JsonNode::toString));
            matchers.removeAll().addAll(sorted);
        }
    }

    private static JsonNode tree(String server, String query) throws IOException, InterruptedException {
        return Http.get(server + PARSE + Http.encoded(query)).json().path("data");
    }
}
