package dev.belvedere.scrape.relabel;

import dev.belvedere.model.labels.LabelNames;

/// Which names of metrics and labels are taken: `metric_name_validation_scheme`.
public enum NameValidation {
    LEGACY,
    UTF8;

    public boolean isLabelName(String name) {
        return this == UTF8 ? LabelNames.isUtf8Name(name) : LabelNames.isLegacyLabelName(name);
    }

    public boolean isMetricName(String name) {
        return this == UTF8 ? LabelNames.isUtf8Name(name) : LabelNames.isLegacyMetricName(name);
    }
}
