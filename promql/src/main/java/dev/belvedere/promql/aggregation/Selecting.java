package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.NumberText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Aggregations that keep some series of each group as they are: `topk`, `bottomk`, `limitk`,
/// `limit_ratio`.
final class Selecting {

    private static final Comparator<StepSeries> BY_LABELS = (a, b) -> a.labels().compareTo(b.labels());

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
        List<StepSeries> input = evaluation.vector(expr.expr());
        if (!validate(parameters)) {
            return List.of();
        }
        List<StepSeries> result = new ArrayList<>();
        for (List<StepSeries> group : groups(input)) {
            result.addAll(
                    switch (expr.op()) {
                        case TOPK, BOTTOMK -> extremes(group, parameters);
                        case LIMITK -> first(inOrder(group), parameters);
                        default -> sampled(inOrder(group), parameters);
                    });
        }
        return result;
    }

    /// Which series are first, and which of equal ones stay, must not depend on the store.
    private static List<StepSeries> inOrder(Collection<StepSeries> series) {
        List<StepSeries> sorted = new ArrayList<>(series);
        sorted.sort(BY_LABELS);
        return sorted;
    }

    /// The groups in the order of their first series.
    private Collection<List<StepSeries>> groups(List<StepSeries> input) {
        if (expr.grouping().isEmpty() && !expr.isWithout()) {
            return input.isEmpty() ? List.of() : List.of(input);
        }
        Map<Labels, List<StepSeries>> groups = new LinkedHashMap<>();
        for (StepSeries series : inOrder(input)) {
            groups.computeIfAbsent(
                            LabelRules.group(series.labels(), expr.grouping(), expr.isWithout()),
                            l -> new ArrayList<>())
                    .add(series);
        }
        return groups.values();
    }

    /// @return whether anything can come of the parameters
    private boolean validate(double[] parameters) {
        double max = Double.NEGATIVE_INFINITY;
        double min = Double.POSITIVE_INFINITY;
        boolean hasNan = false;
        for (double each : parameters) {
            if (Double.isNaN(each)) {
                hasNan = true;
            } else {
                max = Math.max(max, each);
                min = Math.min(min, each);
            }
        }
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
                evaluation.context().holdSeries(evaluation.steps());
                kept[member] = new StepSeries(source.labels(), source.isNameDropped(), evaluation.steps());
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
        for (StepSeries series : group) {
            if (series.hasHistograms()) {
                Aggregation.noteIgnoredHistogram(evaluation, expr);
            }
        }
        Ranking ranking = new Ranking(group.size(), isTop);
        List<StepSeries> members = group;
        // To sort all of them is most of the work of an instant query, and seldom decides anything.
        if (!evaluation.isOneStep() || ranking.rank(group, 0, parameters[0]).isTied()) {
            members = inOrder(group);
        }
        Kept kept = new Kept(members);
        for (int step = 0; step < evaluation.steps(); step++) {
            ranking.rank(members, step, parameters[step]);
            for (int i = 0; i < ranking.size; i++) {
                kept.keep(ranking.members[i], step);
            }
        }
        List<StepSeries> series = inOrder(kept.series());
        if (evaluation.isOneStep()) {
            series.sort(order(isTop));
        }
        return series;
    }

    private static Comparator<StepSeries> order(boolean isTop) {
        return (a, b) -> {
            double x = a.values()[0];
            double y = b.values()[0];
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

        /// The best value that was left out.
        private double rejected;

        private boolean hasRejected;

        Ranking(int maxSize, boolean isTop) {
            this.members = new int[maxSize];
            this.values = new double[maxSize];
            this.isTop = isTop;
        }

        /// Ranks the floats that some series have in a step.
        ///
        /// @param k how many are wanted, cut off to an integer
        Ranking rank(List<StepSeries> series, int step, double k) {
            capacity = Math.clamp((long) k, 0, series.size());
            size = 0;
            hasRejected = false;
            for (int member = 0; member < series.size() && capacity > 0; member++) {
                if (series.get(member).hasFloat(step)) {
                    offer(member, series.get(member).values()[step]);
                }
            }
            return this;
        }

        /// Whether one that was left out is as good as one that stayed, so that another order could have kept it.
        boolean isTied() {
            return hasRejected && !isWorse(rejected, values[0]);
        }

        private void reject(double value) {
            if (!hasRejected || isWorse(rejected, value)) {
                rejected = value;
                hasRejected = true;
            }
        }

        /// NaN is worse than any number.
        private boolean isWorse(double a, double b) {
            if (Double.isNaN(a) || Double.isNaN(b)) {
                return Double.isNaN(a) && !Double.isNaN(b);
            }
            return isTop ? a < b : a > b;
        }

        private void offer(int member, double value) {
            if (size < capacity) {
                int at = size++;
                while (at > 0 && isWorse(value, values[(at - 1) / 2])) {
                    move((at - 1) / 2, at);
                    at = (at - 1) / 2;
                }
                put(at, member, value);
            } else if (isWorse(values[0], value)) {
                reject(values[0]);
                sink(member, value);
            } else {
                reject(value);
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
        for (int step = 0; step < evaluation.steps(); step++) {
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
            double offset = LabelHash.unitInterval(group.get(member).labels());
            for (int step = 0; step < evaluation.steps(); step++) {
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
