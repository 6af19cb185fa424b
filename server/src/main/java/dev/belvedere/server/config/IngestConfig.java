package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.wire.IngestLimits;

/// Section `ingest`: what a request that brings telemetry may hold.
final class IngestConfig {

    private IngestConfig() {}

    static IngestLimits read(YamlMap section) {
        IngestLimits defaults = IngestLimits.DEFAULT;
        IngestLimits limits = new IngestLimits(
                bytes(section, "maxDecodedBytes", defaults.maxDecodedBytes()),
                count(section, "maxRecords", defaults.maxRecords()),
                count(section, "maxAttributeValues", defaults.maxAttributeValues()),
                count(section, "maxLabels", defaults.maxLabels()),
                bytes(section, "maxLabelNameBytes", defaults.maxLabelNameBytes()),
                bytes(section, "maxLabelValueBytes", defaults.maxLabelValueBytes()),
                count(section, "maxHistogramBuckets", defaults.maxHistogramBuckets()),
                count(section, "maxAttributes", defaults.maxAttributes()),
                bytes(section, "maxLineBytes", defaults.maxLineBytes()),
                section.integer("maxAheadMillis", defaults.maxAheadMillis()));
        section.rejectUnknown();
        return limits;
    }

    private static int bytes(YamlMap section, String key, int whenAbsent) {
        return positive(section, key, section.byteSize(key, whenAbsent));
    }

    static int count(YamlMap section, String key, int whenAbsent) {
        return positive(section, key, section.integer(key, whenAbsent));
    }

    private static int positive(YamlMap section, String key, long value) {
        if (value < 1 || value > Integer.MAX_VALUE - 8) {
            throw section.require(key).error("expected 1 to " + (Integer.MAX_VALUE - 8) + ", found " + value);
        }
        return (int) value;
    }
}
