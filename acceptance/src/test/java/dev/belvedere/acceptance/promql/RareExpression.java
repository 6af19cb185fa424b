package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pieces of queries that chance alone would hardly put together: ranges within ranges, operators without parentheses,
/// words in capitals, comments, numbers and parameters at the edge of what is taken.
final class RareExpression {

    private static final List<List<String>> ALL = List.of(
            RareTemplates.NESTED,
            RareTemplates.LOOSE,
            RareTemplates.JOINED,
            RareTemplates.OF_HISTOGRAMS,
            RareTemplates.AGGREGATED,
            RareTemplates.MOVED,
            RareTemplates.NUMBERS,
            RareTemplates.NESTED,
            RareTemplates.JOINED,
            UsualTemplates.RULES,
            UsualTemplates.RULES,
            UsualTemplates.EDGES);

    private static final Pattern GAP = Pattern.compile("\\$([vcghnd])");

    private final Random random;
    private final Vocabulary words;
    private final RandomExpression others;

    RareExpression(Random random, Vocabulary words, RandomExpression others) {
        this.random = random;
        this.words = words;
        this.others = others;
    }

    Node vector(int depth) {
        String template = words.any(words.any(ALL));
        boolean isCall = Character.isLetter(template.charAt(0));
        Matcher gaps = GAP.matcher(isCall ? template : "(" + template + ")");
        List<String> glue = new ArrayList<>();
        List<Node> children = new ArrayList<>();
        int nothing = random.nextInt(8);
        String before = nothing == 0 ? "# noted\n" : nothing == 1 ? "\n\t" : "";
        StringBuilder text = new StringBuilder(before);
        while (gaps.find()) {
            gaps.appendReplacement(text, "");
            glue.add(text.toString());
            text.setLength(0);
            children.add(child(gaps.group(1), depth));
        }
        gaps.appendTail(text);
        glue.add(text.toString());
        return new Node(Kind.VECTOR, glue, children);
    }

    private Node child(String gap, int depth) {
        return switch (gap) {
            case "c" -> words.counter();
            case "g" -> words.gauge();
            case "h" -> words.nativeHistogram();
            case "n" -> words.number();
            case "d" -> Node.leaf(Kind.PART, words.duration());
            default -> others.vector(random.nextInt(Math.max(1, depth)));
        };
    }
}
