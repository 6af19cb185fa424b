package dev.belvedere.logql.syntax;

import dev.belvedere.logql.syntax.LogqlExpr.Unwrap;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Parses stream selectors and the stages behind them.
final class PipelineParser {

    private static final Map<String, Stage.TextMatch> LINE_FILTERS = Map.of(
            "|=", Stage.TextMatch.CONTAINS,
            "!=", Stage.TextMatch.NOT_CONTAINS,
            "|~", Stage.TextMatch.REGEX,
            "!~", Stage.TextMatch.NOT_REGEX);

    private static final int MAX_STAGES = 100;

    private final Cursor cursor;

    PipelineParser(Cursor cursor) {
        this.cursor = cursor;
    }

    List<LabelMatcher> selector() {
        Token open = cursor.peek();
        cursor.expect("{");
        List<LabelMatcher> matchers = new ArrayList<>();
        while (!cursor.peek().is("}")) {
            String label = cursor.identifier("a label name");
            matchers.add(LabelPredicateParser.matcher(cursor, label, cursor.take()));
            if (!cursor.takeIf(",") && !cursor.peek().is("}")) {
                throw cursor.unexpected("\",\" or \"}\"");
            }
        }
        cursor.expect("}");
        if (matchers.stream().allMatch(LabelMatcher::matchesEmpty)) {
            throw cursor.error(
                    open,
                    "queries require at least one matcher that does not match empty text, such as {app=\"api\"} or"
                            + " {app=~\".+\"}");
        }
        return matchers;
    }

