package dev.belvedere.logql.pipeline;

import dev.belvedere.logql.syntax.LabelPredicate;
import dev.belvedere.logql.syntax.LogqlExpr.BinaryOperator;
import dev.belvedere.logql.syntax.Quantities;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Keeps lines whose labels satisfy a condition. A value that cannot be read as the number it is compared with keeps
/// the line and marks it with `__error__="LabelFilterErr"`, as in Loki.
final class LabelFilterStep implements Pipeline.Step {

    private final LabelPredicate predicate;

    LabelFilterStep(LabelPredicate predicate) {
        this.predicate = predicate;
    }

    @Override
    public boolean apply(Line line) {
        return test(predicate, line.labels());
    }

    static boolean test(LabelPredicate predicate, LineLabels labels) {
        return switch (predicate) {
            case LabelPredicate.And and -> test(and.left(), labels) && test(and.right(), labels);
            case LabelPredicate.Or or -> test(or.left(), labels) || test(or.right(), labels);
            case LabelPredicate.Text text ->
                text.matcher().matches(labels.get(text.matcher().name()));
            case LabelPredicate.Numeric numeric -> test(numeric, labels);
            case LabelPredicate.Any any -> true;
        };
    }

    private static boolean test(LabelPredicate.Numeric numeric, LineLabels labels) {
        if (labels.hasError()) {
            return true;
        }
        String text = labels.get(numeric.label());
        if (text.isEmpty()) {
            return false;
        }
        OptionalDouble value = read(numeric.unit(), text);
        if (value.isEmpty()) {
            labels.setError("LabelFilterErr", "\"" + text + "\" is not a " + what(numeric.unit()));
            return true;
        }
        return compare(value.getAsDouble(), numeric.comparison(), numeric.value());
    }

    private static String what(LabelPredicate.Unit unit) {
        return switch (unit) {
            case NUMBER -> "number";
            case DURATION -> "duration";
            case BYTES -> "size";
        };
    }

    private static OptionalDouble read(LabelPredicate.Unit unit, String text) {
        return switch (unit) {
            case NUMBER -> Quantities.number(text);
            case BYTES -> Quantities.bytes(text);
            case DURATION -> {
                OptionalLong nanos = Quantities.durationNanos(text);
                yield nanos.isPresent() ? OptionalDouble.of(nanos.getAsLong() / 1e9) : OptionalDouble.empty();
            }
        };
    }

    private static boolean compare(double left, BinaryOperator comparison, double right) {
        return switch (comparison) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            default -> throw new IllegalArgumentException(comparison + " is no comparison");
        };
    }
}
