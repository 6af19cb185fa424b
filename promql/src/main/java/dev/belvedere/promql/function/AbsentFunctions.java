package dev.belvedere.promql.function;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesLabels;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.promql.window.RangeFunctionCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// `absent` and `absent_over_time`: 1 where nothing is.
final class AbsentFunctions {

    private AbsentFunctions() {}

    /// Remembers at which steps there was anything.
    private static final class Presence implements SeriesSink {

        private final boolean[] isPresent;
        private final StepSeries buffer;

        Presence(int steps) {
            isPresent = new boolean[steps];
            buffer = new StepSeries(steps);
        }

        @Override
        public StepSeries buffer(int steps) {
            buffer.clear();
            return buffer;
        }

        @Override
        public void accept(StepSeries series) {
            for (int step = 0; step < isPresent.length; step++) {
                isPresent[step] |= series.isPresent(step);
            }
        }

        @Override
        public void accept(StepSeries series, SeriesLabels labels, boolean isMetadataDropped) {
            accept(series);
        }

        List<StepSeries> absence(Labels labels, boolean isNameDropped) {
            StepSeries result = new StepSeries(labels, isNameDropped, isPresent.length);
            for (int step = 0; step < isPresent.length; step++) {
                if (!isPresent[step]) {
                    result.values()[step] = 1;
                }
            }
            return result.isEmpty() ? List.of() : List.of(result);
        }
    }

    static List<StepSeries> absent(Evaluation evaluation, Call call) {
        Expr argument = call.arguments().getFirst();
        Presence presence = new Presence(evaluation.steps());
        evaluation.stream(argument, presence);
        return presence.absence(labels(argument.unwrapped()), false);
    }

    /// As of every function over a range, type and unit are dropped with the name, where that is put off.
    static List<StepSeries> absentOverTime(Evaluation evaluation, Call call) {
        Presence presence = new Presence(evaluation.steps());
        new RangeFunctionCall(evaluation, call).stream(presence);
        return presence.absence(
                labels(call.arguments().getFirst().unwrapped()),
                evaluation.context().options().hasDelayedNameRemoval());
    }

    /// The labels that every matching series would have: those that the first equality demands, if nothing behind it
    /// speaks of the label again. Negations count as if they stood last.
    private static Labels labels(Expr argument) {
        List<LabelMatcher> matchers = switch (argument) {
            case VectorSelector selector -> selector.matchers();
            case MatrixSelector matrix -> matrix.selector().matchers();
            default -> List.of();
        };
        List<LabelMatcher> inOrder = new ArrayList<>(matchers);
        inOrder.sort(Comparator.comparing(AbsentFunctions::isExcluding));
        Labels.Builder labels = new Labels.Builder();
        Set<String> seen = new HashSet<>();
        for (LabelMatcher matcher : inOrder) {
            if (matcher.name().equals(Labels.METRIC_NAME)) {
                continue;
            }
            boolean isFirst = matcher.type() == LabelMatcher.Type.EQUAL && seen.add(matcher.name());
            labels.set(matcher.name(), isFirst ? matcher.value() : "");
        }
        return labels.build();
    }

    private static boolean isExcluding(LabelMatcher matcher) {
        boolean isNegation =
                matcher.type() == LabelMatcher.Type.NOT_EQUAL || matcher.type() == LabelMatcher.Type.NOT_REGEX;
        return isNegation && matcher.matchesEmpty();
    }
}
