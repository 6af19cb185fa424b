package dev.belvedere.promql.syntax;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.TokenStream.UnexpectedTokenException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Parses queries by recursive descent and checks their types. Stops at the first error.
public final class Parser {

    /// How deep parentheses, arguments and chains of operators may be nested.
    public static final int MAX_DEPTH = 500;

    private static final int UNARY_OPERAND_PRECEDENCE = BinaryOp.POWER.precedence();

    private final TokenStream tokens;
    private final ParserOptions options;
    private final SelectorParser selectors;
    private final DurationParser durations;
    private int depth;

    private Parser(String query, ParserOptions options) {
        this.tokens = new TokenStream(query);
        this.options = options;
        this.selectors = new SelectorParser(tokens);
        this.durations = new DurationParser(tokens);
    }

    /// @throws ParseException if the query is no PromQL or uses what the options do not allow
    public static Expr parse(String query, ParserOptions options) {
        Parser parser = new Parser(query, options);
        Expr expr = parser.whole();
        return new TypeChecker(query).checked(expr);
    }

    /// The conditions of one selector without modifiers, as `match[]` and relabelling take them.
    ///
    /// @throws ParseException if it is no selector
    public static List<LabelMatcher> parseSelector(String selector) {
        Parser parser = new Parser(selector, ParserOptions.DEFAULT);
        try {
            VectorSelector parsed = parser.selectors.selector();
            parser.tokens.expect(TokenType.END_OF_INPUT);
            return parsed.matchers();
        } catch (UnexpectedTokenException e) {
            throw parser.tokens.describe(e, "", "");
        }
    }

    /// A series' labels in the exposition form: `name{a="b"}`.
    ///
    /// @throws ParseException if they are none
    public static Labels parseLabels(String text) {
        Parser parser = new Parser(text, ParserOptions.DEFAULT);
        try {
            Labels labels = parser.selectors.labels();
            parser.tokens.expect(TokenType.END_OF_INPUT);
            return labels;
        } catch (UnexpectedTokenException e) {
            throw parser.tokens.describe(e, "", "");
        }
    }

    private Expr whole() {
        if (tokens.peekType() == TokenType.END_OF_INPUT) {
            throw tokens.failure(PositionRange.BEGINNING, "no expression found in input");
        }
        try {
            Expr expr = binary(0);
            tokens.expect(TokenType.END_OF_INPUT);
            return expr;
        } catch (UnexpectedTokenException e) {
            throw tokens.describe(e, "", "");
        }
    }

    private void checkDepth(int levels) {
        if (depth + levels > MAX_DEPTH) {
            throw tokens.failure(
                    tokens.peek().position(),
                    "expression is nested more than " + MAX_DEPTH + " deep: split it into recording rules");
        }
    }

    /// An expression of operators that bind at least as strongly as `minPrecedence`.
    private Expr binary(int minPrecedence) {
        checkDepth(1);
        depth++;
        Expr left = unary();
        int chained = 0;
        while (true) {
            BinaryOp op = binaryOp(tokens.peekType());
            if (op == null || op.precedence() < minPrecedence) {
                depth--;
                return left;
            }
            checkDepth(++chained);
            tokens.next();
            Modifiers modifiers = modifiers();
            Expr right = binary(op == BinaryOp.POWER ? op.precedence() : op.precedence() + 1);
            BinaryExpr expr = new BinaryExpr(op, left, right, modifiers.isBool, Optional.of(modifiers.matching));
            if (modifiers.matching.hasFill() && !options.hasFillModifiers()) {
                throw tokens.failure(expr.position(), "binop fill modifiers are experimental and not enabled");
            }
            left = expr;
        }
    }

