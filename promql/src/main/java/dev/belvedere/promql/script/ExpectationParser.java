package dev.belvedere.promql.script;

import com.google.re2j.PatternSyntaxException;
import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.script.Command.Expectations;
import dev.belvedere.promql.script.Command.Notes;
import dev.belvedere.promql.script.Command.RangeVectorTimes;
import dev.belvedere.promql.script.Command.TextMatch;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.promql.syntax.StringLiteral;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the lines behind an evaluation that say what must come out.
final class ExpectationParser {

    private static final Pattern EXPECT =
            Pattern.compile("expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");
    private static final Pattern RANGE_VECTOR =
            Pattern.compile("expect range vector\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+)");
    private static final String STRING = "expect string";
    private static final String FAIL_MESSAGE = "expected_fail_message";
    private static final String FAIL_PATTERN = "expected_fail_regexp";

    private final boolean isInstant;
    private final Map<Labels, List<SequenceValue>> series = new LinkedHashMap<>();
    private Optional<SequenceValue> scalar = Optional.empty();
    private String string = "";
    private boolean isStringExpected;
    private Optional<RangeVectorTimes> rangeVector = Optional.empty();
    private boolean isOrdered;
    private @Nullable TextMatch failure;
    private boolean isWarningExpected;
    private boolean isInfoExpected;
    private boolean isNoWarningExpected;
    private boolean isNoInfoExpected;
    private final List<TextMatch> warnings = new ArrayList<>();
    private final List<TextMatch> infos = new ArrayList<>();

    /// @param modifier what stands behind `eval_`; null for nothing
    ExpectationParser(@Nullable String modifier, boolean isInstant) {
        this.isInstant = isInstant;
        if (modifier != null) {
            switch (modifier) {
                case "fail" -> failure = TextMatch.ANY;
                case "ordered" -> isOrdered = true;
                case "warn" -> isWarningExpected = true;
                default -> isInfoExpected = true;
            }
        }
    }

    /// Reads a line; false if it was the last.
    boolean read(String line) {
        if (line.startsWith(FAIL_MESSAGE)) {
            failure = new TextMatch(line.substring(FAIL_MESSAGE.length()).strip(), null);
            return false;
        }
        if (line.startsWith(FAIL_PATTERN)) {
            failure = new TextMatch(null, pattern(line.substring(FAIL_PATTERN.length())));
            return false;
        }
        if (line.startsWith("expect range vector")) {
            rangeVector = Optional.of(rangeVector(line));
            return true;
        }
        if (line.startsWith(STRING)) {
            string = stringLiteral(line.substring(STRING.length()).strip());
            isStringExpected = true;
            return true;
        }
        if (line.equals("expect") || line.startsWith("expect ")) {
            expect(line);
            return true;
        }
        Optional<Double> number = number(line);
        if (number.isPresent()) {
            scalar = Optional.of(SequenceValue.of(number.get()));
            return false;
        }
        SeriesLine parsed = SeriesLine.parse(line);
        if (parsed.values().size() > 1 && isInstant && rangeVector.isEmpty()) {
            throw new ScriptException("expecting multiple values in instant evaluation not allowed. consider using"
                    + " 'expect range vector' directive to enable a range vector result for an instant query");
        }
        series.put(parsed.labels(), parsed.values());
        return true;
    }

    private static Optional<Double> number(String line) {
        try {
            return Optional.of(SeriesLine.number(line));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static RangeVectorTimes rangeVector(String line) {
        Matcher matcher = RANGE_VECTOR.matcher(line);
        if (!matcher.matches()) {
            throw new ScriptException("invalid range vector definition \"" + line + "\"");
        }
        return new RangeVectorTimes(
                Durations.parseMillis(matcher.group(1)),
                Durations.parseMillis(matcher.group(2)),
                Durations.parseMillis(matcher.group(3)));
    }

    private static String stringLiteral(String quoted) {
        if (!quoted.isEmpty() && Parser.parse(quoted, ParserOptions.EVERYTHING) instanceof StringLiteral literal) {
            return literal.value();
        }
        throw new ScriptException("expected string literal not valid - a quoted string literal is required");
    }

    private void expect(String line) {
        Matcher matcher = EXPECT.matcher(line);
        if (!matcher.matches()) {
            throw new ScriptException(
                    "invalid expect statement, must match `expect <type> <match_type>: <string>`" + " format: " + line);
        }
        TextMatch match = TextMatch.ANY;
        if (matcher.group(2) != null) {
            String text = matcher.group(3).strip();
            match = matcher.group(2).equals("msg") ? new TextMatch(text, null) : new TextMatch(null, pattern(text));
        }
        switch (matcher.group(1)) {
            case "ordered" -> isOrdered = true;
            case "fail" -> {
                if (failure != null) {
                    throw new ScriptException("invalid expect lines, multiple expect fail lines are not allowed");
                }
                failure = match;
            }
            case "warn" -> warnings.add(match);
            case "no_warn" -> isNoWarningExpected = true;
            case "info" -> infos.add(match);
            default -> isNoInfoExpected = true;
        }
    }

    private static com.google.re2j.Pattern pattern(String expression) {
        try {
            return com.google.re2j.Pattern.compile(expression.strip());
        } catch (PatternSyntaxException e) {
            throw new ScriptException("invalid regex " + expression.strip() + ": " + e.getMessage());
        }
    }

    Expectations build() {
        if (isNoInfoExpected && !infos.isEmpty() || isNoWarningExpected && !warnings.isEmpty()) {
            throw new ScriptException("invalid expect lines, something and its opposite cannot be used together");
        }
        return new Expectations(
                series,
                scalar,
                isStringExpected ? Optional.of(string) : Optional.empty(),
                rangeVector,
                isOrdered,
                failure,
                new Notes(isWarningExpected, isNoWarningExpected, warnings),
                new Notes(isInfoExpected, isNoInfoExpected, infos));
    }
}
