package dev.belvedere.server.config;

import dev.belvedere.platform.yaml.YamlNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A configuration as it is shown to people: every value that may be a secret replaced.
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
    public static String redacted(YamlNode document) {
        StringBuilder text = new StringBuilder();
        if (document.isNull()) {
            return "";
        }
        append(text, document, 0);
        return text.toString();
    }

    private static void append(StringBuilder text, YamlNode node, int depth) {
        if (node.isMap()) {
            node.map().forEach((key, value) -> {
                text.append(" ".repeat(depth)).append(scalar(key)).append(':');
                child(text, isSecret(key), value, depth);
            });
        } else if (node.isList()) {
            for (YamlNode item : node.list()) {
                text.append(" ".repeat(depth)).append('-');
                child(text, false, item, depth);
            }
        } else {
            text.append(" ".repeat(depth)).append(scalar(node.string())).append('\n');
        }
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
