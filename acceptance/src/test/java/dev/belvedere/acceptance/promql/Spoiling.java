package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes a good query a bad one, or at least another: a token too few, too many, or one in another's place.
final class Spoiling {

    private static final List<String> TOKENS = List.of(
            "(",
            ")",
            "[5m]",
            "[5m:]",
            "{",
            "}",
            ",",
            "+",
            "-",
            "==",
            "bool",
            "by",
            "without",
            "on",
            "ignoring",
            "group_left",
            "offset",
            "5m",
            "@",
            "start()",
            "and",
            "unless",
            "sum",
            "rate",
            "\"text\"",
            "1",
            "x",
            "topk",
            "=~",
            "!",
            "\"",
            "'",
            "`",
            "\\",
            "[",
            "]",
            ":",
            "5m5",
            "1.2.3",
            "#",
            "$",
            "histogram_quantile",
            "time()",
            "foo()",
            "{}",
            "{a=~\"*\"}",
            "{__name__=\"a\",__name__=\"b\"}",
            "\u00e9",
            "0x",
            "1e",
            "-5m",
            "Inf",
            "nan",
            "@ foo",
            "offset 1h",
            "[1m] [1m]",
            "label_replace",
            "__name__",
            "ATAN2",
            "SUM",
            "Bool",
            "{job=\"\"}",
            "@ 1e30",
            "[0s]",
            "[-1m]",
            "[1y:0s]");

    private Spoiling() {}

    static Node spoil(Node query, Random random) {
        return random.nextInt(3) == 0 ? misplaced(query, random) : Node.leaf(Kind.VECTOR, torn(query.text(), random));
    }

    /// A piece in a place where a piece of another kind belongs.
    private static Node misplaced(Node query, Random random) {
        if (query.children().isEmpty()) {
            return Node.of(Kind.VECTOR, "rate(#)", query);
        }
        int index = random.nextInt(query.children().size());
        Node child = query.children().get(index);
        if (random.nextInt(3) > 0 && !child.children().isEmpty()) {
            return query.with(index, misplaced(child, random));
        }
        List<Node> others = new ArrayList<>(List.of(
                Node.leaf(Kind.STRING, "\"text\""),
                Node.leaf(Kind.SCALAR, "1"),
                Node.leaf(Kind.VECTOR, "up"),
                Node.leaf(Kind.MATRIX, "up[5m]"),
                Node.leaf(Kind.MATRIX, "up[5m:1m]"),
                Node.leaf(Kind.VECTOR, "")));
        others.removeIf(other -> other.kind() == child.kind());
        return query.with(index, others.get(random.nextInt(others.size())));
    }

    private static String torn(String text, Random random) {
        List<String> tokens = new ArrayList<>();
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("\\s+|\\w+|\"[^\"]*\"|.").matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        int at = random.nextInt(tokens.size());
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        switch (random.nextInt(4)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(at, " " + token + " ");
            case 2 -> tokens.set(at, " " + token + " ");
            default -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
        }
        return String.join("", tokens);
    }
}
