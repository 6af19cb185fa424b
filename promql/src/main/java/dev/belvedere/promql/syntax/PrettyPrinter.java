package dev.belvedere.promql.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Breaks expressions that are too long for a line into indented lines, from the outside inwards. As in Prometheus, a
/// line is as long as its bytes in UTF-8.
final class PrettyPrinter {

    private final int maxLineBytes;

    PrettyPrinter(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    String text(Expr expr) {
        return text(expr, 0);
    }

    private String text(Expr expr, int level) {
        String indent = "  ".repeat(level);
        String line = Printer.print(expr);
        boolean isLong = line.getBytes(StandardCharsets.UTF_8).length > maxLineBytes;
        return switch (expr) {
            case AggregateExpr e -> indent + (isLong ? Printer.aggregateHead(e) + broken(arguments(e), level) : line);
            case BinaryExpr e -> isLong ? binary(e, level) : indent + line;
            case Call e -> indent + (isLong ? e.function().text() + broken(e.arguments(), level) : line);
            case ParenExpr e -> indent + (isLong ? broken(e.children(), level) : line);
            case SubqueryExpr e -> isLong ? text(e.expr(), level) + Printer.subquerySuffix(e) : line;
            case UnaryExpr e -> indent + Printer.sign(e) + text(e.expr(), level).strip();
            case DurationExpr e -> line;
            case MatrixSelector e -> indent + line;
            case NumberLiteral e -> indent + line;
            case StringLiteral e -> indent + line;
            case VectorSelector e -> indent + line;
        };
    }

    private static List<Expr> arguments(AggregateExpr expr) {
        return expr.parameter().isPresent() ? List.of(expr.parameter().get(), expr.expr()) : List.of(expr.expr());
    }

    private String broken(List<Expr> arguments, int level) {
        List<String> lines = new ArrayList<>();
        arguments.forEach(a -> lines.add(text(a, level + 1)));
        return "(\n" + String.join(",\n", lines) + "\n" + "  ".repeat(level) + ")";
    }

    private String binary(BinaryExpr expr, int level) {
        return text(expr.left(), level + 1) + "\n" + "  ".repeat(level) + Printer.operator(expr) + "\n"
                + text(expr.right(), level + 1);
    }
}