    private static @Nullable BinaryOp binaryOp(TokenType type) {
        return switch (type) {
            case ADD -> BinaryOp.ADD;
            case SUBTRACT -> BinaryOp.SUBTRACT;
            case MULTIPLY -> BinaryOp.MULTIPLY;
            case DIVIDE -> BinaryOp.DIVIDE;
            case MODULO -> BinaryOp.MODULO;
            case POWER -> BinaryOp.POWER;
            case EQUAL -> BinaryOp.EQUAL;
            case NOT_EQUAL -> BinaryOp.NOT_EQUAL;
            case LESS -> BinaryOp.LESS;
            case LESS_OR_EQUAL -> BinaryOp.LESS_OR_EQUAL;
            case GREATER -> BinaryOp.GREATER;
            case GREATER_OR_EQUAL -> BinaryOp.GREATER_OR_EQUAL;
            case TRIM_UPPER -> BinaryOp.TRIM_UPPER;
            case TRIM_LOWER -> BinaryOp.TRIM_LOWER;
            case AND -> BinaryOp.AND;
            case OR -> BinaryOp.OR;
            case UNLESS -> BinaryOp.UNLESS;
            case ATAN2 -> BinaryOp.ATAN2;
            default -> null;
        };
    }

    private record Modifiers(boolean isBool, VectorMatching matching) {}

    private Modifiers modifiers() {
        boolean isBool = tokens.accept(TokenType.BOOL);
        boolean isOn = tokens.peekType() == TokenType.ON;
        List<String> labels = List.of();
        List<String> include = List.of();
        VectorMatching.Cardinality cardinality = VectorMatching.Cardinality.ONE_TO_ONE;
        if (tokens.accept(TokenType.ON) || tokens.accept(TokenType.IGNORING)) {
            labels = groupingLabels();
            boolean isLeft = tokens.peekType() == TokenType.GROUP_LEFT;
            if (tokens.accept(TokenType.GROUP_LEFT) || tokens.accept(TokenType.GROUP_RIGHT)) {
                cardinality = isLeft ? VectorMatching.Cardinality.MANY_TO_ONE : VectorMatching.Cardinality.ONE_TO_MANY;
                include = includedLabels();
            }
        }
        OptionalDouble fillLeft = OptionalDouble.empty();
        OptionalDouble fillRight = OptionalDouble.empty();
        if (tokens.accept(TokenType.FILL)) {
            fillLeft = fillRight = OptionalDouble.of(fillValue());
        } else if (tokens.accept(TokenType.FILL_LEFT)) {
            fillLeft = OptionalDouble.of(fillValue());
            if (tokens.accept(TokenType.FILL_RIGHT)) {
                fillRight = OptionalDouble.of(fillValue());
            }
        } else if (tokens.accept(TokenType.FILL_RIGHT)) {
            fillRight = OptionalDouble.of(fillValue());
            if (tokens.accept(TokenType.FILL_LEFT)) {
                fillLeft = OptionalDouble.of(fillValue());
            }
        }
        return new Modifiers(isBool, new VectorMatching(cardinality, labels, isOn, include, fillLeft, fillRight));
    }

    private double fillValue() {
        tokens.expect(TokenType.LEFT_PAREN);
        boolean isNegative = tokens.peekType() == TokenType.SUBTRACT;
        if (isNegative || tokens.peekType() == TokenType.ADD) {
            tokens.next();
        }
        double value = durations.literal().value();
        tokens.expect(TokenType.RIGHT_PAREN);
        return isNegative ? -value : value;
    }

    /// What `group_left` and `group_right` may name.
    private List<String> includedLabels() {
        boolean isNone = tokens.peekType() != TokenType.LEFT_PAREN && isBeginning(tokens.peekType());
        return isNone ? List.of() : groupingLabels();
    }

    private List<String> groupingLabels() {
        if (!tokens.accept(TokenType.LEFT_PAREN)) {
            throw tokens.unexpected("grouping opts", "\"(\"");
        }
        List<String> labels = new ArrayList<>();
        while (!tokens.accept(TokenType.RIGHT_PAREN)) {
            labels.add(groupingLabel());
            if (!tokens.accept(TokenType.COMMA)) {
                if (tokens.peekType() != TokenType.RIGHT_PAREN) {
                    throw tokens.unexpected("grouping opts", "\",\" or \")\"");
                }
            } else if (tokens.peekType() == TokenType.COMMA) {
                throw tokens.unexpected("grouping opts", "label");
            }
        }
        return labels;
    }

