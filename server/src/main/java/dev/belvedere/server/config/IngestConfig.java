package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.otlp.DeltaStreams;

/// Section `ingest`: what a request that brings telemetry may hold.
///
/// @param deltas how many totals of OTLP's delta streams are kept, and for how long
public record IngestConfig(IngestLimits limits, DeltaStreams.Limits deltas) {

    static IngestConfig read(YamlMap section) {
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
        DeltaStreams.Limits deltas = new DeltaStreams.Limits(
                section.has("deltaMaxStreams") && section.integer("deltaMaxStreams", 0) == 0
                        ? 0
                        : count(section, "deltaMaxStreams", DeltaStreams.Limits.DEFAULT.maxStreams()),
                section.durationMillis("deltaMaxStale", DeltaStreams.Limits.DEFAULT.maxStaleMillis()));
        section.rejectUnknown();
        return new IngestConfig(limits, deltas);
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
