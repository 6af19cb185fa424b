package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.Definitions;
import dev.belvedere.storage.metrics.SeriesGroup;
import org.jspecify.annotations.Nullable;

/// The labels of one series of a group, made when somebody asks for them. Moved on for each series.
///
/// Whoever only needs to know which of them are alike asks for the series' definition, which costs nothing.
public final class SeriesLabels {

    private @Nullable SeriesGroup group;
    private @Nullable Definitions definitions;
    private int groupsBegun;
    private int series;
    private @Nullable Labels labels;

    /// What is left of them without the metric's name, type and unit.
    private @Nullable Labels withoutMetadata;

    /// Those of which is known whether they [#mayHaveTypeOrUnit].
    private @Nullable Definitions asked;

    private boolean mayHaveTypeOrUnit = true;

    public void begin(SeriesGroup next) {
        group = next;
        groupsBegun++;
        forgetLabels();
        definitions = next.definitions().orElse(null);
    }

    public void moveTo(int next) {
        series = next;
        forgetLabels();
    }

    private void forgetLabels() {
        labels = null;
        withoutMetadata = null;
    }

    private SeriesGroup group() {
        SeriesGroup current = group;
        if (current == null) {
            throw new IllegalStateException("no group was begun");
        }
        return current;
    }

    public Labels get() {
        Labels known = labels;
        if (known == null) {
            known = group().labels(series);
            labels = known;
        }
        return known;
    }

    /// The labels as they are left by what drops the metric's name, type and unit.
    ///
    /// @param isMetadataDropped whether it does
    public Labels get(boolean isMetadataDropped) {
        return isMetadataDropped ? withoutMetadata() : get();
    }

    private Labels withoutMetadata() {
        Labels known = withoutMetadata;
        if (known == null) {
            known = group().labels(series, LabelRules.IS_NO_METADATA);
            withoutMetadata = known;
        }
        return known;
    }

    /// Where the series stands in its group.
    int series() {
        return series;
    }

    /// Differs from group to group.
    public int groupNumber() {
        return groupsBegun;
    }

    /// Null where the store does not keep labels in parts.
    @Nullable
    public Definitions definitions() {
        return definitions;
    }

    /// Only where there are definitions.
    public int definition() {
        return group().definition(series);
    }

    public Labels targetLabels() {
        return group().targetLabels();
    }

    /// Whether dropping the metadata of differing label sets could make two of them the same.
    public boolean hasTypeOrUnit() {
        return mayHaveTypeOrUnit() && LabelRules.hasTypeOrUnit(get());
    }

    private boolean mayHaveTypeOrUnit() {
        Definitions own = definitions;
        if (own != asked) {
            asked = own;
            mayHaveTypeOrUnit = own == null || own.mayHave(LabelRules.TYPE) || own.mayHave(LabelRules.UNIT);
        }
        return mayHaveTypeOrUnit;
    }
}
