package dev.belvedere.wire.exposition;

import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import java.util.List;

/// What an exposition says of a metric family before its samples.
///
/// @param name as in the header: in OpenMetrics without the suffixes of its samples
public record FamilyHeader(String name, MetricType type, String unit, String help) {

    /// Samples that no header precedes.
    public static final FamilyHeader NONE = new FamilyHeader("", MetricType.UNKNOWN, "", "");

    private static final List<String> SUFFIXES =
            List.of("", "_total", "_bucket", "_count", "_sum", "_created", "_info", "_gcount", "_gsum");

    public MetricMetadata metadata() {
        return new MetricMetadata(type, unit, help);
    }

    FamilyHeader withType(MetricType newType) {
        return new FamilyHeader(name, newType, unit, help);
    }

    FamilyHeader withUnit(String newUnit) {
        return new FamilyHeader(name, type, newUnit, help);
    }

    FamilyHeader withHelp(String newHelp) {
        return new FamilyHeader(name, type, unit, newHelp);
    }

    /// Whether a sample of this name belongs to the family.
    boolean covers(String sampleName) {
        return sampleName.startsWith(name) && SUFFIXES.contains(sampleName.substring(name.length()));
    }

    /// The label that holds a number in this family's samples, which is written in one form however the target
    /// writes it; `""` for none.
    String numericLabel() {
        return switch (type) {
            case HISTOGRAM, GAUGE_HISTOGRAM -> "le";
            case SUMMARY -> "quantile";
            case COUNTER, GAUGE, INFO, STATE_SET, UNKNOWN -> "";
        };
    }
}
