package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;

/// What operations do to label sets.
public final class LabelRules {

    public static final String TYPE = "__type__";
    public static final String UNIT = "__unit__";

    /// Tells the labels that [#withoutMetadata] leaves by their names.
    static final Predicate<String> IS_NO_METADATA = name -> !isMetadata(name);

    private LabelRules() {}

    public static boolean isMetadata(String name) {
        // The first letter tells most names apart, for less than a call; `instance` is as long as all three.
        return !name.isEmpty()
                && name.charAt(0) == '_'
                && (name.equals(Labels.METRIC_NAME) || name.equals(TYPE) || name.equals(UNIT));
    }

    /// The labels without the metric's name, type and unit: they no longer fit the result of most
    /// operations.
    public static Labels withoutMetadata(Labels labels) {
        return labels.filter(IS_NO_METADATA);
    }

    /// Whether dropping the metadata of differing label sets could make two of them the same.
    static boolean hasTypeOrUnit(Labels labels) {
        return labels.has(TYPE) || labels.has(UNIT);
    }

    /// The labels by which an aggregation groups a series.
    public static Labels group(Labels labels, List<String> grouping, boolean isWithout) {
        return grouping.isEmpty() && !isWithout
                ? Labels.EMPTY
                : labels.filter(name -> isGrouping(name, grouping, isWithout));
    }

    /// Whether an aggregation groups series by a label.
    public static boolean isGrouping(String name, List<String> grouping, boolean isWithout) {
        return isWithout ? !name.equals(Labels.METRIC_NAME) && !grouping.contains(name) : grouping.contains(name);
    }

    /// A label set as error messages show it: `{__name__="up", job="a"}`.
    public static String shown(Labels labels) {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        labels.forEach((name, value) -> text.add(
                (LabelNames.isLegacyLabelName(name) ? name : LabelNames.quote(name)) + "=" + LabelNames.quote(value)));
        return text.toString();
    }

    public static EvaluationException duplicateLabelSet() {
        return new EvaluationException("vector cannot contain metrics with the same labelset");
    }

    /// @throws EvaluationException if two series have the same labels
    public static void requireDistinct(List<StepSeries> series) {
        if (series.size() < 2) {
            return;
        }
        Set<Labels> seen = new HashSet<>(2 * series.size());
        for (StepSeries one : series) {
            if (!seen.add(one.labels())) {
                throw duplicateLabelSet();
            }
        }
    }
}
