package dev.belvedere.promql.syntax;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.promql.syntax.TokenStream.UnexpectedTokenException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The grammar of numbers, durations and of the modifiers and brackets that hold them.
final class DurationParser {

    /// Durations are kept as nanoseconds in a long elsewhere; beyond that they are refused.
    private static final double MAX_SECONDS = 9.223372036854775e9;

    private static final long MAX_MILLIS = Long.MAX_VALUE / 4;

    /// Two letters behind a number, other than milliseconds.
    /// A number, not beyond a long, and what follows it.
    private static final Pattern PIECE = Pattern.compile("\\G(\\d{1,19})(\\D+)");

    private static final List<String> UNITS = List.of("y", "w", "d", "h", "m", "s", "ms");

    private static final String DURATION_TERM = "number, duration, step(), or range()";
    private static final String DURATION_TERM_OR_END = "number, duration, step(), range(), or \"]\"";
    private static final int UNARY_OPERAND_PRECEDENCE = 3;

    private final TokenStream tokens;
    private int depth;

    DurationParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    NumberLiteral literal() {
        Token token = tokens.peek();
        if (token.type() == TokenType.NUMBER) {
            tokens.next();
            return new NumberLiteral(number(token), false, token.position());
        }
        if (token.type() != TokenType.DURATION) {
            throw tokens.unexpected();
        }
        tokens.next();
        return new NumberLiteral(durationSeconds(token), true, token.position());
    }

    private double durationSeconds(Token token) {
        long millis;
        try {
            millis = Durations.parseMillis(token.text());
        } catch (IllegalArgumentException e) {
            throw tokens.failure(token.position(), problem(token.text()));
        }
        if (millis / 1000.0 > MAX_SECONDS) {
            throw tokens.failure(token.position(), "duration out of range");
        }
        return millis / 1000.0;
    }

    /// The first thing, from the left, that is wrong with a duration.
    private static String problem(String text) {
        String quoted = LabelNames.quote(text);
        Matcher pieces = PIECE.matcher(text);
        int lastUnit = -1;
        int end = 0;
        while (pieces.find()) {
            int unit = UNITS.indexOf(pieces.group(2));
            if (unit < 0) {
                return "unknown unit " + LabelNames.quote(pieces.group(2)) + " in duration " + quoted;
            }
            if (unit <= lastUnit) {
                break;
            }
            lastUnit = unit;
            end = pieces.end();
        }
        return end == text.length() ? "duration out of range" : "not a valid duration string: " + quoted;
    }

