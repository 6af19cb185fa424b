package dev.belvedere.logql.syntax;

import dev.belvedere.logql.syntax.LogqlExpr.BinaryOperation;
import dev.belvedere.logql.syntax.LogqlExpr.BinaryOperator;
import dev.belvedere.logql.syntax.LogqlExpr.Group;
import dev.belvedere.logql.syntax.LogqlExpr.Grouping;
import dev.belvedere.logql.syntax.LogqlExpr.LabelReplace;
import dev.belvedere.logql.syntax.LogqlExpr.LogQuery;
import dev.belvedere.logql.syntax.LogqlExpr.Matching;
import dev.belvedere.logql.syntax.LogqlExpr.MetricQuery;
import dev.belvedere.logql.syntax.LogqlExpr.NumberLiteral;
import dev.belvedere.logql.syntax.LogqlExpr.RangeAggregation;
import dev.belvedere.logql.syntax.LogqlExpr.RangeOperation;
import dev.belvedere.logql.syntax.LogqlExpr.Unwrap;
import dev.belvedere.logql.syntax.LogqlExpr.VectorAggregation;
import dev.belvedere.logql.syntax.LogqlExpr.VectorLiteral;
import dev.belvedere.logql.syntax.LogqlExpr.VectorOperation;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// LogQL text to its tree, by recursive descent with precedence climbing for binary operators.
public final class LogqlParser {

    private static final Map<String, RangeOperation> RANGE_OPERATIONS = new HashMap<>();
    private static final Map<String, VectorOperation> VECTOR_OPERATIONS = new HashMap<>();
    private static final Map<String, BinaryOperator> BINARY_OPERATORS = new HashMap<>();

    static {
        for (RangeOperation operation : RangeOperation.values()) {
            RANGE_OPERATIONS.put(operation.word(), operation);
        }
        for (VectorOperation operation : VectorOperation.values()) {
            VECTOR_OPERATIONS.put(operation.word(), operation);
        }
        for (BinaryOperator operator : BinaryOperator.values()) {
            BINARY_OPERATORS.put(operator.sign(), operator);
        }
    }

    private final Cursor cursor;
    private final PipelineParser pipelines;

    private LogqlParser(String text) {
        this.cursor = new Cursor(text);
        this.pipelines = new PipelineParser(cursor);
    }

    /// @throws LogqlParseException for text that is no LogQL
    public static LogqlExpr parse(String text) {
        LogqlParser parser = new LogqlParser(text);
        LogqlExpr expr = parser.isLogQuery() ? parser.logQuery() : parser.metric(0);
        if (parser.cursor.peek().kind() != Token.Kind.END) {
            throw parser.cursor.unexpected("the end of the query");
        }
        return expr;
    }

    /// Only the selector and its stages, as the `query` of `/series` and of a tail.
    ///
    /// @throws LogqlParseException for anything else
    public static List<LabelMatcher> parseSelector(String text) {
        LogqlParser parser = new LogqlParser(text);
        List<LabelMatcher> matchers = parser.pipelines.selector();
        if (parser.cursor.peek().kind() != Token.Kind.END) {
            throw parser.cursor.unexpected("the end of the selector");
        }
        return matchers;
    }

    private boolean isLogQuery() {
        int ahead = 0;
        while (cursor.peek(ahead).is("(")) {
            ahead++;
        }
        return cursor.peek(ahead).is("{");
    }

    private LogQuery logQuery() {
        cursor.enter();
        try {
            if (cursor.takeIf("(")) {
                LogQuery inner = logQuery();
                cursor.expect(")");
                List<Stage> stages = new ArrayList<>(inner.stages());
                stages.addAll(pipelines.stages());
                return new LogQuery(inner.matchers(), stages);
            }
            List<LabelMatcher> matchers = pipelines.selector();
            return new LogQuery(matchers, pipelines.stages());
        } finally {
            cursor.leave();
        }
    }

    private MetricQuery metric(int minPrecedence) {
        cursor.enter();
        try {
            MetricQuery left = operand();
            while (true) {
                BinaryOperator operator = operatorHere();
                if (operator == null || operator.precedence() < minPrecedence) {
                    return left;
                }
                left = binary(left, operator);
            }
        } finally {
            cursor.leave();
        }
    }

