package dev.belvedere.promql.operation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.BinaryExpr;
import dev.belvedere.promql.syntax.VectorMatching;
import dev.belvedere.promql.syntax.VectorMatching.Cardinality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Arithmetic and comparison between two vectors whose series find each other by labels.
///
/// Series are sorted into match groups once. A group of one series on the "one" side is computed column by column; any
/// other is looked at step by step, since which series is there may change from step to step.
///
/// One side is the "one" side, of which a match group may have one sample at a step: the right one,
/// unless the matching is one-to-many.
final class VectorMatch {

    /// So many groups are computed between two looks at the budget.
    private static final int GROUPS_PER_CHECK = 64;

    private static final class Group {
        final Object key;
        final List<StepSeries> many = new ArrayList<>(1);
        final List<StepSeries> one = new ArrayList<>(1);

        Group(Object key) {
            this.key = key;
        }
    }

    private final Evaluation evaluation;
    private final BinaryExpr expr;
    private final VectorMatching matching;
    private final MatchKeys keys;
    private final boolean isSwapped;
    private final ElementOperation operation;
    private final Map<Labels, StepSeries> results = new LinkedHashMap<>();
    private final Map<StepSeries, Map<StepSeries, Labels>> labelCache = new HashMap<>();

    /// Results whose labels another one has. At a single moment, names that are dropped at the end of the query are let
    /// have them until then.
    private final List<StepSeries> twins = new ArrayList<>();

    private final boolean areTwinsAllowed;

    /// Whether results are without the metric's name, type and unit.
    private final boolean isNameDropped;

    private boolean[] hasMany = new boolean[0];
    private boolean[] hasOne = new boolean[0];

    VectorMatch(Evaluation evaluation, BinaryExpr expr) {
        this.evaluation = evaluation;
        this.expr = expr;
        this.matching = expr.matching().orElseThrow();
        this.keys = new MatchKeys(matching);
        this.isSwapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
        this.operation = new ElementOperation(evaluation, expr);
        boolean isDelayed = evaluation.context().options().hasDelayedNameRemoval();
        this.areTwinsAllowed = evaluation.isInstant() && isDelayed;
        this.isNameDropped = expr.op().changesMeaning() || expr.isBool() && !isDelayed;
    }

    List<StepSeries> evaluate(List<StepSeries> left, List<StepSeries> right) {
        List<StepSeries> many = isSwapped ? right : left;
        List<StepSeries> one = isSwapped ? left : right;
        List<Group> byStep = new ArrayList<>();
        int next = 0;
        for (Group group : groups(many, one)) {
            if (next++ % GROUPS_PER_CHECK == 0) {
                evaluation.context().budget().check();
            }
            if (!isComputed(group)) {
                byStep.add(group);
            }
        }
        if (!byStep.isEmpty()) {
            hasMany = presence(many);
            hasOne = presence(one);
            byStep.forEach(this::steps);
        }
        return notEmpty();
    }

    private Collection<Group> groups(List<StepSeries> many, List<StepSeries> one) {
        Map<Object, Group> groups = LinkedHashMap.newLinkedHashMap(Math.max(16, one.size()));
        for (StepSeries series : many) {
            group(groups, series).many.add(series);
        }
        for (StepSeries series : one) {
            group(groups, series).one.add(series);
        }
        return groups.values();
    }

    private Group group(Map<Object, Group> groups, StepSeries series) {
        Object key = keys.of(series.labels());
        Group group = groups.get(key);
        if (group == null) {
            group = new Group(key);
            groups.put(key, group);
        }
        return group;
    }

    /// Computes a group column by column, if it can be.
    ///
    /// @return false if its steps have to be looked at
    private boolean isComputed(Group group) {
        if (isPlain(group) && computeColumns(group)) {
            return true;
        }
        boolean isMatched = !group.many.isEmpty() && !group.one.isEmpty();
        return !matching.hasFill() && !isMatched && group.one.size() <= 1;
    }

