package dev.belvedere.promql.syntax;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Writes expressions back as text: on one line, or broken into indented lines where they are long.
public final class Printer {

    private static final int MAX_LINE_BYTES = 100;

    private Printer() {}

    /// The canonical text, which parses to the same expression.
    public static String print(Expr expr) {
        return switch (expr) {
            case AggregateExpr e ->
                aggregateHead(e) + "(" + e.parameter().map(p -> print(p) + ", ").orElse("") + print(e.expr()) + ")";
            case BinaryExpr e -> print(e.left()) + " " + operator(e) + " " + print(e.right());
            case Call e -> e.function().text() + "(" + joined(e.arguments()) + ")";
            case DurationExpr e -> duration(e);
            case MatrixSelector e -> matrix(e);
            case NumberLiteral e -> number(e);
            case ParenExpr e -> "(" + print(e.expr()) + ")";
            case StringLiteral e -> StringQuotes.quote(e.value());
            case SubqueryExpr e -> print(e.expr()) + subquerySuffix(e);
            case UnaryExpr e -> sign(e) + print(e.expr());
            case VectorSelector e -> selector(e) + at(e.shift()) + extension(e) + offset(e.shift());
        };
    }

    /// The text that `format_query` answers: expressions beyond 100 bytes are broken into lines.
    public static String pretty(Expr expr) {
        return new PrettyPrinter(MAX_LINE_BYTES).text(expr);
    }

    private static String joined(List<Expr> expressions) {
        List<String> texts = new ArrayList<>();
        expressions.forEach(e -> texts.add(print(e)));
        return String.join(", ", texts);
    }

    private static String labels(List<String> names) {
        List<String> texts = new ArrayList<>();
        names.forEach(n -> texts.add(label(n)));
        return "(" + String.join(", ", texts) + ")";
    }

    private static String label(String name) {
        return LabelNames.isLegacyLabelName(name) ? name : StringQuotes.quote(name);
    }

    static String aggregateHead(AggregateExpr expr) {
        if (expr.isWithout()) {
            return expr.op().text() + " without " + labels(expr.grouping()) + " ";
        }
        return expr.grouping().isEmpty() ? expr.op().text() : expr.op().text() + " by " + labels(expr.grouping()) + " ";
    }

    static String sign(UnaryExpr expr) {
        return expr.isNegative() ? "-" : "+";
    }

    static String operator(BinaryExpr expr) {
        return expr.op().sign()
                + (expr.isBool() ? " bool" : "")
                + expr.matching().map(Printer::matching).orElse("");
    }

    private static String matching(VectorMatching matching) {
        StringBuilder text = new StringBuilder();
        boolean isLeft = matching.cardinality() == VectorMatching.Cardinality.MANY_TO_ONE;
        boolean isGrouped = isLeft || matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
        if (!matching.labels().isEmpty() || matching.isOn() || isGrouped) {
            text.append(matching.isOn() ? " on " : " ignoring ").append(labels(matching.labels()));
        }
        if (isGrouped) {
            text.append(isLeft ? " group_left " : " group_right ").append(labels(matching.include()));
        }
        if (matching.fillLeft().isPresent() && matching.fillLeft().equals(matching.fillRight())) {
            text.append(fill(" fill", matching.fillLeft()));
        } else {
            text.append(fill(" fill_left", matching.fillLeft())).append(fill(" fill_right", matching.fillRight()));
        }
        return text.toString();
    }

    private static String fill(String word, OptionalDouble value) {
        return value.isPresent() ? word + " (" + NumberText.general(value.getAsDouble()) + ")" : "";
    }

    private static String duration(DurationExpr expr) {
        String left = expr.left() == null ? "" : print(expr.left());
        String right = expr.right() == null ? "" : print(expr.right());
        String text = switch (expr.op()) {
            case STEP, RANGE -> expr.op().sign() + "()";
            case MIN_OF, MAX_OF -> expr.op().sign() + "(" + left + ", " + right + ")";
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, POWER ->
                expr.left() != null
                        ? left + " " + expr.op().sign() + " " + right
                        : expr.op() == DurationOp.SUBTRACT ? "-" + right : right;
        };
        return expr.isWrapped() ? "(" + text + ")" : text;
    }

    private static String number(NumberLiteral number) {
        if (!number.isDuration()) {
            return NumberText.plain(number.value());
        }
        return Durations.format(Math.round(number.value() * 1000));
    }

    private static String range(long millis, Optional<DurationExpr> expr) {
        return expr.map(Printer::print).orElseGet(() -> Durations.format(millis));
    }

    private static String matrix(MatrixSelector expr) {
        VectorSelector selector = expr.selector();
        return selector(selector)
                + "["
                + range(expr.rangeMillis(), expr.rangeExpr())
                + "]"
                + extension(selector)
                + at(selector.shift())
                + offset(selector.shift());
    }

    static String subquerySuffix(SubqueryExpr expr) {
        String step =
                expr.stepMillis() != 0 || expr.stepExpr().isPresent() ? range(expr.stepMillis(), expr.stepExpr()) : "";
        return "["
                + range(expr.rangeMillis(), expr.rangeExpr())
                + ":"
                + step
                + "]"
                + at(expr.shift())
                + offset(expr.shift());
    }

    private static String extension(VectorSelector selector) {
        return switch (selector.extension()) {
            case NONE -> "";
            case ANCHORED -> " anchored";
            case SMOOTHED -> " smoothed";
        };
    }

    private static String at(TimeShift shift) {
        return switch (shift.at()) {
            case NONE -> "";
            case START -> " @ start()";
            case END -> " @ end()";
            // Seconds as the nearest number that there is, which for moments far away is no whole millisecond.
            case TIMESTAMP ->
                " @ "
                        + new BigDecimal(shift.atMillis() / 1000.0)
                                .setScale(3, RoundingMode.HALF_EVEN)
                                .toPlainString();
        };
    }

    private static String offset(TimeShift shift) {
        if (shift.offsetExpr().isPresent()) {
            return " offset " + print(shift.offsetExpr().get());
        }
        return shift.offsetMillis() == 0 ? "" : " offset " + Durations.format(shift.offsetMillis());
    }

    private static String selector(VectorSelector selector) {
        List<String> conditions = new ArrayList<>();
        for (LabelMatcher matcher : selector.matchers()) {
            boolean isName = matcher.name().equals(Labels.METRIC_NAME)
                    && matcher.type() == LabelMatcher.Type.EQUAL
                    && !matcher.value().isEmpty()
                    && matcher.value().equals(selector.name());
            if (!isName) {
                conditions.add(label(matcher.name()) + matcher.type().sign() + StringQuotes.quote(matcher.value()));
            }
        }
        Collections.sort(conditions);
        boolean isBare = conditions.isEmpty() && !selector.name().isEmpty();
        return selector.name() + (isBare ? "" : "{" + String.join(",", conditions) + "}");
    }
}
