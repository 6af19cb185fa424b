package dev.belvedere.model.labels;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A regular expression of the RE2 dialect that must match a whole label value; `.` matches newlines, as in
/// Prometheus.
///
/// Most expressions in dashboards are alternations of literals, or literals with `.*` between them: those are neither
/// compiled nor matched by the automaton, and [#literals] lets an index look the values up instead of trying every one.
///
/// Matching costs O(value length x program size); there is no backtracking to blow up.
public final class AnchoredRegex {

    /// Matches every value.
    public static final AnchoredRegex ANY = compile(".*");

    /// Longest expression accepted. A longer one is a generated list that belongs into a join.
    public static final int MAX_LENGTH = 64 * 1024;

    /// Most groups and repetitions of one expression, and how deep groups may be nested: compiling costs more than in
    /// proportion to them. Lists of literals have neither.
    private static final int MAX_OPERATORS = 5000;

    private static final int MAX_DEPTH = 1000;

    /// What the library puts before an expression of which `.` matches newlines.
    private static final String FLAG = "(?s)";

    private static final String META = "\\.+*?()|[]{}^$";

    private final String expression;
    private final Optional<Set<String>> literals;
    private final Optional<Wildcards> wildcards;
    private final String prefix;

    /// Compiled when it is needed first; where two threads do so, either result serves.
    private @Nullable Pattern pattern;

    private AnchoredRegex(String expression) {
        this.expression = expression;
        this.literals = literalAlternatives(expression);
        this.wildcards = literals.isPresent() ? Optional.empty() : Wildcards.parse(expression);
        this.prefix = expression.substring(0, literalPrefixLength(expression));
    }

    /// @throws InvalidRegexException if `expression` is not RE2 or too long
    public static AnchoredRegex compile(String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new InvalidRegexException(
                    "longer than " + MAX_LENGTH + " characters: `" + expression.substring(0, 32) + "...`");
        }
        requireSmall(expression);
        try {
            AnchoredRegex regex = new AnchoredRegex(expression);
            if (regex.literals.isEmpty() && regex.wildcards.isEmpty()) {
                regex.pattern();
            }
            return regex;
        } catch (PatternSyntaxException e) {
            throw new InvalidRegexException(problem(expression, e));
        }
    }

    private static void requireSmall(String expression) {
        int operators = 0;
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\') {
                i++;
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            deepest = Math.max(deepest, depth);
            operators += "(*+?{".indexOf(c) >= 0 ? 1 : 0;
        }
        if (operators > MAX_OPERATORS || deepest > MAX_DEPTH) {
            String problem = operators > MAX_OPERATORS ? "expression too large" : "expression nests too deeply";
            throw new InvalidRegexException(problem + ": `" + expression.substring(0, 32) + "...`");
        }
    }

    /// As Go's RE2 says it: with the piece that is wrong, without the flag that was set before it.
    private static String problem(String expression, PatternSyntaxException e) {
        if (e.getPattern().equals("stack underflow")) {
            return "unexpected ): `" + expression + "`";
        }
        String piece = e.getPattern().startsWith(FLAG) ? e.getPattern().substring(FLAG.length()) : e.getPattern();
        return e.getDescription() + ": `" + piece + "`";
    }

    public boolean matches(String value) {
        if (literals.isPresent()) {
            return literals.get().contains(value);
        }
        if (wildcards.isPresent()) {
            return wildcards.get().matches(value);
        }
        return value.startsWith(prefix) && pattern().matches(value);
    }

    /// The finite set of values that match, where the expression is a list of literals: `a|b|c`.
    public Optional<Set<String>> literals() {
        return literals;
    }

    /// The RE2 pattern, for capture groups. Must be used with whole-input matching.
    public Pattern pattern() {
        Pattern compiled = pattern;
        if (compiled == null) {
            compiled = Pattern.compile(expression, Pattern.DOTALL);
            pattern = compiled;
        }
        return compiled;
    }

    static boolean isOperator(char c) {
        return META.indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return expression;
    }

    /// `a|b\.c|` -> {a, b.c, ""}; empty for anything with an operator other than `|`.
    private static Optional<Set<String>> literalAlternatives(String expression) {
        List<String> alternatives = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '|') {
                alternatives.add(current.toString());
                current.setLength(0);
            } else if (c == '\\' && i + 1 < expression.length() && META.indexOf(expression.charAt(i + 1)) >= 0) {
                current.append(expression.charAt(++i));
            } else if (META.indexOf(c) >= 0) {
                return Optional.empty();
            } else {
                current.append(c);
            }
        }
        alternatives.add(current.toString());
        return Optional.of(new TreeSet<>(alternatives));
    }

    /// How many characters at the start stand for themselves and are followed by no repetition.
    private static int literalPrefixLength(String expression) {
        if (expression.indexOf('|') >= 0) {
            return 0;
        }
        int length = 0;
        while (length < expression.length() && META.indexOf(expression.charAt(length)) < 0) {
            length++;
        }
        boolean isRepeated = length < expression.length() && "*?{".indexOf(expression.charAt(length)) >= 0;
        boolean isPlus = length < expression.length() && expression.charAt(length) == '+';
        if (length > 0 && (isRepeated || isPlus)) {
            length--;
            if (length > 0 && Character.isLowSurrogate(expression.charAt(length))) {
                length--;
            }
        }
        return length;
    }
}
