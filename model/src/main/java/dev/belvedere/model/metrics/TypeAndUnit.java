package dev.belvedere.model.metrics;

import dev.belvedere.model.labels.Labels;

/// Type and unit of a series, to be its labels `__type__` and `__unit__`.
///
/// @param unit empty where nobody said
public record TypeAndUnit(MetricType type, String unit) {

    public static final String TYPE_LABEL = "__type__";
    public static final String UNIT_LABEL = "__unit__";

    public static final TypeAndUnit NONE = new TypeAndUnit(MetricType.UNKNOWN, "");

    /// Sets what is known of the two, in place of a label of that name; the other stays as it is.
    public Labels.Builder setOn(Labels.Builder labels) {
        if (type != MetricType.UNKNOWN) {
            labels.set(TYPE_LABEL, type.exposedName());
        }
        if (!unit.isEmpty()) {
            labels.set(UNIT_LABEL, unit);
        }
        return labels;
    }
}
