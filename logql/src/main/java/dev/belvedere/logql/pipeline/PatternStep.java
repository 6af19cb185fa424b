package dev.belvedere.logql.pipeline;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.ArrayList;
import java.util.List;

/// `| pattern "<ip> - <_> <method>"`: what lies between the fixed texts becomes labels. A line that ends before the
/// pattern does keeps the labels found so far.
final class PatternStep implements Pipeline.Step {

    /// A fixed text, and the capture behind it.
    ///
    /// @param capture empty for none, `_` for one that is not kept
    private record Part(String before, String capture) {}

    private final List<Part> parts;
    private final String tail;

    private PatternStep(List<Part> parts, String tail) {
        this.parts = parts;
        this.tail = tail;
    }

    static PatternStep compile(String expression) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            int open = captureAt(expression, at);
            if (open < 0) {
                break;
            }
            int close = expression.indexOf('>', open);
            String before = expression.substring(at, open);
            if (before.isEmpty() && !parts.isEmpty()) {
                throw invalid("two captures follow each other without text between them", expression);
            }
            parts.add(new Part(before, expression.substring(open + 1, close)));
            at = close + 1;
        }
        if (parts.stream().allMatch(part -> part.capture().equals("_"))) {
            throw invalid("at least one capture such as <name> is required", expression);
        }
        return new PatternStep(parts, expression.substring(at));
    }

    private static OperationException invalid(String problem, String expression) {
        return new OperationException(
                "invalid_logql", Fault.USER, "invalid pattern \"" + expression + "\": " + problem);
    }

    private static int captureAt(String expression, int from) {
        for (int open = expression.indexOf('<', from); open >= 0; open = expression.indexOf('<', open + 1)) {
            int close = expression.indexOf('>', open);
            if (close > open && expression.substring(open + 1, close).matches("[A-Za-z_][A-Za-z0-9_]*")) {
                return open;
            }
        }
        return -1;
    }

    @Override
    public boolean apply(Line line) {
        String text = line.text();
        if (!text.startsWith(parts.getFirst().before())) {
            return true;
        }
        int at = parts.getFirst().before().length();
        for (int i = 0; i < parts.size(); i++) {
            String next = i + 1 < parts.size() ? parts.get(i + 1).before() : tail;
            int end = next.isEmpty() ? text.length() : text.indexOf(next, at);
            boolean isLast = end < 0;
            String value = text.substring(at, isLast ? text.length() : end);
            String capture = parts.get(i).capture();
            if (!capture.equals("_") && !value.isEmpty()) {
                String label = line.labels().isStreamLabel(capture) ? capture + "_extracted" : capture;
                line.labels().set(label, value, LineLabels.Origin.PARSED);
            }
            if (isLast) {
                return true;
            }
            at = end + next.length();
        }
        return true;
    }
}
