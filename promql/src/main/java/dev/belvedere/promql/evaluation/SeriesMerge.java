package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts series of the same labels together, which come about when names are dropped.
public final class SeriesMerge {

    private SeriesMerge() {}

    /// @throws EvaluationException if two series of the same labels have a sample at the same step
    public static List<StepSeries> merged(List<StepSeries> series) {
        if (series.size() < 2) {
            return series;
        }
        Map<Labels, StepSeries> byLabels = new LinkedHashMap<>(2 * series.size());
        for (StepSeries one : series) {
            StepSeries before = byLabels.putIfAbsent(one.labels(), one);
            if (before != null) {
                merge(one, before);
            }
        }
        return byLabels.size() == series.size() ? series : new ArrayList<>(byLabels.values());
    }

    private static void merge(StepSeries from, StepSeries into) {
        for (int step = 0; step < from.steps(); step++) {
            if (from.isPresent(step)) {
                if (into.isPresent(step)) {
                    throw LabelRules.duplicateLabelSet();
                }
                into.copyStep(from, step);
            }
        }
    }
}
