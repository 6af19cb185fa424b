package dev.belvedere.model.metrics;

import java.util.Locale;

/// What a metric family counts, with OpenMetrics' names.
public enum MetricType {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    GAUGE_HISTOGRAM,
    SUMMARY,
    INFO,
    STATE_SET,
    UNKNOWN;

    /// The name in `# TYPE` lines and in the metadata API: lower case, without separators.
    public String exposedName() {
        return name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    /// @return [#UNKNOWN] for a name of no type, as Prometheus' parsers do for `untyped`
    public static MetricType ofExposedName(String name) {
        for (MetricType type : values()) {
            if (type.exposedName().equals(name)) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