    /// Stages up to something that begins none.
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        while (true) {
            Token token = cursor.peek();
            if (LINE_FILTERS.containsKey(token.text()) && token.kind() == Token.Kind.SIGN) {
                stages.add(lineFilter());
            } else if (token.is("|>") || token.is("!>")) {
                throw cursor.error(token, "pattern match filters are not built in yet: use |= or |~");
            } else if (token.is("|") && !cursor.peek(1).is("unwrap")) {
                cursor.take();
                stages.add(stage());
            } else {
                return stages;
            }
            if (stages.size() > MAX_STAGES) {
                throw cursor.error(token, "more than " + MAX_STAGES + " stages");
            }
        }
    }

    private Stage lineFilter() {
        Token sign = cursor.take();
        Stage.TextMatch match = LINE_FILTERS.get(sign.text());
        if (match == null) {
            throw cursor.error(sign, "unknown line filter " + sign.shown());
        }
        List<String> anyOf = new ArrayList<>();
        do {
            if (cursor.peek().is("ip")) {
                throw cursor.error(cursor.peek(), "ip() is not built in yet: filter the address as text");
            }
            Token text = cursor.expect(Token.Kind.STRING, "a quoted string");
            if (match.isRegex()) {
                compile(text);
            }
            anyOf.add(text.text());
        } while (cursor.takeIf("or"));
        return new Stage.LineFilter(match, anyOf);
    }

    private void compile(Token expression) {
        try {
            AnchoredRegex.compile(expression.text());
        } catch (OperationException e) {
            throw cursor.error(expression, e.getMessage());
        }
    }

    private Stage stage() {
        Token word = cursor.peek();
        boolean isFilter = word.is("(") || cursor.peek(1).kind() == Token.Kind.SIGN && isComparison(cursor.peek(1));
        if (isFilter) {
            return new Stage.LabelFilter(new LabelPredicateParser(cursor).parse());
        }
        String name = cursor.identifier("a stage such as json, logfmt or a label filter");
        return switch (name) {
            case "json" -> new Stage.Json(extractions());
            case "logfmt" -> logfmt();
            case "regexp" -> regexp();
            case "pattern" -> new Stage.Pattern(cursor.string());
            case "unpack" -> new Stage.Unpack();
            case "decolorize" -> new Stage.Decolorize();
            case "drop" -> new Stage.Drop(selected());
            case "keep" -> new Stage.Keep(selected());
            case "line_format" -> new Stage.LineFormat(template());
            case "label_format" -> labelFormat();
            default -> throw cursor.error(word, "unknown stage \"" + name + "\"");
        };
    }

    private static boolean isComparison(Token token) {
        return switch (token.text()) {
            case "=", "==", "!=", "=~", "!~", ">", ">=", "<", "<=" -> true;
            default -> false;
        };
    }

    private Stage logfmt() {
        boolean isStrict = false;
        boolean keepsEmpty = false;
        while (cursor.peek().text().startsWith("--")) {
            Token flag = cursor.take();
            switch (flag.text()) {
                case "--strict" -> isStrict = true;
                case "--keep-empty" -> keepsEmpty = true;
                default -> throw cursor.error(flag, "logfmt knows --strict and --keep-empty, not " + flag.text());
            }
        }
        return new Stage.Logfmt(isStrict, keepsEmpty, extractions());
    }

    private Stage regexp() {
        Token expression = cursor.expect(Token.Kind.STRING, "a quoted regular expression");
        compile(expression);
        if (!expression.text().contains("(?P<") && !expression.text().contains("(?<")) {
            throw cursor.error(expression, "at least one named capture must be supplied: (?P<name>re)");
        }
        return new Stage.Regexp(expression.text());
    }

    /// `a="x.y", b` behind a parser: label to path.
    private Map<String, String> extractions() {
        Map<String, String> paths = new LinkedHashMap<>();
        while (cursor.peek().kind() == Token.Kind.IDENTIFIER && !isMetricWord(cursor.peek())) {
            String label = cursor.identifier("a label name");
            paths.put(label, cursor.takeIf("=") ? cursor.string() : label);
            if (!cursor.takeIf(",")) {
                break;
            }
        }
        return paths;
    }

    /// Words that go on a metric query behind the last stage.
    private static boolean isMetricWord(Token token) {
        return switch (token.text()) {
            case "offset", "and", "or", "unless", "by", "without" -> true;
            default -> false;
        };
    }

    private List<Stage.Selected> selected() {
        List<Stage.Selected> labels = new ArrayList<>();
        do {
            String label = cursor.identifier("a label name");
            boolean hasMatcher = cursor.peek().kind() == Token.Kind.SIGN && isComparison(cursor.peek());
            labels.add(new Stage.Selected(
                    label,
                    hasMatcher
                            ? new LabelPredicate.Text(LabelPredicateParser.matcher(cursor, label, cursor.take()))
                            : new LabelPredicate.Any()));
        } while (cursor.takeIf(","));
        return labels;
    }

    private Stage labelFormat() {
        List<Stage.Assignment> assignments = new ArrayList<>();
        do {
            String target = cursor.identifier("a label name");
            cursor.expect("=");
            assignments.add(
                    cursor.peek().kind() == Token.Kind.STRING
                            ? new Stage.Assignment(target, false, template())
                            : new Stage.Assignment(
                                    target,
                                    true,
                                    new Template(List.of(new Template.Label(cursor.identifier("a label name"))))));
        } while (cursor.takeIf(","));
        return new Stage.LabelFormat(assignments);
    }

    private Template template() {
        Token text = cursor.expect(Token.Kind.STRING, "a quoted template");
        try {
            return Template.parse(text.text());
        } catch (IllegalArgumentException e) {
            throw cursor.error(text, String.valueOf(e.getMessage()));
        }
    }

    /// `| unwrap duration(took) | __error__=""`, if it stands here.
    Optional<Unwrap> unwrap() {
        if (!cursor.peek().is("|") || !cursor.peek(1).is("unwrap")) {
            return Optional.empty();
        }
        cursor.expect("|");
        cursor.expect("unwrap");
        String label = cursor.identifier("a label name");
        String conversion = "";
        if (cursor.takeIf("(")) {
            conversion = label;
            label = cursor.identifier("a label name");
            cursor.expect(")");
            if (!conversion.equals("bytes")
                    && !conversion.equals("duration")
                    && !conversion.equals("duration_seconds")) {
                throw cursor.error(
                        cursor.peek(), "unwrap converts by bytes, duration or duration_seconds, not by " + conversion);
            }
        }
        List<LabelPredicate> filters = new ArrayList<>();
        while (cursor.takeIf("|")) {
            filters.add(new LabelPredicateParser(cursor).parse());
        }
        return Optional.of(new Unwrap(label, conversion, filters));
    }
}