    private String groupingLabel() {
        Token token = tokens.peek();
        boolean isLabel = switch (token.type().kind()) {
            case AGGREGATOR, WORD_OPERATOR, PREPROCESSOR -> true;
            case KEYWORD -> token.type() != TokenType.WITHOUT;
            case VARIABLE -> token.type() != TokenType.NUMBER && token.type() != TokenType.DURATION;
            case PLAIN, OPERATOR -> false;
        };
        if (!isLabel) {
            throw tokens.unexpected("grouping opts", "label");
        }
        tokens.next();
        String name = token.type() == TokenType.STRING ? StringQuotes.unquote(token.text()) : token.text();
        if (!LabelNames.isUtf8Name(name)) {
            throw tokens.failure(token.position(), "invalid label name for grouping: " + LabelNames.quote(name));
        }
        return name;
    }

    private Expr unary() {
        Token sign = tokens.peek();
        if (sign.type() != TokenType.ADD && sign.type() != TokenType.SUBTRACT) {
            return postfix(primary());
        }
        tokens.next();
        boolean isNegative = sign.type() == TokenType.SUBTRACT;
        Expr operand = binary(UNARY_OPERAND_PRECEDENCE);
        if (operand instanceof NumberLiteral number) {
            return new NumberLiteral(
                    isNegative ? -number.value() : number.value(),
                    number.isDuration(),
                    PositionRange.span(sign.position(), number.position()));
        }
        return new UnaryExpr(isNegative, operand, sign.position());
    }

    private Expr primary() {
        Token token = tokens.peek();
        return switch (token.type()) {
            case LEFT_PAREN -> parenthesised();
            case NUMBER, DURATION -> durations.literal();
            case STRING -> {
                tokens.next();
                yield new StringLiteral(StringQuotes.unquote(token.text()), token.position());
            }
            case AGGREGATOR -> {
                TokenType second = tokens.secondType();
                boolean isAggregation =
                        second == TokenType.LEFT_PAREN || second == TokenType.BY || second == TokenType.WITHOUT;
                yield isAggregation ? aggregation() : selectors.selector();
            }
            case IDENTIFIER, START, END, STEP, RANGE, MAX_OF, MIN_OF ->
                tokens.secondType() == TokenType.LEFT_PAREN ? call() : selectors.selector();
            case LEFT_BRACE, METRIC_IDENTIFIER -> selectors.selector();
            default -> {
                if (!SelectorParser.isMetricName(token.type())) {
                    throw tokens.unexpected();
                }
                yield selectors.selector();
            }
        };
    }

    private static boolean isBeginning(TokenType type) {
        return switch (type) {
            case LEFT_PAREN,
                    NUMBER,
                    DURATION,
                    STRING,
                    AGGREGATOR,
                    IDENTIFIER,
                    METRIC_IDENTIFIER,
                    LEFT_BRACE,
                    START,
                    END,
                    STEP,
                    RANGE,
                    MAX_OF,
                    MIN_OF,
                    ADD,
                    SUBTRACT -> true;
            default -> SelectorParser.isMetricName(type);
        };
    }

    private Expr parenthesised() {
        Token open = tokens.next();
        Expr inner = binary(0);
        Token close = tokens.expect(TokenType.RIGHT_PAREN);
        return new ParenExpr(inner, PositionRange.span(open.position(), close.position()));
    }

    private List<Expr> arguments() {
        tokens.expect(TokenType.LEFT_PAREN);
        List<Expr> arguments = new ArrayList<>();
        if (tokens.accept(TokenType.RIGHT_PAREN)) {
            return arguments;
        }
        arguments.add(binary(0));
        while (tokens.peekType() == TokenType.COMMA) {
            Token comma = tokens.next();
            if (!isBeginning(tokens.peekType())) {
                throw tokens.failure(comma.position(), "trailing commas not allowed in function call args");
            }
            arguments.add(binary(0));
        }
        tokens.expect(TokenType.RIGHT_PAREN);
        return arguments;
    }

    private Expr call() {
        Token name = tokens.next();
        List<Expr> arguments = arguments();
        Function function = Function.named(name.text())
                .orElseThrow(() ->
                        tokens.failure(name.position(), "unknown function with name " + LabelNames.quote(name.text())));
        if (function.isExperimental() && !options.hasExperimentalFunctions()) {
            throw tokens.failure(name.position(), "function " + LabelNames.quote(name.text()) + " is not enabled");
        }
        return new Call(function, arguments, name.position().endingAt(tokens.lastEnd()));
    }

