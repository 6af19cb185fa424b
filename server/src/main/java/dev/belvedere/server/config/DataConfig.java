package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.server.data.DataLayout;
import dev.belvedere.tsdb.TsdbOptions.SeriesLimits;
import java.nio.file.Path;

/// Section `data`: where everything is kept.
///
/// @param directory `data.directory`, or `--data`
/// @param partitions of a new data directory (`data.partitions`; default the machine's cores)
/// @param reserveBytes writes are refused while the disk has less room (`data.reserve`)
/// @param logRetentionMillis how long log records are kept (`data.logRetention`)
/// @param traceRetentionMillis how long spans are kept (`data.traceRetention`)
/// @param series how many there may be (`data.maxSeriesPerTenant`, `data.maxSeriesPerTarget`,
/// `data.maxSeriesPerMetric`)
public record DataConfig(
        Path directory,
        int partitions,
        long reserveBytes,
        long logRetentionMillis,
        long traceRetentionMillis,
        SeriesLimits series) {

    private static final long DAY_MILLIS = 24 * 3_600_000L;

    static DataConfig read(YamlMap section, int cores) {
        long partitions = section.integer("partitions", Math.min(cores, DataLayout.MAX_PARTITIONS));
        if (partitions < 1 || partitions > DataLayout.MAX_PARTITIONS) {
            throw section.require("partitions").error("expected 1 to " + DataLayout.MAX_PARTITIONS);
        }
        DataConfig config = new DataConfig(
                Path.of(section.string("directory", "data")),
                (int) partitions,
                section.byteSize("reserve", 64 << 20),
                section.durationMillis("logRetention", 30 * DAY_MILLIS),
                section.durationMillis("traceRetention", 14 * DAY_MILLIS),
                new SeriesLimits(
                        IngestConfig.count(section, "maxSeriesPerTenant", SeriesLimits.DEFAULT.perTenant()),
                        IngestConfig.count(section, "maxSeriesPerTarget", SeriesLimits.DEFAULT.perTarget()),
                        IngestConfig.count(section, "maxSeriesPerMetric", SeriesLimits.DEFAULT.perMetric())));
        section.rejectUnknown();
        return config;
    }
}