    private List<StepSeries> notEmpty() {
        List<StepSeries> series = new ArrayList<>(results.size() + twins.size());
        for (StepSeries result : results.values()) {
            if (!result.isEmpty()) {
                series.add(result);
            }
        }
        series.addAll(twins);
        return series;
    }

    private boolean[] presence(List<StepSeries> side) {
        boolean[] isPresent = new boolean[evaluation.steps()];
        for (StepSeries series : side) {
            for (int step = 0; step < isPresent.length; step++) {
                isPresent[step] |= series.isPresent(step);
            }
        }
        return isPresent;
    }

    /// Whether a group is one of floats in which nothing has to be looked for at each step.
    private boolean isPlain(Group group) {
        boolean isManyAllowed = matching.cardinality() != Cardinality.ONE_TO_ONE;
        if (group.one.size() != 1
                || group.many.isEmpty()
                || group.many.size() > 1 && !isManyAllowed
                || matching.hasFill()
                || expr.op().isTrim()
                || group.one.getFirst().hasHistograms()) {
            return false;
        }
        for (StepSeries series : group.many) {
            if (series.hasHistograms()) {
                return false;
            }
        }
        return true;
    }

    /// @return false, and nothing done, if results of the group share labels with others, so that steps have to be
    ///     looked at
    private boolean computeColumns(Group group) {
        StepSeries one = group.one.getFirst();
        List<StepSeries> computed = new ArrayList<>(group.many.size());
        evaluation.context().holdSeries(group.many.size(), evaluation.steps());
        for (StepSeries many : group.many) {
            StepSeries result = new StepSeries(resultLabels(group, many, one), expr.isBool(), evaluation.steps());
            if (results.putIfAbsent(result.labels(), result) != null) {
                computed.forEach(own -> results.remove(own.labels()));
                return false;
            }
            computed.add(result);
        }
        for (int i = 0; i < computed.size(); i++) {
            double[] many = group.many.get(i).values();
            double[] left = isSwapped ? one.values() : many;
            double[] right = isSwapped ? many : one.values();
            ColumnOperation.apply(
                    expr.op(), expr.isBool(), left, right, left, computed.get(i).values());
        }
        return true;
    }

    private StepSeries result(Labels labels) {
        StepSeries result = results.get(labels);
        if (result == null) {
            evaluation.context().holdSeries(evaluation.steps());
            result = new StepSeries(labels, expr.isBool(), evaluation.steps());
            results.put(labels, result);
        }
        return result;
    }

    private void steps(Group group) {
        // Of a one-to-many matching, too, the right fill stands for the "one" side: so does Prometheus.
        OptionalDouble fillOne = matching.fillRight();
        OptionalDouble fillMany = matching.fillLeft();
        Labels signature = signature(group);
        for (int step = 0; step < evaluation.steps(); step++) {
            boolean isEverythingMissing = !hasMany[step] && !hasOne[step];
            if (isEverythingMissing || (!hasMany[step] || !hasOne[step]) && !matching.hasFill()) {
                continue;
            }
            StepSeries one = present(group, step);
            Set<Labels> inserted = new HashSet<>();
            boolean isMissing = true;
            boolean hasMatch = false;
            for (StepSeries many : group.many) {
                if (many.isPresent(step) && (one != null || fillOne.isPresent())) {
                    hasMatch |= match(step, many, one, fillOne.orElse(0), signature, inserted, hasMatch);
                    isMissing = false;
                }
            }
            if (one != null && isMissing && fillMany.isPresent()) {
                match(step, null, one, fillMany.getAsDouble(), signature, inserted, false);
            }
        }
    }

    private Labels signature(Group group) {
        List<StepSeries> side = group.one.isEmpty() ? group.many : group.one;
        return keys.matched(side.getFirst().labels());
    }

