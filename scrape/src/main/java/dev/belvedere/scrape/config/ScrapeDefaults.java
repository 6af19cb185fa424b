package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The settings that a scrape job takes from `global` unless it gives its own.
///
/// @param protocols in order of preference
/// @param hasExtraMetrics whether the scrape's limits and sizes are reported as series too
/// @param failureLogFile empty for none
public record ScrapeDefaults(
        long intervalMillis,
        long timeoutMillis,
        List<ExpositionFormat> protocols,
        ScrapeLimits limits,
        NameValidation names,
        EscapingScheme escaping,
        HistogramOptions histograms,
        boolean hasExtraMetrics,
        String failureLogFile) {

    static final long DEFAULT_INTERVAL_MILLIS = 60_000;
    static final long DEFAULT_TIMEOUT_MILLIS = 10_000;

    private static final List<ExpositionFormat> TEXT_FIRST = List.of(
            ExpositionFormat.OPENMETRICS_1_0_0,
            ExpositionFormat.OPENMETRICS_0_0_1,
            ExpositionFormat.TEXT_1_0_0,
            ExpositionFormat.TEXT_0_0_4);

    static final ScrapeDefaults DEFAULT = new ScrapeDefaults(
            DEFAULT_INTERVAL_MILLIS,
            DEFAULT_TIMEOUT_MILLIS,
            List.of(),
            ScrapeLimits.NONE,
            NameValidation.UTF8,
            EscapingScheme.ALLOW_UTF_8,
            new HistogramOptions(false, false, false),
            false,
            "");

    public ScrapeDefaults {
        protocols = List.copyOf(protocols);
    }

    /// The formats to ask for: those configured, else all of them; protobuf first where native histograms are wanted,
    /// since only it carries them.
    public List<ExpositionFormat> effectiveProtocols() {
        if (!protocols.isEmpty()) {
            return protocols;
        }
        if (!histograms.readsNative()) {
            return TEXT_FIRST;
        }
        List<ExpositionFormat> all = new ArrayList<>(List.of(ExpositionFormat.PROTOBUF));
        all.addAll(TEXT_FIRST);
        return all;
    }

    static ScrapeDefaults readGlobal(YamlMap map, ConfigSource source) {
        long interval = map.durationMillis("scrape_interval", 0);
        interval = interval == 0 ? DEFAULT_INTERVAL_MILLIS : interval;
        long timeout = map.durationMillis("scrape_timeout", 0);
        if (timeout > interval) {
            throw map.key("scrape_timeout").error("the global scrape_timeout is greater than the scrape_interval");
        }
        timeout = timeout == 0 ? Math.min(DEFAULT_TIMEOUT_MILLIS, interval) : timeout;
        return read(map, DEFAULT, interval, timeout, source);
    }

    static ScrapeDefaults readJob(YamlMap map, ScrapeDefaults global, ConfigSource source) {
        long interval = map.durationMillis("scrape_interval", 0);
        interval = interval == 0 ? global.intervalMillis : interval;
        long timeout = map.durationMillis("scrape_timeout", 0);
        if (timeout > interval) {
            throw map.key("scrape_timeout").error("the scrape_timeout is greater than the scrape_interval");
        }
        timeout = timeout == 0 ? Math.min(global.timeoutMillis, interval) : timeout;
        return read(map, global, interval, timeout, source);
    }

    private static ScrapeDefaults read(
            YamlMap map, ScrapeDefaults outer, long interval, long timeout, ConfigSource source) {
        NameValidation names = map.get("metric_name_validation_scheme", ScrapeDefaults::names, outer.names);
        String failureLog = HttpClientConfig.file(map, "scrape_failure_log_file", source.directory());
        return new ScrapeDefaults(
                interval,
                timeout,
                map.get("scrape_protocols", ScrapeDefaults::protocols, outer.protocols),
                ScrapeLimits.read(map, outer.limits),
                names,
                escaping(map, names, outer.escaping),
                new HistogramOptions(
                        map.bool("scrape_native_histograms", outer.histograms.readsNative()),
                        map.bool("always_scrape_classic_histograms", outer.histograms.keepsClassic()),
                        map.bool("convert_classic_histograms_to_nhcb", outer.histograms.convertsClassic())),
                map.bool("extra_scrape_metrics", outer.hasExtraMetrics),
                failureLog.isEmpty() ? outer.failureLogFile : failureLog);
    }

    private static NameValidation names(YamlNode node) {
        return switch (node.string().toLowerCase(Locale.ROOT)) {
            case "utf8", "" -> NameValidation.UTF8;
            case "legacy" -> NameValidation.LEGACY;
            default ->
                throw node.error(
                        "unknown metric_name_validation_scheme \"" + node.string() + "\"; one of utf8, legacy");
        };
    }

    private static EscapingScheme escaping(YamlMap map, NameValidation names, EscapingScheme outer) {
        boolean cannotAllow = names == NameValidation.LEGACY;
        if (map.get("metric_name_escaping_scheme").isEmpty()) {
            return cannotAllow && outer == EscapingScheme.ALLOW_UTF_8 ? EscapingScheme.UNDERSCORES : outer;
        }
        YamlNode node = map.require("metric_name_escaping_scheme");
        EscapingScheme scheme = EscapingScheme.ofConfigName(node.string())
                .orElseThrow(() -> node.error("unknown metric_name_escaping_scheme \"" + node.string()
                        + "\"; one of allow-utf-8, underscores, dots, values"));
        if (cannotAllow && scheme == EscapingScheme.ALLOW_UTF_8) {
            throw node.error("allow-utf-8 needs metric_name_validation_scheme: utf8");
        }
        return scheme;
    }

    private static List<ExpositionFormat> protocols(YamlNode node) {
        List<ExpositionFormat> protocols = new ArrayList<>();
        for (YamlNode item : node.list()) {
            ExpositionFormat format = protocol(item);
            if (protocols.contains(format)) {
                throw item.error("scrape protocol " + item.string() + " is given twice");
            }
            protocols.add(format);
        }
        if (protocols.isEmpty()) {
            throw node.error("scrape_protocols must not be empty");
        }
        return protocols;
    }

    static ExpositionFormat protocol(YamlNode node) {
        return ExpositionFormat.ofConfigName(node.string()).orElseThrow(() -> {
            List<String> names = new ArrayList<>();
            for (ExpositionFormat format : ExpositionFormat.values()) {
                names.add(format.configName());
            }
            return node.error("unknown scrape protocol \"" + node.string() + "\"; one of " + String.join(", ", names));
        });
    }
}
