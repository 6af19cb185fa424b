package dev.belvedere.promql.operation;

import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.SeriesMerge;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.VectorMatching;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `and`, `or` and `unless`: keep samples by whether the other side has any of the same matching labels.
final class SetOperation {

    private final Evaluation evaluation;
    private final MatchKeys keys;

    private SetOperation(Evaluation evaluation, VectorMatching matching) {
        this.evaluation = evaluation;
        this.keys = new MatchKeys(matching);
    }

    static List<StepSeries> evaluate(
            Evaluation evaluation, BinaryExpr expr, List<StepSeries> left, List<StepSeries> right) {
        SetOperation operation = new SetOperation(evaluation, expr.matching().orElseThrow());
        return switch (expr.op()) {
            case AND -> operation.filtered(left, operation.presence(right), true);
            case UNLESS -> operation.filtered(left, operation.presence(right), false);
            case OR -> operation.union(left, right);
            default -> throw new IllegalStateException("no set operator: " + expr.op());
        };
    }

    private Object key(StepSeries series) {
        return keys.of(series.labels());
    }

    /// At which steps a side has samples, by matching labels.
    private Map<Object, boolean[]> presence(List<StepSeries> side) {
        Map<Object, boolean[]> presence = new HashMap<>();
        for (StepSeries series : side) {
            boolean[] isPresent = presence.computeIfAbsent(key(series), l -> new boolean[evaluation.steps()]);
            for (int step = 0; step < isPresent.length; step++) {
                isPresent[step] |= series.isPresent(step);
            }
        }
        return presence;
    }

    private List<StepSeries> filtered(List<StepSeries> side, Map<Object, boolean[]> other, boolean isPresenceWanted) {
        List<StepSeries> result = new ArrayList<>();
        for (StepSeries series : side) {
            boolean[] isPresent = other.get(key(series));
            if (isPresent == null) {
                if (!isPresenceWanted) {
                    result.add(series);
                }
                continue;
            }
            StepSeries kept = new StepSeries(series.labels(), series.isNameDropped(), evaluation.steps());
            for (int step = 0; step < isPresent.length; step++) {
                if (isPresent[step] == isPresenceWanted && series.isPresent(step)) {
                    kept.copyStep(series, step);
                }
            }
            if (!kept.isEmpty()) {
                evaluation.context().holdSeries(kept.steps());
                result.add(kept);
            }
        }
        return result;
    }

    /// Everything on the left, and on the right what has no match there. Series of the same labels take
    /// turns.
    private List<StepSeries> union(List<StepSeries> left, List<StepSeries> right) {
        List<StepSeries> result = new ArrayList<>(left);
        result.addAll(filtered(right, presence(left), false));
        return SeriesMerge.merged(result);
    }
}
