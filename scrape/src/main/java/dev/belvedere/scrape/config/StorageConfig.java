package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.List;

/// `storage`: how long metrics are kept and how late they may come. 0 means: not said.
///
/// @param retentionMillis samples older than this go
/// @param retentionBytes the oldest blocks go beyond this
/// @param retentionPercent of the disk that metrics may fill
/// @param outOfOrderWindowMillis how far behind a series' newest sample another may still come
public record StorageConfig(
        long retentionMillis,
        long retentionBytes,
        double retentionPercent,
        long outOfOrderWindowMillis,
        long maxExemplars) {

    public static final long DEFAULT_MAX_EXEMPLARS = 100_000;

    public static final StorageConfig DEFAULT = new StorageConfig(0, 0, 0, 0, DEFAULT_MAX_EXEMPLARS);

    private record Retention(long millis, long bytes, double percent) {}

    static StorageConfig read(YamlNode node) {
        YamlMap map = node.map();
        long maxExemplars = map.get("exemplars", StorageConfig::maxExemplars, DEFAULT_MAX_EXEMPLARS);
        StorageConfig config =
                map.get("tsdb", tsdb -> tsdb(tsdb, maxExemplars), new StorageConfig(0, 0, 0, 0, maxExemplars));
        map.rejectUnknown();
        return config;
    }

    private static long maxExemplars(YamlNode node) {
        YamlMap map = node.map();
        long max = map.integer("max_exemplars", DEFAULT_MAX_EXEMPLARS);
        map.rejectUnknown();
        return max;
    }

    private static StorageConfig tsdb(YamlNode node, long maxExemplars) {
        YamlMap map = node.map();
        Retention retention = map.get("retention", StorageConfig::retention, new Retention(0, 0, 0));
        long window = map.durationMillis("out_of_order_time_window", 0);
        map.number("stale_series_compaction_threshold", 0);
        map.get("chunk_encoding").ifPresent(StorageConfig::checkChunkEncoding);
        map.rejectUnknown();
        return new StorageConfig(retention.millis, retention.bytes, retention.percent, window, maxExemplars);
    }

    private static Retention retention(YamlNode node) {
        YamlMap map = node.map();
        Retention retention =
                new Retention(map.durationMillis("time", 0), map.byteSize("size", 0), map.number("percentage", 0));
        map.rejectUnknown();
        if (!(retention.percent >= 0 && retention.percent <= 100)) {
            throw map.key("percentage").error("percentage must be between 0 and 100");
        }
        return retention;
    }

    /// Belvedere's blocks have an encoding of their own; Prometheus' key is checked and has no effect.
    private static void checkChunkEncoding(YamlNode node) {
        YamlMap map = node.map();
        map.get("floats").ifPresent(floats -> {
            if (!List.of("xor", "xor2").contains(floats.string())) {
                throw floats.error("unknown chunk encoding \"" + floats.string() + "\"; one of xor, xor2");
            }
        });
        map.rejectUnknown();
    }
}