    private @org.jspecify.annotations.Nullable BinaryOperator operatorHere() {
        Token token = cursor.peek();
        boolean canBe = token.kind() == Token.Kind.SIGN || token.kind() == Token.Kind.IDENTIFIER;
        return canBe ? BINARY_OPERATORS.get(token.text()) : null;
    }

    private MetricQuery binary(MetricQuery left, BinaryOperator operator) {
        Token sign = cursor.take();
        boolean isBool = cursor.takeIf("bool");
        if (isBool && !operator.isComparison()) {
            throw cursor.error(sign, "bool goes with comparisons only");
        }
        Matching matching = matching();
        boolean bindsRight = operator == BinaryOperator.POWER;
        MetricQuery right = metric(bindsRight ? operator.precedence() : operator.precedence() + 1);
        boolean hasScalar = left instanceof NumberLiteral || right instanceof NumberLiteral;
        if (operator.isSet() && hasScalar) {
            throw cursor.error(sign, operator.sign() + " needs series on both sides");
        }
        return new BinaryOperation(operator, isBool, matching, left, right);
    }

    private Matching matching() {
        boolean isOn = cursor.peek().is("on");
        if (!isOn && !cursor.peek().is("ignoring")) {
            return Matching.ALL;
        }
        cursor.take();
        List<String> labels = labelList();
        Group group = cursor.takeIf("group_left")
                ? Group.LEFT
                : cursor.takeIf("group_right") ? Group.RIGHT : Group.ONE_TO_ONE;
        List<String> included = group != Group.ONE_TO_ONE && cursor.peek().is("(") ? labelList() : List.of();
        return new Matching(isOn, labels, group, included);
    }

    private List<String> labelList() {
        cursor.expect("(");
        List<String> labels = new ArrayList<>();
        while (!cursor.takeIf(")")) {
            labels.add(cursor.identifier("a label name"));
            if (!cursor.takeIf(",") && !cursor.peek().is(")")) {
                throw cursor.unexpected("\",\" or \")\"");
            }
        }
        return labels;
    }

    private MetricQuery operand() {
        Token token = cursor.peek();
        if (token.is("-") || token.is("+")) {
            cursor.take();
            double number = number(cursor.expect(Token.Kind.NUMBER, "a number"));
            return new NumberLiteral(token.is("-") ? -number : number);
        }
        if (token.kind() == Token.Kind.NUMBER) {
            return new NumberLiteral(number(cursor.take()));
        }
        if (cursor.takeIf("(")) {
            MetricQuery inner = metric(0);
            cursor.expect(")");
            return inner;
        }
        if (token.is("{")) {
            throw cursor.error(token, "lines have no value here: aggregate them, as in rate({...} [5m])");
        }
        String word = cursor.identifier("a number, a function or an aggregation");
        RangeOperation range = RANGE_OPERATIONS.get(word);
        if (range != null) {
            return rangeAggregation(range, token);
        }
        VectorOperation vector = VECTOR_OPERATIONS.get(word);
        if (vector != null) {
            return vectorAggregation(vector);
        }
        return switch (word) {
            case "vector" -> vectorLiteral();
            case "label_replace" -> labelReplace();
            case "approx_topk" -> throw cursor.error(token, "approx_topk is not built in yet: topk is");
            default -> throw cursor.error(token, "unknown function \"" + word + "\"");
        };
    }

    private double number(Token token) {
        OptionalDouble number = Quantities.number(token.text());
        if (number.isEmpty()) {
            throw cursor.error(token, "not a number: " + token.shown());
        }
        return number.getAsDouble();
    }

    private MetricQuery vectorLiteral() {
        cursor.expect("(");
        double value = number(cursor.expect(Token.Kind.NUMBER, "a number"));
        cursor.expect(")");
        return new VectorLiteral(value);
    }

    private MetricQuery labelReplace() {
        cursor.expect("(");
        MetricQuery operand = metric(0);
        String[] texts = new String[4];
        for (int i = 0; i < texts.length; i++) {
            cursor.expect(",");
            texts[i] = cursor.string();
        }
        cursor.expect(")");
        return new LabelReplace(operand, texts[0], texts[1], texts[2], texts[3]);
    }