    /// The sample of the "one" side at a step, which must be the only one.
    private @Nullable StepSeries present(Group group, int step) {
        StepSeries found = null;
        for (StepSeries series : group.one) {
            if (!series.isPresent(step)) {
                continue;
            }
            if (found != null) {
                String a = LabelRules.shown(series.labels());
                String b = LabelRules.shown(found.labels());
                boolean isInOrder = a.compareTo(b) <= 0;
                throw new EvaluationException(
                        "found duplicate series for the match group " + LabelRules.shown(signature(group))
                                + " on the " + (isSwapped ? "left" : "right") + " hand-side of the operation: ["
                                + (isInOrder ? a : b) + ", " + (isInOrder ? b : a)
                                + "];many-to-many matching not allowed: matching labels must be unique on one side");
            }
            found = series;
        }
        return found;
    }

    /// @param hasMatch whether another sample of the "many" side was matched already
    /// @return whether the types of both go together: those that do not are no match
    private boolean match(
            int step,
            @Nullable StepSeries many,
            @Nullable StepSeries one,
            double fill,
            Labels signature,
            Set<Labels> inserted,
            boolean hasMatch) {
        double manyValue = many == null ? fill : many.values()[step];
        double oneValue = one == null ? fill : one.values()[step];
        NativeHistogram manyHistogram = many == null ? null : many.histogram(step);
        NativeHistogram oneHistogram = one == null ? null : one.histogram(step);
        boolean isPossible = isSwapped
                ? operation.apply(oneValue, oneHistogram, manyValue, manyHistogram)
                : operation.apply(manyValue, manyHistogram, oneValue, oneHistogram);
        if (!isPossible) {
            return false;
        }
        Labels labels = many != null && one != null
                ? resultLabels(many, one)
                : resultLabels(many == null ? signature : many.labels(), one == null ? signature : one.labels());
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            if (hasMatch) {
                throw new EvaluationException(
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
            }
        } else if (!inserted.add(labels)) {
            throw new EvaluationException("multiple matches for labels: grouping labels must ensure unique matches");
        }
        if (!operation.isKept && !expr.isBool()) {
            return true;
        }
        StepSeries result = result(labels);
        if (result.isPresent(step)) {
            if (!areTwinsAllowed) {
                throw LabelRules.duplicateLabelSet();
            }
            evaluation.context().holdSeries(evaluation.steps());
            result = new StepSeries(labels, expr.isBool(), evaluation.steps());
            twins.add(result);
        }
        NativeHistogram histogram = operation.histogram;
        if (expr.isBool()) {
            result.values()[step] = operation.isKept ? 1 : 0;
        } else if (histogram != null) {
            result.setHistogram(step, histogram);
        } else {
            result.values()[step] = operation.value;
        }
        return true;
    }

    /// The same as of the labels of both. What was compared of them is all that is left where nothing else is kept,
    /// and its hash is known.
    private Labels resultLabels(Group group, StepSeries many, StepSeries one) {
        return matching.cardinality() == Cardinality.ONE_TO_ONE && isNameDropped && group.key instanceof Labels matched
                ? LabelRules.withoutMetadata(matched)
                : resultLabels(many.labels(), one.labels());
    }

    private Labels resultLabels(StepSeries many, StepSeries one) {
        return labelCache
                .computeIfAbsent(many, m -> new HashMap<>())
                .computeIfAbsent(one, o -> resultLabels(many.labels(), o.labels()));
    }

    /// The labels of the "many" side, less what the operation and the matching take away, with what is
    /// included from the "one" side.
    private Labels resultLabels(Labels many, Labels one) {
        Labels labels = isNameDropped ? LabelRules.withoutMetadata(many) : many;
        if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
            labels = matching.isOn() ? labels.only(matching.labels()) : labels.without(matching.labels());
        }
        for (String included : matching.include()) {
            labels = labels.with(included, one.get(included));
        }
        return labels;
    }
}