    private record Grouping(List<String> labels, boolean isWithout) {}

    private Optional<Grouping> grouping() {
        if (tokens.accept(TokenType.BY)) {
            return Optional.of(new Grouping(groupingLabels(), false));
        }
        return tokens.accept(TokenType.WITHOUT) ? Optional.of(new Grouping(groupingLabels(), true)) : Optional.empty();
    }

    private Expr aggregation() {
        Token name = tokens.next();
        AggregateOp op = AggregateOp.valueOf(name.text().toUpperCase(Locale.ROOT));
        Optional<Grouping> grouping;
        List<Expr> arguments;
        try {
            grouping = grouping();
            arguments = arguments();
        } catch (UnexpectedTokenException e) {
            throw tokens.describe(e, "aggregation", "");
        }
        if (grouping.isEmpty()) {
            grouping = grouping();
        }
        PositionRange position = name.position().endingAt(tokens.lastEnd());
        if (arguments.isEmpty()) {
            throw tokens.failure(position, "no arguments for aggregate expression provided");
        }
        if (op.isExperimental() && !options.hasExperimentalFunctions()) {
            throw tokens.failure(
                    position,
                    op.text() + "() is experimental and must be enabled with"
                            + " --enable-feature=promql-experimental-functions");
        }
        int expected = op.hasParameter() ? 2 : 1;
        if (arguments.size() != expected) {
            throw tokens.failure(
                    position,
                    "wrong number of arguments for aggregate expression provided, expected " + expected + ", got "
                            + arguments.size());
        }
        Optional<Expr> parameter = op.hasParameter() ? Optional.of(arguments.getFirst()) : Optional.empty();
        Grouping by = grouping.orElse(new Grouping(List.of(), false));
        return new AggregateExpr(op, arguments.getLast(), parameter, by.labels, by.isWithout, position);
    }

    /// Modifiers, ranges and subqueries behind an expression.
    private Expr postfix(Expr primary) {
        Expr expr = primary;
        while (true) {
            switch (tokens.peekType()) {
                case OFFSET -> expr = durations.offset(expr);
                case AT -> expr = durations.at(expr);
                case LEFT_BRACKET -> expr = durations.bracket(expr);
                case ANCHORED -> expr = extended(expr, VectorSelector.Extension.ANCHORED);
                case SMOOTHED -> expr = extended(expr, VectorSelector.Extension.SMOOTHED);
                default -> {
                    return expr;
                }
            }
        }
    }

    private Expr extended(Expr expr, VectorSelector.Extension extension) {
        String word = tokens.next().text().toLowerCase(Locale.ROOT);
        if (!options.hasExtendedRangeSelectors()) {
            throw tokens.failure(expr.position(), word + " modifier is experimental and not enabled");
        }
        return switch (expr) {
            case VectorSelector selector -> extended(selector, extension, expr);
            case MatrixSelector matrix ->
                matrix.with(extended(matrix.selector(), extension, expr), matrix.endPosition());
            case SubqueryExpr s ->
                throw tokens.failure(s.position(), word + " modifier is not supported for subqueries");
            case AggregateExpr e -> throw notImplemented(e, word);
            case BinaryExpr e -> throw notImplemented(e, word);
            case Call e -> throw notImplemented(e, word);
            case DurationExpr e -> throw notImplemented(e, word);
            case NumberLiteral e -> throw notImplemented(e, word);
            case ParenExpr e -> throw notImplemented(e, word);
            case StringLiteral e -> throw notImplemented(e, word);
            case UnaryExpr e -> throw notImplemented(e, word);
        };
    }

    private ParseException notImplemented(Expr expr, String word) {
        return tokens.failure(expr.position(), word + " modifier not implemented");
    }

    private VectorSelector extended(VectorSelector selector, VectorSelector.Extension extension, Expr whole) {
        if (selector.extension() != VectorSelector.Extension.NONE && selector.extension() != extension) {
            throw tokens.failure(whole.position(), "anchored and smoothed modifiers cannot be used together");
        }
        return selector.withExtension(extension);
    }
}