    private RangeAggregation rangeAggregation(RangeOperation operation, Token word) {
        cursor.expect("(");
        Optional<Double> parameter = Optional.empty();
        if (operation == RangeOperation.QUANTILE_OVER_TIME) {
            parameter = Optional.of(number(cursor.expect(Token.Kind.NUMBER, "a quantile")));
            cursor.expect(",");
        }
        int parentheses = 0;
        while (cursor.takeIf("(")) {
            parentheses++;
        }
        List<LabelMatcher> matchers = pipelines.selector();
        OptionalLong window = cursor.peek().is("[") ? OptionalLong.of(window()) : OptionalLong.empty();
        List<Stage> stages = pipelines.stages();
        Optional<Unwrap> unwrap = pipelines.unwrap();
        while (parentheses > 0 && cursor.takeIf(")")) {
            parentheses--;
            stages.addAll(pipelines.stages());
        }
        long windowNanos = window.isPresent() ? window.getAsLong() : window();
        long offsetNanos = cursor.takeIf("offset") ? duration("an offset such as 5m") : 0;
        cursor.expect(")");
        Optional<Grouping> grouping = grouping();
        requireFits(operation, unwrap.isPresent(), grouping.isPresent(), word);
        return new RangeAggregation(
                operation, parameter, new LogQuery(matchers, stages), unwrap, windowNanos, offsetNanos, grouping);
    }

    private void requireFits(RangeOperation operation, boolean hasUnwrap, boolean hasGrouping, Token word) {
        boolean isRateOfUnwrapped = operation == RangeOperation.RATE && hasUnwrap;
        if (operation.needsUnwrap() && !hasUnwrap) {
            throw cursor.error(word, operation.word() + " needs numbers: add | unwrap LABEL before the range");
        }
        boolean takesUnwrap =
                operation.needsUnwrap() || isRateOfUnwrapped || operation == RangeOperation.ABSENT_OVER_TIME;
        if (hasUnwrap && !takesUnwrap) {
            throw cursor.error(word, operation.word() + " counts lines and takes no unwrap");
        }
        if (hasGrouping && !operation.needsUnwrap()) {
            throw cursor.error(word, "grouping is not allowed for " + operation.word() + ": wrap it in sum by (...)");
        }
    }

    private long window() {
        cursor.expect("[");
        Token at = cursor.peek();
        long nanos = duration("a range such as 5m");
        if (nanos <= 0) {
            throw cursor.error(at, "a range must be longer than 0");
        }
        cursor.expect("]");
        return nanos;
    }

    private long duration(String what) {
        boolean isNegative = cursor.takeIf("-");
        Token token = cursor.expect(Token.Kind.NUMBER, what);
        OptionalLong nanos = Quantities.durationNanos(token.text());
        if (nanos.isEmpty()) {
            throw cursor.error(token, "not a duration: " + token.shown());
        }
        return isNegative ? -nanos.getAsLong() : nanos.getAsLong();
    }

    private VectorAggregation vectorAggregation(VectorOperation operation) {
        Optional<Grouping> grouping = grouping();
        cursor.expect("(");
        Optional<Integer> parameter = Optional.empty();
        if (operation.hasParameter()) {
            Token token = cursor.expect(Token.Kind.NUMBER, "how many series");
            double count = number(token);
            if (count < 1 || count != Math.rint(count) || count > Integer.MAX_VALUE) {
                throw cursor.error(token, operation.word() + " needs a whole number of at least 1");
            }
            parameter = Optional.of((int) count);
            cursor.expect(",");
        }
        MetricQuery operand = metric(0);
        cursor.expect(")");
        if (grouping.isEmpty()) {
            grouping = grouping();
        }
        return new VectorAggregation(operation, parameter, grouping, operand);
    }

    private Optional<Grouping> grouping() {
        boolean isWithout = cursor.peek().is("without");
        if (!isWithout && !cursor.peek().is("by")) {
            return Optional.empty();
        }
        cursor.take();
        return Optional.of(new Grouping(isWithout, labelList()));
    }
}
