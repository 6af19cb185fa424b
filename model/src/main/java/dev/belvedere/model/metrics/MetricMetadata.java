package dev.belvedere.model.metrics;

/// What an exporter says of a metric family. Texts may be empty.
public record MetricMetadata(MetricType type, String unit, String help) {

    public static final MetricMetadata UNKNOWN = new MetricMetadata(MetricType.UNKNOWN, "", "");
}
