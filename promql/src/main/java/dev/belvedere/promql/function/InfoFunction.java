package dev.belvedere.promql.function;

import com.google.re2j.Pattern;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.promql.window.InstantSelection;
import dev.belvedere.storage.metrics.Folding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// `info`: adds the labels of info metrics to the series of the same instance and job.
final class InfoFunction {

    private static final List<String> IDENTIFYING = List.of("instance", "job");
    private static final LabelMatcher TARGET_INFO = LabelMatcher.equal(Labels.METRIC_NAME, "target_info");

    private final Evaluation evaluation;
    private final List<LabelMatcher> nameMatchers = new ArrayList<>();
    private final Map<String, List<LabelMatcher>> dataMatchers = new LinkedHashMap<>();
    private final Map<Labels, StepSeries> results = new LinkedHashMap<>();

    private InfoFunction(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    static List<StepSeries> evaluate(Evaluation evaluation, Call call) {
        return new InfoFunction(evaluation).evaluate(call);
    }

    /// What identifies an info series to the series that it tells about.
    private record Key(String name, Labels identity) {}

    private List<StepSeries> evaluate(Call call) {
        Expr argument = call.arguments().getFirst();
        if (call.arguments().size() > 1 && call.arguments().get(1) instanceof VectorSelector selector) {
            for (LabelMatcher matcher : selector.matchers()) {
                if (matcher.name().equals(Labels.METRIC_NAME)) {
                    nameMatchers.add(matcher);
                } else {
                    dataMatchers
                            .computeIfAbsent(matcher.name(), n -> new ArrayList<>())
                            .add(matcher);
                }
            }
        }
        List<LabelMatcher> names = effectiveNameMatchers();
        List<StepSeries> base = evaluation.vector(argument);
        Set<StepSeries> infos = new HashSet<>();
        for (StepSeries series : base) {
            String name = series.labels().metricName();
            if (names.stream().allMatch(m -> m.matches(name))) {
                infos.add(series);
            }
        }
        Map<Key, List<StepSeries>> infoSeries = fetch(base, infos, names, firstShift(argument));
        combine(base, infos, infoSeries);
        List<StepSeries> series = new ArrayList<>(results.values());
        series.removeIf(StepSeries::isEmpty);
        return series;
    }

    /// Without a name asked for, `target_info` is meant; with names only excluded, everything that ends
    /// in `_info`.
    private List<LabelMatcher> effectiveNameMatchers() {
        if (nameMatchers.isEmpty()) {
            return List.of(TARGET_INFO);
        }
        boolean isAnyPositive = nameMatchers.stream()
                .anyMatch(m -> m.type() == LabelMatcher.Type.EQUAL || m.type() == LabelMatcher.Type.REGEX);
        if (isAnyPositive) {
            return nameMatchers;
        }
        List<LabelMatcher> matchers = new ArrayList<>(nameMatchers);
        matchers.addFirst(LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, ".+_info"));
        return matchers;
    }

    /// The moment at which the first selector of an expression looks, which is when the info series are
    /// looked at too.
    private static TimeShift firstShift(Expr expr) {
        List<Expr> path = new ArrayList<>();
        if (!findSelector(expr, path)) {
            return TimeShift.NONE;
        }
        TimeShift innermost = ((VectorSelector) path.getFirst()).shift();
        long offset = innermost.offsetMillis();
        if (innermost.hasAt()) {
            return innermost;
        }
        for (Expr above : path) {
            if (above instanceof SubqueryExpr subquery) {
                offset += subquery.shift().offsetMillis();
                if (subquery.shift().hasAt()) {
                    return new TimeShift(
                            TimeShift.At.TIMESTAMP, subquery.shift().atMillis(), offset, Optional.empty());
                }
            }
        }
        return new TimeShift(TimeShift.At.NONE, 0, offset, Optional.empty());
    }

    /// @param path filled from the selector upwards
    private static boolean findSelector(Expr expr, List<Expr> path) {
        if (expr instanceof VectorSelector) {
            path.add(expr);
            return true;
        }
        for (Expr child : expr.children()) {
            if (findSelector(child, path)) {
                path.add(expr);
                return true;
            }
        }
        return false;
    }

