package dev.belvedere.promql.engine;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Aggregations that keep some series of each group as they are: `topk`, `bottomk`, `limitk`,
/// `limit_ratio`.
final class Selecting {

    private final Evaluation evaluation;
    private final AggregateExpr expr;
    private final Expr parameter;

    Selecting(Evaluation evaluation, AggregateExpr expr) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.parameter = expr.parameter().orElseThrow();
    }

    List<StepSeries> evaluate() {
        double[] parameters = evaluation.scalars(parameter);
        // Which series are first, and which of equal ones stay, must not depend on the store.
        List<StepSeries> input = new ArrayList<>(evaluation.vector(expr.expr()));
        input.sort(Comparator.comparing(s -> s.labels));
        if (!validate(parameters)) {
            return List.of();
        }
        Map<Labels, List<StepSeries>> groups = new LinkedHashMap<>();
        for (StepSeries series : input) {
            groups.computeIfAbsent(
                            LabelRules.group(series.labels, expr.grouping(), expr.isWithout()), l -> new ArrayList<>())
                    .add(series);
        }
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups.values()) {
            result.addAll(
                    switch (expr.op()) {
                        case TOPK, BOTTOMK -> extremes(group, parameters);
                        case LIMITK -> first(group, parameters);
                        default -> sampled(group, parameters);
                    });
        }
        return result;
    }

    /// @return whether anything can come of the parameters
    private boolean validate(double[] parameters) {
        double max =
                Arrays.stream(parameters).filter(p -> !Double.isNaN(p)).max().orElse(Double.NEGATIVE_INFINITY);
        double min =
                Arrays.stream(parameters).filter(p -> !Double.isNaN(p)).min().orElse(Double.POSITIVE_INFINITY);
        boolean hasNan = Arrays.stream(parameters).anyMatch(Double::isNaN);
        if (expr.op() == AggregateOp.LIMIT_RATIO) {
            if (hasNan) {
                throw new EvaluationException("Ratio value is NaN");
            }
            if (max > 1) {
                evaluation.annotations().invalidRatio(max, 1, parameter.position());
            }
            if (min < -1) {
                evaluation.annotations().invalidRatio(min, -1, parameter.position());
            }
            return max != 0 || min != 0;
        }
        if (hasNan) {
            throw new EvaluationException("Parameter value is NaN");
        }
        if (max < 1) {
            return false;
        }
        if (min <= Long.MIN_VALUE) {
            throw new EvaluationException("Scalar value " + NumberText.general(min) + " underflows int64");
        }
        if (max >= Long.MAX_VALUE) {
            throw new EvaluationException("Scalar value " + NumberText.general(max) + " overflows int64");
        }
        return true;
    }

    /// The samples that a group keeps, by series of the group.
    private final class Kept {

        private final List<StepSeries> group;
        private final StepSeries[] kept;

        Kept(List<StepSeries> group) {
            this.group = group;
            this.kept = new StepSeries[group.size()];
        }

        void keep(int member, int step) {
            StepSeries source = group.get(member);
            if (kept[member] == null) {
                evaluation.context.holdSeries(evaluation.steps);
                kept[member] = new StepSeries(source.labels, source.isNameDropped, evaluation.steps);
            }
            kept[member].copyStep(source, step);
        }

        List<StepSeries> series() {
            List<StepSeries> series = new ArrayList<>();
            for (StepSeries one : kept) {
                if (one != null) {
                    series.add(one);
                }
            }
            return series;
        }
    }

    private List<StepSeries> extremes(List<StepSeries> group, double[] parameters) {
        boolean isTop = expr.op() == AggregateOp.TOPK;
        Kept kept = new Kept(group);
        for (StepSeries series : group) {
            if (series.hasHistograms()) {
                Aggregation.noteIgnoredHistogram(evaluation, expr);
            }
        }
        Ranking ranking = new Ranking(group.size(), isTop);
        for (int step = 0; step < evaluation.steps; step++) {
            int k = (int) Math.min(group.size(), (long) parameters[step]);
            if (k < 1) {
                continue;
            }
            ranking.reset(k);
            for (int member = 0; member < group.size(); member++) {
                if (group.get(member).hasFloat(step)) {
                    ranking.offer(member, group.get(member).values[step]);
                }
            }
            for (int i = 0; i < ranking.size; i++) {
                kept.keep(ranking.members[i], step);
            }
        }
        List<StepSeries> series = kept.series();
        if (evaluation.isOneStep()) {
            series.sort(order(isTop));
        }
        return series;
    }

    private static Comparator<StepSeries> order(boolean isTop) {
        return (a, b) -> {
            double x = a.values[0];
            double y = b.values[0];
            if (Double.isNaN(x) || Double.isNaN(y)) {
                return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
            }
            return isTop ? Double.compare(y, x) : Double.compare(x, y);
        };
    }

    /// The k best members so far, as a heap with the worst of them on top. Of equal values the first to
    /// come stays.
    private static final class Ranking {

        final int[] members;
        private final double[] values;
        private final boolean isTop;
        int size;
        private int capacity;

        Ranking(int maxSize, boolean isTop) {
            this.members = new int[maxSize];
            this.values = new double[maxSize];
            this.isTop = isTop;
        }

        void reset(int k) {
            capacity = k;
            size = 0;
        }

        /// NaN is worse than any number.
        private boolean isWorse(double a, double b) {
            if (Double.isNaN(a) || Double.isNaN(b)) {
                return Double.isNaN(a) && !Double.isNaN(b);
            }
            return isTop ? a < b : a > b;
        }

        void offer(int member, double value) {
            if (size < capacity) {
                int at = size++;
                while (at > 0 && isWorse(value, values[(at - 1) / 2])) {
                    move((at - 1) / 2, at);
                    at = (at - 1) / 2;
                }
                put(at, member, value);
            } else if (isWorse(values[0], value)) {
                sink(member, value);
            }
        }

        private void sink(int member, double value) {
            int at = 0;
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                if (child + 1 < size && isWorse(values[child + 1], values[child])) {
                    child++;
                }
                if (!isWorse(values[child], value)) {
                    break;
                }
                move(child, at);
                at = child;
            }
            put(at, member, value);
        }

        private void move(int from, int to) {
            members[to] = members[from];
            values[to] = values[from];
        }

        private void put(int at, int member, double value) {
            members[at] = member;
            values[at] = value;
        }
    }

    private List<StepSeries> first(List<StepSeries> group, double[] parameters) {
        Kept kept = new Kept(group);
        for (int step = 0; step < evaluation.steps; step++) {
            long left = (long) parameters[step];
            for (int member = 0; member < group.size() && left > 0; member++) {
                if (group.get(member).isPresent(step)) {
                    kept.keep(member, step);
                    left--;
                }
            }
        }
        return kept.series();
    }

    /// A share of the series, chosen by the hash of their labels: the same ones every time, and a
    /// negative share is the rest that its opposite leaves.
    private List<StepSeries> sampled(List<StepSeries> group, double[] parameters) {
        Kept kept = new Kept(group);
        for (int member = 0; member < group.size(); member++) {
            double offset = LabelHash.unitInterval(group.get(member).labels);
            for (int step = 0; step < evaluation.steps; step++) {
                double ratio = Math.max(-1, Math.min(1, parameters[step]));
                boolean isChosen = ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
                if (isChosen && ratio != 0 && group.get(member).isPresent(step)) {
                    kept.keep(member, step);
                }
            }
        }
        return kept.series();
    }
}
