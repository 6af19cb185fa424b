package dev.belvedere.scrape.config;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.Map;

/// `global`: what holds for every job that says nothing else, and for rules.
///
/// @param externalLabels added to everything that leaves for other systems
/// @param queryLogFile empty for none
public record GlobalConfig(
        long evaluationIntervalMillis,
        long ruleQueryOffsetMillis,
        Labels externalLabels,
        String queryLogFile,
        ScrapeDefaults scrape) {

    public static final GlobalConfig DEFAULT = new GlobalConfig(60_000, 0, Labels.EMPTY, "", ScrapeDefaults.DEFAULT);

    static GlobalConfig read(YamlNode node, ConfigSource source) {
        YamlMap map = node.map();
        ScrapeDefaults scrape = ScrapeDefaults.readGlobal(map, source);
        GlobalConfig global = new GlobalConfig(
                map.durationMillis("evaluation_interval", DEFAULT.evaluationIntervalMillis),
                map.durationMillis("rule_query_offset", 0),
                externalLabels(map, scrape, source.environment()),
                map.string("query_log_file", ""),
                scrape);
        map.rejectUnknown();
        if (global.evaluationIntervalMillis == 0) {
            return new GlobalConfig(
                    DEFAULT.evaluationIntervalMillis,
                    global.ruleQueryOffsetMillis,
                    global.externalLabels,
                    global.queryLogFile,
                    scrape);
        }
        return global;
    }

    private static Labels externalLabels(YamlMap map, ScrapeDefaults scrape, Map<String, String> environment) {
        Labels.Builder labels = new Labels.Builder();
        map.get("external_labels")
                .ifPresent(node -> node.map().forEach((name, value) -> {
                    if (!scrape.names().isLabelName(name)) {
                        throw value.error("\"" + name + "\" is not a valid label name");
                    }
                    labels.set(name, expand(value.string(), environment));
                }));
        return labels.build();
    }

    /// `$NAME` and `${NAME}` stand for environment variables, `$$` for a dollar sign.
    static String expand(String text, Map<String, String> environment) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                expanded.append(c);
                at++;
                continue;
            }
            int start = at + 1;
            if (text.charAt(start) == '$') {
                expanded.append('$');
                at += 2;
            } else if (text.charAt(start) == '{' && text.indexOf('}', start) > 0) {
                int end = text.indexOf('}', start);
                expanded.append(environment.getOrDefault(text.substring(start + 1, end), ""));
                at = end + 1;
            } else {
                int end = start;
                while (end < text.length()
                        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
                    end++;
                }
                expanded.append(environment.getOrDefault(text.substring(start, end), ""));
                at = end;
            }
        }
        return expanded.toString();
    }
}
