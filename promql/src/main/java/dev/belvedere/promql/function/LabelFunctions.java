package dev.belvedere.promql.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.SeriesMerge;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `label_replace` and `label_join`.
final class LabelFunctions {

    private LabelFunctions() {}

    static List<StepSeries> replace(Evaluation evaluation, Call call) {
        List<Expr> arguments = call.arguments();
        String destination = Evaluation.text(arguments.get(1));
        String replacement = Evaluation.text(arguments.get(2));
        String source = Evaluation.text(arguments.get(3));
        Pattern pattern = pattern(Evaluation.text(arguments.get(4)));
        if (!LabelNames.isUtf8Name(destination)) {
            throw new EvaluationException("invalid destination label name in label_replace(): " + destination);
        }
        return relabelled(evaluation, call, destination, labels -> {
            Matcher matcher = pattern.matcher(labels.get(source));
            return matcher.matches() ? labels.with(destination, expanded(replacement, matcher)) : labels;
        });
    }

    private static Pattern pattern(String expression) {
        try {
            return AnchoredRegex.compile(expression).pattern();
        } catch (InvalidRegexException e) {
            throw new EvaluationException("invalid regular expression in label_replace(): " + expression);
        }
    }

    static List<StepSeries> join(Evaluation evaluation, Call call) {
        List<Expr> arguments = call.arguments();
        String destination = Evaluation.text(arguments.get(1));
        String separator = Evaluation.text(arguments.get(2));
        List<String> sources = new ArrayList<>();
        for (Expr argument : arguments.subList(3, arguments.size())) {
            String source = Evaluation.text(argument);
            if (!LabelNames.isUtf8Name(source)) {
                throw new EvaluationException("invalid source label name in label_join(): " + source);
            }
            sources.add(source);
        }
        if (!LabelNames.isUtf8Name(destination)) {
            throw new EvaluationException("invalid destination label name in label_join(): " + destination);
        }
        return relabelled(evaluation, call, destination, labels -> {
            List<String> values = new ArrayList<>();
            sources.forEach(s -> values.add(labels.get(s)));
            return labels.with(destination, String.join(separator, values));
        });
    }

    private static List<StepSeries> relabelled(
            Evaluation evaluation, Call call, String destination, UnaryOperator<Labels> relabelling) {
        List<StepSeries> result = new ArrayList<>();
        for (StepSeries series : evaluation.vector(call.arguments().getFirst())) {
            Labels labels = relabelling.apply(series.labels());
            if (labels != series.labels()) {
                series.setLabels(labels);
                series.setNameDropped(series.isNameDropped() && !destination.equals(Labels.METRIC_NAME));
            }
            result.add(series);
        }
        return SeriesMerge.merged(result);
    }

    /// The replacement with `$1`, `$name` and `${name}` filled in; `$$` is a dollar sign, unknown groups
    /// are empty.
    private static String expanded(String replacement, Matcher matcher) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < replacement.length()) {
            int dollar = replacement.indexOf('$', at);
            if (dollar < 0 || dollar == replacement.length() - 1) {
                return text.append(replacement, at, replacement.length()).toString();
            }
            text.append(replacement, at, dollar);
            boolean isBraced = replacement.charAt(dollar + 1) == '{';
            int start = dollar + (isBraced ? 2 : 1);
            int end = start;
            while (end < replacement.length() && isGroupCharacter(replacement.charAt(end))) {
                end++;
            }
            boolean isClosed = !isBraced || end < replacement.length() && replacement.charAt(end) == '}';
            if (replacement.charAt(dollar + 1) == '$') {
                text.append('$');
                at = dollar + 2;
            } else if (end == start || !isClosed) {
                text.append('$');
                at = dollar + 1;
            } else {
                text.append(group(matcher, replacement.substring(start, end)));
                at = isBraced ? end + 1 : end;
            }
        }
        return text.toString();
    }

    private static boolean isGroupCharacter(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static String group(Matcher matcher, String name) {
        try {
            boolean isNumber = name.chars().allMatch(c -> c >= '0' && c <= '9');
            String value = isNumber ? numbered(matcher, name) : matcher.group(name);
            return value == null ? "" : value;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static @Nullable String numbered(Matcher matcher, String digits) {
        int group = digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        return group <= matcher.groupCount() ? matcher.group(group) : "";
    }
}
