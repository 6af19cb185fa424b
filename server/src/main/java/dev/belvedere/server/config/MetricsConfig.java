package dev.belvedere.server.config;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.util.ArrayList;
import java.util.List;

/// The keys of section `data` that say how metrics are kept, besides prometheus.yml's `storage.tsdb`.
///
/// @param rules `data.retentionRules`: series that are kept shorter or longer than the others
/// @param rollups `data.downsampling`: windows that are kept beside the samples
/// @param flushBytes `data.metricFlushBytes`
/// @param flushAgeMillis `data.metricFlushAge`
/// @param scrubPeriodMillis `data.scrubPeriod`: every block is read once in so long in search of damage; 0 for never
public record MetricsConfig(
        List<Retention.Rule> rules,
        List<Retention.Rollup> rollups,
        long flushBytes,
        long flushAgeMillis,
        long scrubPeriodMillis) {

    private static final int MAX_RULES = 100;
    private static final long MIN_RESOLUTION_MILLIS = 60_000;

    public MetricsConfig {
        rules = List.copyOf(rules);
        rollups = List.copyOf(rollups);
    }

    static MetricsConfig read(YamlMap section) {
        List<Retention.Rule> rules = new ArrayList<>();
        for (YamlNode node : section.list("retentionRules")) {
            rules.add(rule(node));
            if (rules.size() > MAX_RULES) {
                throw node.error("more than " + MAX_RULES + " retention rules: merge some into one expression");
            }
        }
        return new MetricsConfig(
                rules,
                rollups(section),
                positive(
                        section,
                        "metricFlushBytes",
                        section.byteSize("metricFlushBytes", defaults().headsMaxBytes())),
                positive(
                        section,
                        "metricFlushAge",
                        section.durationMillis("metricFlushAge", defaults().headMaxMillis())),
                section.durationMillis("scrubPeriod", defaults().scrubPeriodMillis()));
    }

    private static List<Retention.Rollup> rollups(YamlMap section) {
        List<Retention.Rollup> rollups = new ArrayList<>();
        long finer = 0;
        for (YamlNode node : section.list("downsampling")) {
            YamlMap map = node.map();
            YamlNode resolution = map.require("resolution");
            long millis = resolution.durationMillis();
            long after = map.durationMillis("after", 0);
            long keep = map.require("keep").durationMillis();
            map.rejectUnknown();
            if (millis < MIN_RESOLUTION_MILLIS || defaults().blockSpanMillis() % millis != 0) {
                throw resolution.error("expected at least 1m and a divisor of a day, such as 5m or 1h");
            }
            if (finer > 0 && (millis % finer != 0 || millis == finer)) {
                throw resolution.error("expected a multiple of the resolution before");
            }
            if (keep <= after) {
                throw map.require("keep").error("must be longer than \"after\"");
            }
            finer = millis;
            rollups.add(new Retention.Rollup(millis, after, keep));
        }
        return rollups;
    }

    private static TsdbOptions defaults() {
        return TsdbOptions.DEFAULT;
    }

    private static long positive(YamlMap section, String key, long value) {
        if (value <= 0) {
            throw section.require(key).error("must be positive");
        }
        return value;
    }

    private static Retention.Rule rule(YamlNode node) {
        YamlMap map = node.map();
        YamlNode match = map.require("match");
        long keepMillis = map.require("keep").durationMillis();
        map.rejectUnknown();
        if (keepMillis <= 0) {
            throw map.require("keep").error("must be positive");
        }
        try {
            return new Retention.Rule(Parser.parseSelector(match.string()), keepMillis);
        } catch (OperationException e) {
            throw match.error("not a selector such as {job=\"batch\"}: " + e.getMessage());
        }
    }
}
