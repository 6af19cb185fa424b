package dev.belvedere.logql.syntax;

import dev.belvedere.logql.syntax.LogqlExpr.BinaryOperator;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Parses label filters: `status >= 500 and method="GET" or duration > 1s`. `and` binds tighter than `or`; a comma or
/// nothing between two conditions is an `and`.
final class LabelPredicateParser {

    private static final Map<String, BinaryOperator> COMPARISONS = Map.of(
            ">", BinaryOperator.GREATER,
            ">=", BinaryOperator.GREATER_OR_EQUAL,
            "<", BinaryOperator.LESS,
            "<=", BinaryOperator.LESS_OR_EQUAL,
            "==", BinaryOperator.EQUAL,
            "=", BinaryOperator.EQUAL,
            "!=", BinaryOperator.NOT_EQUAL);

    private final Cursor cursor;

    LabelPredicateParser(Cursor cursor) {
        this.cursor = cursor;
    }

    LabelPredicate parse() {
        LabelPredicate left = conjunction();
        while (cursor.takeIf("or")) {
            left = new LabelPredicate.Or(left, conjunction());
        }
        return left;
    }

    private LabelPredicate conjunction() {
        LabelPredicate left = term();
        while (cursor.takeIf("and") || cursor.takeIf(",") || beginsTerm()) {
            left = new LabelPredicate.And(left, term());
        }
        return left;
    }

    private boolean beginsTerm() {
        return cursor.peek().is("(")
                || cursor.peek().kind() == Token.Kind.IDENTIFIER
                        && !cursor.peek().is("or")
                        && isComparison(cursor.peek(1));
    }

    private static boolean isComparison(Token token) {
        return token.kind() == Token.Kind.SIGN
                && (COMPARISONS.containsKey(token.text()) || token.is("=~") || token.is("!~"));
    }

    private LabelPredicate term() {
        cursor.enter();
        try {
            if (cursor.takeIf("(")) {
                LabelPredicate inner = parse();
                cursor.expect(")");
                return inner;
            }
            return condition();
        } finally {
            cursor.leave();
        }
    }

    private LabelPredicate condition() {
        String label = cursor.identifier("a label name");
        Token sign = cursor.take();
        if (!isComparison(sign)) {
            throw cursor.error(sign, "unexpected " + sign.shown() + ", expected a comparison such as = or >");
        }
        if (cursor.peek().kind() == Token.Kind.STRING) {
            return new LabelPredicate.Text(matcher(cursor, label, sign));
        }
        if (cursor.peek().is("ip")) {
            throw cursor.error(cursor.peek(), "ip() is not built in yet: compare the address as text, or with =~");
        }
        boolean isNegative = cursor.takeIf("-");
        Token value = cursor.expect(Token.Kind.NUMBER, "a string, number, duration or size");
        BinaryOperator comparison = COMPARISONS.get(sign.text());
        if (comparison == null) {
            throw cursor.error(sign, sign.text() + " compares with a quoted regular expression");
        }
        return numeric(label, comparison, isNegative ? -1 : 1, value);
    }

    private LabelPredicate numeric(String label, BinaryOperator comparison, int factor, Token value) {
        OptionalDouble number = Quantities.number(value.text());
        if (number.isPresent()
                && Character.isDigit(value.text().charAt(value.text().length() - 1))) {
            return new LabelPredicate.Numeric(
                    label, comparison, LabelPredicate.Unit.NUMBER, factor * number.getAsDouble());
        }
        OptionalLong nanos = Quantities.durationNanos(value.text());
        if (nanos.isPresent()) {
            return new LabelPredicate.Numeric(
                    label, comparison, LabelPredicate.Unit.DURATION, factor * nanos.getAsLong() / 1e9);
        }
        OptionalDouble bytes = Quantities.bytes(value.text());
        if (bytes.isPresent()) {
            return new LabelPredicate.Numeric(
                    label, comparison, LabelPredicate.Unit.BYTES, factor * bytes.getAsDouble());
        }
        throw cursor.error(value, "not a number, duration or size: " + value.shown());
    }

    /// A comparison of a label with the string that comes next.
    static LabelMatcher matcher(Cursor cursor, String label, Token sign) {
        LabelMatcher.Type type = switch (sign.text()) {
            case "=", "==" -> LabelMatcher.Type.EQUAL;
            case "!=" -> LabelMatcher.Type.NOT_EQUAL;
            case "=~" -> LabelMatcher.Type.REGEX;
            case "!~" -> LabelMatcher.Type.NOT_REGEX;
            default -> throw cursor.error(sign, "text is compared by =, !=, =~ or !~, not by " + sign.text());
        };
        Token value = cursor.expect(Token.Kind.STRING, "a quoted string");
        try {
            return LabelMatcher.of(type, label, value.text());
        } catch (OperationException e) {
            throw cursor.error(value, e.getMessage());
        }
    }
}
