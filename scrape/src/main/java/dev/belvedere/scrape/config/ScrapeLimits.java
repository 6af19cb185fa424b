package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;

/// What a scrape may bring at most; 0 for no limit of the configuration.
///
/// @param keepDroppedTargets how many dropped targets are shown
/// @param nativeHistogramBuckets a histogram with more is brought to a coarser schema
public record ScrapeLimits(
        long bodyBytes,
        long samples,
        long targets,
        long labels,
        long labelNameLength,
        long labelValueLength,
        long keepDroppedTargets,
        long nativeHistogramBuckets,
        double nativeHistogramMinBucketFactor) {

    static final ScrapeLimits NONE = new ScrapeLimits(0, 0, 0, 0, 0, 0, 0, 0, 0);

    static ScrapeLimits read(YamlMap map, ScrapeLimits defaults) {
        return new ScrapeLimits(
                map.get("body_size_limit", ScrapeLimits::sizeWithUnit, defaults.bodyBytes),
                count(map, "sample_limit", defaults.samples),
                count(map, "target_limit", defaults.targets),
                count(map, "label_limit", defaults.labels),
                count(map, "label_name_length_limit", defaults.labelNameLength),
                count(map, "label_value_length_limit", defaults.labelValueLength),
                count(map, "keep_dropped_targets", defaults.keepDroppedTargets),
                count(map, "native_histogram_bucket_limit", 0),
                map.number("native_histogram_min_bucket_factor", 0));
    }

    /// 0 is the same as leaving the key out, as in Prometheus.
    private static long count(YamlMap map, String key, long whenAbsent) {
        long count = map.integer(key, whenAbsent);
        if (count < 0) {
            throw map.key(key).error(key + " must not be negative");
        }
        return count == 0 ? whenAbsent : count;
    }

    private static long sizeWithUnit(YamlNode node) {
        String text = node.string();
        boolean hasUnit = !text.isEmpty() && !Character.isDigit(text.charAt(text.length() - 1));
        if (!hasUnit && !text.equals("0")) {
            throw node.error("a size needs a unit: \"" + text + "\" (write for example 10MB)");
        }
        return node.byteSize();
    }
}
