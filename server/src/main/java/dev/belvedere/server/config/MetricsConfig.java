package dev.belvedere.server.config;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.tsdb.Retention;
import dev.belvedere.tsdb.TsdbOptions;
import java.util.ArrayList;
import java.util.List;

/// The keys of section `data` that say how metrics are kept, besides prometheus.yml's `storage.tsdb`.
///
/// @param rules `data.retentionRules`: series that are kept shorter or longer than the others
/// @param flushBytes `data.metricFlushBytes`
/// @param flushAgeMillis `data.metricFlushAge`
public record MetricsConfig(List<Retention.Rule> rules, long flushBytes, long flushAgeMillis) {

    private static final int MAX_RULES = 100;

    public MetricsConfig {
        rules = List.copyOf(rules);
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
                positive(
                        section,
                        "metricFlushBytes",
                        section.byteSize("metricFlushBytes", defaults().headsMaxBytes())),
                positive(
                        section,
                        "metricFlushAge",
                        section.durationMillis("metricFlushAge", defaults().headMaxMillis())));
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
