package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import java.util.LinkedHashSet;
import java.util.Set;

/// `otlp`: how OpenTelemetry metrics become series.
///
/// @param promotedAttributes resource attributes that become labels
/// @param ignoredAttributes those that do not, where all others do
public record OtlpConfig(
        Set<String> promotedAttributes,
        boolean promotesAllAttributes,
        Set<String> ignoredAttributes,
        Translation translation,
        boolean keepsIdentifyingAttributes,
        boolean convertsHistograms,
        boolean promotesScope,
        boolean sanitizesUnderscores,
        boolean preservesMultipleUnderscores) {

    public static final OtlpConfig DEFAULT = new OtlpConfig(
            Set.of(), false, Set.of(), Translation.UNDERSCORE_ESCAPING_WITH_SUFFIXES, false, false, false, true, true);

    /// `translation_strategy`: what becomes of names.
    public enum Translation {
        UNDERSCORE_ESCAPING_WITH_SUFFIXES("UnderscoreEscapingWithSuffixes", true, true),
        UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES("UnderscoreEscapingWithoutSuffixes", true, false),
        NO_UTF8_ESCAPING_WITH_SUFFIXES("NoUTF8EscapingWithSuffixes", false, true),
        NO_TRANSLATION("NoTranslation", false, false);

        private final String configName;
        private final boolean isEscaping;
        private final boolean hasSuffixes;

        Translation(String configName, boolean isEscaping, boolean hasSuffixes) {
            this.configName = configName;
            this.isEscaping = isEscaping;
            this.hasSuffixes = hasSuffixes;
        }

        /// Whether characters outside the legacy ones become underscores.
        public boolean isEscaping() {
            return isEscaping;
        }

        /// Whether names get suffixes for unit and type.
        public boolean hasSuffixes() {
            return hasSuffixes;
        }
    }

    public OtlpConfig {
        promotedAttributes = Set.copyOf(promotedAttributes);
        ignoredAttributes = Set.copyOf(ignoredAttributes);
    }

    static OtlpConfig read(YamlNode node, NameValidation names) {
        YamlMap map = node.map();
        OtlpConfig config = new OtlpConfig(
                attributes(map, "promote_resource_attributes"),
                map.bool("promote_all_resource_attributes", false),
                attributes(map, "ignore_resource_attributes"),
                map.get("translation_strategy", value -> translation(value, names), DEFAULT.translation),
                map.bool("keep_identifying_resource_attributes", false),
                map.bool("convert_histograms_to_nhcb", false),
                map.bool("promote_scope_metadata", false),
                map.bool("label_name_underscore_sanitization", true),
                map.bool("label_name_preserve_multiple_underscores", true));
        map.rejectUnknown();
        if (config.promotesAllAttributes && !config.promotedAttributes.isEmpty()) {
            throw map.key("promote_resource_attributes")
                    .error("promote_all_resource_attributes and promote_resource_attributes exclude each other");
        }
        if (!config.promotesAllAttributes && !config.ignoredAttributes.isEmpty()) {
            throw map.key("ignore_resource_attributes")
                    .error("ignore_resource_attributes needs promote_all_resource_attributes: true");
        }
        return config;
    }

    private static Set<String> attributes(YamlMap map, String key) {
        Set<String> attributes = new LinkedHashSet<>();
        for (YamlNode node : map.list(key)) {
            String name = node.string().strip();
            if (name.isEmpty()) {
                throw node.error("an empty resource attribute in " + key);
            }
            if (!attributes.add(name)) {
                throw node.error("resource attribute \"" + name + "\" is given twice");
            }
        }
        return attributes;
    }

    private static Translation translation(YamlNode node, NameValidation names) {
        for (Translation translation : Translation.values()) {
            if (translation.configName.equals(node.string())) {
                if (!translation.isEscaping && names == NameValidation.LEGACY) {
                    throw node.error(
                            "translation_strategy " + node.string() + " needs metric_name_validation_scheme: utf8");
                }
                return translation;
            }
        }
        throw node.error("unknown translation_strategy \"" + node.string() + "\"");
    }
}