    private Map<Key, List<StepSeries>> fetch(
            List<StepSeries> base, Set<StepSeries> infos, List<LabelMatcher> names, TimeShift shift) {
        Map<String, Set<String>> identities = new LinkedHashMap<>();
        for (StepSeries series : base) {
            for (String name : IDENTIFYING) {
                String value = series.labels().get(name);
                if (!value.isEmpty() && !infos.contains(series)) {
                    identities.computeIfAbsent(name, n -> new TreeSet<>()).add(value);
                }
            }
        }
        Map<Key, List<StepSeries>> byKey = new LinkedHashMap<>();
        if (identities.isEmpty()) {
            return byKey;
        }
        List<LabelMatcher> matchers = new ArrayList<>();
        identities.forEach((name, values) -> {
            List<String> quoted = new ArrayList<>();
            values.forEach(v -> quoted.add(Pattern.quote(v)));
            matchers.add(LabelMatcher.of(LabelMatcher.Type.REGEX, name, String.join("|", quoted)));
        });
        dataMatchers.values().forEach(matchers::addAll);
        matchers.addAll(names);
        SeriesSink.Collector sink = new SeriesSink.Collector(evaluation.context());
        InstantSelection selection =
                new InstantSelection(evaluation, shift, InstantSelection.Taken.INFO_TIMESTAMP, sink);
        long from = (shift.hasAt() ? shift.atMillis() : evaluation.startMillis()) - shift.offsetMillis();
        long to = (shift.hasAt() ? shift.atMillis() : evaluation.lastTime()) - shift.offsetMillis();
        Selections.Need need =
                new Selections.Need(from - evaluation.context().options().lookbackMillis() + 1, to);
        evaluation
                .context()
                .selections()
                .forEachGroup(
                        matchers, need, new Selections.Purpose(evaluation.isOneStep(), Folding.NONE), selection::visit);
        for (StepSeries series : sink.series()) {
            Key key = new Key(series.labels().metricName(), series.labels().only(IDENTIFYING));
            byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(series);
        }
        return byKey;
    }

    private void combine(List<StepSeries> base, Set<StepSeries> infos, Map<Key, List<StepSeries>> infoSeries) {
        Set<String> names = new LinkedHashSet<>();
        infoSeries.keySet().forEach(k -> names.add(k.name));
        for (int step = 0; step < evaluation.steps(); step++) {
            Map<Key, StepSeries> newest = null;
            for (StepSeries series : base) {
                if (!series.isPresent(step)) {
                    continue;
                }
                if (newest == null) {
                    newest = newest(infoSeries, step);
                }
                if (infos.contains(series)) {
                    put(series, series.labels(), step);
                    continue;
                }
                Labels identity = series.labels().only(IDENTIFYING);
                List<StepSeries> matching = new ArrayList<>();
                for (String name : names) {
                    StepSeries info = newest.get(new Key(name, identity));
                    if (info != null) {
                        matching.add(info);
                    }
                }
                if (!matching.isEmpty() || mayBeMissing()) {
                    put(series, enriched(series.labels(), matching), step);
                }
            }
        }
    }

    /// The newest info sample of each key; two of the same age contradict each other.
    private static Map<Key, StepSeries> newest(Map<Key, List<StepSeries>> infoSeries, int step) {
        Map<Key, StepSeries> newest = new HashMap<>();
        infoSeries.forEach((key, candidates) -> {
            for (StepSeries candidate : candidates) {
                if (!candidate.hasFloat(step)) {
                    continue;
                }
                StepSeries before = newest.get(key);
                if (before != null && before.values()[step] == candidate.values()[step]) {
                    throw new EvaluationException("found duplicate series for info metric: existing "
                            + LabelRules.shown(before.labels())
                            + " @ " + (long) before.values()[step] + ", new " + LabelRules.shown(candidate.labels())
                            + " @ "
                            + (long) candidate.values()[step]);
                }
                if (before == null || before.values()[step] < candidate.values()[step]) {
                    newest.put(key, candidate);
                }
            }
        });
        return newest;
    }

    /// Whether a series without any info is kept: unless a label is asked for that it must have.
    private boolean mayBeMissing() {
        return dataMatchers.values().stream().flatMap(List::stream).allMatch(LabelMatcher::matchesEmpty);
    }

    private Labels enriched(Labels base, List<StepSeries> infos) {
        Labels.Builder added = new Labels.Builder();
        for (StepSeries info : infos) {
            info.labels().forEach((name, value) -> {
                if (name.equals(Labels.METRIC_NAME) || !dataMatchers.isEmpty() && !dataMatchers.containsKey(name)) {
                    return;
                }
                String before = added.get(name);
                if (!before.isEmpty() && !before.equals(value)) {
                    throw new EvaluationException("conflicting label: " + name);
                }
                if (!base.has(name)) {
                    added.set(name, value);
                }
            });
        }
        Labels.Builder labels = base.toBuilder();
        added.build().forEach(labels::set);
        return labels.build();
    }

    private void put(StepSeries source, Labels labels, int step) {
        StepSeries result = results.get(labels);
        if (result == null) {
            evaluation.context().holdSeries(evaluation.steps());
            result = new StepSeries(labels, source.isNameDropped(), evaluation.steps());
            results.put(labels, result);
        }
        if (result.isPresent(step)) {
            throw LabelRules.duplicateLabelSet();
        }
        result.copyStep(source, step);
    }
}
