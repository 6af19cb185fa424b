package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.platform.yaml.YamlText;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.EffectiveConfig;
import dev.belvedere.scrape.config.FilePattern;
import dev.belvedere.scrape.config.PrometheusConfig;
import dev.belvedere.scrape.config.ScrapeConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A configuration as it is shown to people, and to programs that ask for it: every value that may be a secret
/// replaced, `global` and the jobs with all defaults, as Prometheus shows them.
///
/// Whether a value is one is told by its key, on the safe side: what is named like a secret and is not a file's name
/// counts. User names and passwords within URLs go too.
public final class ConfigText {

    private static final String REDACTED = "<secret>";

    private static final List<String> SECRET_WORDS =
            List.of("password", "secret", "token", "credential", "api_key", "apikey", "private_key", "passphrase");

    private static final Pattern USER_INFO = Pattern.compile("(\\w+://)[^/@\\s]+@");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./ -]*");

    private ConfigText() {}

    /// The document as YAML in block style.
    ///
    /// @param config what the document says
    public static String of(YamlNode document, PrometheusConfig config) {
        StringBuilder text = new StringBuilder();
        text.append(YamlText.of(Map.of("global", EffectiveConfig.of(config.global()))));
        if (document.isNull()) {
            return text.toString();
        }
        document.map().forEach((key, value) -> {
            switch (key) {
                case "global" -> {}
                case "rule_files" ->
                    text.append(YamlText.of(Map.of(
                            key,
                            config.ruleFiles().stream()
                                    .map(FilePattern::toString)
                                    .toList())));
                case "scrape_configs" -> {
                    text.append("scrape_configs:\n");
                    List<YamlNode> jobs = document.map().list(key);
                    for (int i = 0; i < jobs.size(); i++) {
                        job(text, config.scrapeConfigs().get(i), jobs.get(i).map());
                    }
                }
                default -> entry(text, key, value, 0);
            }
        });
        return text.toString();
    }

    /// Of a discovery that is not built in only what is written is known.
    private static void job(StringBuilder text, ScrapeConfig job, YamlMap written) {
        Map<String, Object> effective = EffectiveConfig.of(job);
        StringBuilder discoveries = new StringBuilder();
        for (DiscoveryConfig discovery : job.discoveries()) {
            String key = discovery instanceof DiscoveryConfig.NotBuiltIn other ? other.kind() + "_sd_configs" : "";
            if (effective.remove(key) != null) {
                entry(discoveries, key, written.require(key), 2);
            }
        }
        text.append("- ")
                .append(YamlText.of(effective).strip().replace("\n", "\n  "))
                .append('\n')
                .append(discoveries);
    }

    private static void append(StringBuilder text, YamlNode node, int depth) {
        if (node.isMap()) {
            node.map().forEach((key, value) -> entry(text, key, value, depth));
        } else if (node.isList()) {
            for (YamlNode item : node.list()) {
                text.append(" ".repeat(depth)).append('-');
                child(text, false, item, depth);
            }
        } else {
            text.append(" ".repeat(depth)).append(scalar(node.string())).append('\n');
        }
    }

    private static void entry(StringBuilder text, String key, YamlNode value, int depth) {
        text.append(" ".repeat(depth)).append(scalar(key)).append(':');
        child(text, isSecret(key), value, depth);
    }

    private static void child(StringBuilder text, boolean isSecret, YamlNode value, int depth) {
        if (isSecret && !value.isNull()) {
            text.append(' ').append(REDACTED).append('\n');
        } else if (value.isMap() && !isEmpty(value)
                || value.isList() && !value.list().isEmpty()) {
            text.append('\n');
            append(text, value, depth + 2);
        } else if (value.isMap() || value.isList()) {
            text.append(value.isMap() ? " {}\n" : " []\n");
        } else {
            text.append(' ').append(scalar(value.string())).append('\n');
        }
    }

    private static boolean isEmpty(YamlNode map) {
        int[] count = {0};
        map.map().forEach((key, value) -> count[0]++);
        return count[0] == 0;
    }

    static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        boolean isReference = lower.endsWith("_file") || lower.endsWith("_ref") || lower.endsWith("_url");
        return !isReference
                && (lower.equals("key")
                        || lower.equals("proxy_connect_header")
                        || SECRET_WORDS.stream().anyMatch(lower::contains));
    }

    private static String scalar(String value) {
        String clean = USER_INFO.matcher(value).replaceAll("$1" + REDACTED + "@");
        if (PLAIN.matcher(clean).matches() && !clean.endsWith(" ")) {
            return clean;
        }
        return "\"" + clean.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
