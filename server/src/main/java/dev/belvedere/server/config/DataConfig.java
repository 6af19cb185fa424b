package dev.belvedere.server.config;

import dev.belvedere.eventdb.EventStoreOptions;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.tsdb.options.TsdbOptions.SeriesLimits;
import java.nio.file.Path;
import java.time.Duration;

/// Section `data`: where everything is kept.
///
/// @param directory `data.directory`, or `--data`
/// @param partitions of a new data directory (`data.partitions`; default the machine's cores)
/// @param reserveBytes writes are refused while the disk has less room (`data.reserve`)
/// @param events how logs and spans are kept: `data.logRetention`, `data.traceRetention`, `data.eventFlushBytes`,
///     `data.eventFlushAge`, `data.maxEventHeadBytes`, `data.maxEventSegmentBytes`
/// @param metrics how metrics are kept
/// @param series how many there may be (`data.maxSeriesPerTenant`, `data.maxSeriesPerTarget`,
///     `data.maxSeriesPerMetric`, `data.activeSeriesWindow`)
public record DataConfig(
        Path directory,
        int partitions,
        long reserveBytes,
        EventStoreOptions events,
        MetricsConfig metrics,
        SeriesLimits series) {

    /// Of one data directory.
    public static final int MAX_PARTITIONS = 256;

    static DataConfig read(YamlMap section, int cores) {
        long partitions = section.integer("partitions", Math.min(cores, MAX_PARTITIONS));
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw section.require("partitions").error("expected 1 to " + MAX_PARTITIONS);
        }
        DataConfig config = new DataConfig(
                Path.of(section.string("directory", "data")),
                (int) partitions,
                section.byteSize("reserve", 64 << 20),
                events(section),
                MetricsConfig.read(section),
                new SeriesLimits(
                        IngestConfig.count(section, "maxSeriesPerTenant", SeriesLimits.DEFAULT.perTenant()),
                        IngestConfig.count(section, "maxSeriesPerTarget", SeriesLimits.DEFAULT.perTarget()),
                        IngestConfig.count(section, "maxSeriesPerMetric", SeriesLimits.DEFAULT.perMetric()),
                        activeWindow(section)));
        section.rejectUnknown();
        return config;
    }

    private static long activeWindow(YamlMap section) {
        long window = section.durationMillis("activeSeriesWindow", SeriesLimits.DEFAULT.activeMillis());
        if (window <= 0) {
            throw section.require("activeSeriesWindow").error("expected a duration above 0");
        }
        return window;
    }

    private static EventStoreOptions events(YamlMap section) {
        EventStoreOptions defaults = EventStoreOptions.DEFAULT;
        try {
            return new EventStoreOptions(
                    duration(section, "logRetention", defaults.logsRetention()),
                    duration(section, "traceRetention", defaults.spansRetention()),
                    section.byteSize("eventFlushBytes", defaults.flushBytes()),
                    duration(section, "eventFlushAge", defaults.flushAge()),
                    section.byteSize("maxEventHeadBytes", defaults.maxHeadBytes()),
                    section.byteSize("maxEventSegmentBytes", defaults.maxSegmentBytes()));
        } catch (IllegalArgumentException e) {
            throw section.node().error(String.valueOf(e.getMessage()));
        }
    }

    private static Duration duration(YamlMap section, String key, Duration whenAbsent) {
        return Duration.ofMillis(section.durationMillis(key, whenAbsent.toMillis()));
    }
}