    private double number(Token token) {
        String text = token.text().replace("_", "").toLowerCase(Locale.ROOT);
        try {
            if (text.equals("inf")) {
                return Double.POSITIVE_INFINITY;
            }
            if (text.equals("nan")) {
                return Double.NaN;
            }
            if (text.startsWith("0x")) {
                return Long.parseUnsignedLong(text, 2, text.length(), 16);
            }
            if (text.length() > 1 && text.chars().allMatch(c -> c >= '0' && c <= '7') && text.startsWith("0")) {
                return Long.parseLong(text, 8);
            }
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value)) {
                throw tokens.failure(
                        token.position(),
                        "error parsing number: strconv.ParseFloat: parsing \"" + token.text()
                                + "\": value out of range");
            }
            return value;
        } catch (NumberFormatException e) {
            throw tokens.failure(
                    token.position(),
                    "error parsing number: strconv.ParseFloat: parsing \"" + token.text() + "\": invalid syntax");
        }
    }

    /// `offset` and what is behind it.
    Expr offset(Expr expr) {
        tokens.next();
        Expr offset;
        try {
            offset = offsetDuration();
        } catch (UnexpectedTokenException e) {
            throw tokens.describe(e, "offset", DURATION_TERM);
        }
        int end = tokens.lastEnd();
        long millis = offset instanceof NumberLiteral number ? millis(number) : 0;
        Optional<DurationExpr> expression =
                offset instanceof DurationExpr duration ? Optional.of(duration) : Optional.empty();
        TimeShift shift = shift(
                expr,
                "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery");
        if (shift.hasOffset()) {
            throw tokens.failure(expr.position(), "offset may not be set multiple times");
        }
        return shifted(expr, shift.withOffset(millis, expression), end);
    }

    /// `@` and what is behind it.
    Expr at(Expr expr) {
        tokens.next();
        TimeShift.At at = TimeShift.At.TIMESTAMP;
        double seconds = 0;
        Token token = tokens.peek();
        if (token.type() == TokenType.START || token.type() == TokenType.END) {
            tokens.next();
            at = token.type() == TokenType.START ? TimeShift.At.START : TimeShift.At.END;
            if (!tokens.accept(TokenType.LEFT_PAREN) || !tokens.accept(TokenType.RIGHT_PAREN)) {
                throw tokens.unexpected("@", "timestamp");
            }
        } else {
            boolean isNegative = token.type() == TokenType.SUBTRACT;
            if (isNegative || token.type() == TokenType.ADD) {
                tokens.next();
            }
            try {
                seconds = literal().value() * (isNegative ? -1 : 1);
            } catch (UnexpectedTokenException e) {
                throw tokens.describe(e, "@", "timestamp");
            }
            if (!(Math.abs(seconds) < 9.223372036854775807e18)) {
                throw tokens.failure(
                        expr.position(), "timestamp out of bounds for @ modifier: " + NumberText.fixed(seconds));
            }
        }
        TimeShift shift = shift(
                expr,
                "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
        if (shift.hasAt()) {
            throw tokens.failure(expr.position(), "@ <timestamp> may not be set multiple times");
        }
        return shifted(expr, shift.withAt(at, bounded(Math.round(seconds * 1000))), tokens.lastEnd());
    }

    /// Leaves room for ranges and offsets on both sides.
    private static long bounded(long millis) {
        return Math.max(-MAX_MILLIS, Math.min(MAX_MILLIS, millis));
    }

    private TimeShift shift(Expr expr, String refusal) {
        return switch (expr) {
            case VectorSelector selector -> selector.shift();
            case MatrixSelector matrix -> matrix.selector().shift();
            case SubqueryExpr subquery -> subquery.shift();
            default -> throw tokens.failure(expr.position(), refusal);
        };
    }

    private static Expr shifted(Expr expr, TimeShift shift, int end) {
        return switch (expr) {
            case VectorSelector selector -> selector.withShift(shift).endingAt(end);
            case MatrixSelector matrix -> matrix.with(matrix.selector().withShift(shift), end);
            case SubqueryExpr subquery -> subquery.with(shift, end);
            default -> throw new IllegalStateException("no shift for " + expr);
        };
    }

    /// A range or a subquery behind an expression.
    Expr bracket(Expr expr) {
        Token open = tokens.next();
        Expr range;
        try {
            range = positive(duration(0));
        } catch (UnexpectedTokenException e) {
            throw tokens.describe(e, "subquery or range selector", DURATION_TERM);
        }
        if (tokens.accept(TokenType.COLON)) {
            return subquery(expr, range);
        }
        if (tokens.peekType() != TokenType.RIGHT_BRACKET) {
            throw tokens.unexpected("subquery or range", "\":\" or \"]\"");
        }
        Token close = tokens.next();
        String refusal = !(expr instanceof VectorSelector selector)
                ? "ranges only allowed for vector selectors"
                : selector.shift().hasOffset()
                        ? "no offset modifiers allowed before range"
                        : selector.shift().hasAt() ? "no @ modifiers allowed before range" : "";
        if (!refusal.isEmpty() || !(expr instanceof VectorSelector vector)) {
            throw tokens.failure(PositionRange.span(open.position(), close.position()), refusal);
        }
        return new MatrixSelector(
                vector, fixedMillis(range), expression(range), close.position().end());
    }

    private Expr subquery(Expr expr, Expr range) {
        Expr step = null;
        if (tokens.peekType() != TokenType.RIGHT_BRACKET) {
            try {
                step = positive(duration(0));
            } catch (UnexpectedTokenException e) {
                throw tokens.describe(e, "subquery selector", DURATION_TERM_OR_END);
            }
        }
        if (tokens.peekType() != TokenType.RIGHT_BRACKET) {
            throw tokens.unexpected("subquery selector", "\"]\"");
        }
        Token close = tokens.next();
        return new SubqueryExpr(
                expr,
                fixedMillis(range),
                expression(range),
                step == null ? 0 : fixedMillis(step),
                step == null ? Optional.empty() : expression(step),
                TimeShift.NONE,
                close.position().end());
    }

    private static long fixedMillis(Expr duration) {
        return duration instanceof NumberLiteral number ? millis(number) : 0;
    }

    private static Optional<DurationExpr> expression(Expr duration) {
        return duration instanceof DurationExpr expr ? Optional.of(expr) : Optional.empty();
    }

    /// Durations end up in whole milliseconds; below that they are cut off.
    private static long millis(NumberLiteral seconds) {
        return (long) (Math.rint(seconds.value() * 1e9) / 1e6);
    }

    private Expr positive(Expr duration) {
        if (duration instanceof NumberLiteral number && !(number.value() > 0)) {
            throw tokens.failure(number.position(), "duration must be greater than 0");
        }
        return duration;
    }

    private Expr offsetDuration() {
        Token first = tokens.peek();
        if (isSign(first.type())) {
            tokens.next();
            // Of one sign the term is the whole offset; of several an expression that goes on.
            TokenType next = tokens.peekType();
            if (isSign(next)) {
                return continued(signed(first, duration(UNARY_OPERAND_PRECEDENCE)), 0);
            }
            boolean isLiteral = next == TokenType.NUMBER || next == TokenType.DURATION;
            return signed(first, isLiteral ? bounded(literal(), first) : durationTerm());
        }
        // A parenthesis begins an expression that goes on behind it; anything else ends with its term.
        return first.type() == TokenType.LEFT_PAREN ? duration(0) : durationTerm();
    }

    private static @Nullable DurationOp durationOp(TokenType type) {
        return switch (type) {
            case ADD -> DurationOp.ADD;
            case SUBTRACT -> DurationOp.SUBTRACT;
            case MULTIPLY -> DurationOp.MULTIPLY;
            case DIVIDE -> DurationOp.DIVIDE;
            case MODULO -> DurationOp.MODULO;
            case POWER -> DurationOp.POWER;
            default -> null;
        };
    }

    private static int precedence(DurationOp op) {
        return switch (op) {
            case ADD, SUBTRACT -> 1;
            case MULTIPLY, DIVIDE, MODULO -> 2;
            case POWER -> 3;
            case STEP, RANGE, MIN_OF, MAX_OF -> throw new IllegalArgumentException("no operator: " + op);
        };
    }

    private Expr duration(int minPrecedence) {
        if (++depth > Parser.MAX_DEPTH) {
            throw tokens.failure(
                    tokens.peek().position(), "duration is nested more than " + Parser.MAX_DEPTH + " deep");
        }
        Expr expr = continued(durationUnary(), minPrecedence);
        depth--;
        return expr;
    }

    /// An expression with what follows it and binds at least as strongly.
    private Expr continued(Expr first, int minPrecedence) {
        Expr left = first;
        while (true) {
            DurationOp op = durationOp(tokens.peekType());
            if (op == null || precedence(op) < minPrecedence) {
                return left;
            }
            Token sign = tokens.next();
            Expr right = duration(op == DurationOp.POWER ? precedence(op) : precedence(op) + 1);
            boolean isZero = right instanceof NumberLiteral number && number.value() == 0;
            if (isZero && (op == DurationOp.DIVIDE || op == DurationOp.MODULO)) {
                throw tokens.failure(sign.position(), op == DurationOp.DIVIDE ? "division by zero" : "modulo by zero");
            }
            left = new DurationExpr(op, left, right, false, PositionRange.span(left.position(), right.position()));
        }
    }

    private Expr durationUnary() {
        Token sign = tokens.peek();
        if (!isSign(sign.type())) {
            return durationTerm();
        }
        tokens.next();
        return signed(sign, duration(UNARY_OPERAND_PRECEDENCE));
    }

    private static boolean isSign(TokenType type) {
        return type == TokenType.ADD || type == TokenType.SUBTRACT;
    }

    private Expr signed(Token sign, Expr operand) {
        boolean isNegative = sign.type() == TokenType.SUBTRACT;
        if (operand instanceof NumberLiteral number) {
            return new NumberLiteral(
                    isNegative ? -number.value() : number.value(),
                    number.isDuration(),
                    PositionRange.span(sign.position(), number.position()));
        }
        return isNegative ? new DurationExpr(DurationOp.SUBTRACT, null, operand, false, sign.position()) : operand;
    }

    /// @param place where it is found to be too long
    private NumberLiteral bounded(NumberLiteral literal, Token place) {
        if (!(Math.abs(literal.value()) <= MAX_SECONDS)) {
            throw tokens.failure(place.position(), "duration out of range");
        }
        return literal;
    }

    private Expr durationTerm() {
        Token first = tokens.peek();
        switch (first.type()) {
            case NUMBER, DURATION -> {
                return bounded(literal(), first);
            }
            case STEP, RANGE -> {
                tokens.next();
                tokens.expect(TokenType.LEFT_PAREN);
                Token close = tokens.expect(TokenType.RIGHT_PAREN);
                DurationOp op = first.type() == TokenType.STEP ? DurationOp.STEP : DurationOp.RANGE;
                return new DurationExpr(op, null, null, false, PositionRange.span(first.position(), close.position()));
            }
            case MAX_OF, MIN_OF -> {
                tokens.next();
                tokens.expect(TokenType.LEFT_PAREN);
                Expr left = duration(0);
                tokens.expect(TokenType.COMMA);
                Expr right = duration(0);
                Token close = tokens.expect(TokenType.RIGHT_PAREN);
                DurationOp op = first.type() == TokenType.MAX_OF ? DurationOp.MAX_OF : DurationOp.MIN_OF;
                return new DurationExpr(op, left, right, false, PositionRange.span(first.position(), close.position()));
            }
            case LEFT_PAREN -> {
                Token open = tokens.next();
                Expr inner = duration(0);
                Token close = tokens.expect(TokenType.RIGHT_PAREN);
                return inner instanceof DurationExpr expr
                        ? expr.wrapped()
                        : new DurationExpr(
                                DurationOp.ADD,
                                null,
                                inner,
                                true,
                                PositionRange.span(open.position(), close.position()));
            }
            default -> throw tokens.unexpected();
        }
    }
}
