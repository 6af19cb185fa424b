package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.wire.otlp.OtlpOptions;
import dev.belvedere.wire.otlp.OtlpOptions.TranslationStrategy;
import java.util.LinkedHashSet;
import java.util.Set;

/// Reads section `otlp`: how OpenTelemetry metrics become series.
final class OtlpConfig {

    private OtlpConfig() {}

    static OtlpOptions read(YamlNode node, NameValidation names) {
        YamlMap map = node.map();
        OtlpOptions defaults = OtlpOptions.DEFAULT;
        OtlpOptions options = new OtlpOptions(
                map.get("translation_strategy", value -> translation(value, names), defaults.translationStrategy()),
                map.bool("promote_all_resource_attributes", defaults.promoteAllResourceAttributes()),
                attributes(map, "promote_resource_attributes"),
                attributes(map, "ignore_resource_attributes"),
                map.bool("keep_identifying_resource_attributes", defaults.keepIdentifyingResourceAttributes()),
                map.bool("convert_histograms_to_nhcb", defaults.convertHistogramsToNhcb()),
                map.bool("promote_scope_metadata", defaults.promoteScopeMetadata()),
                map.bool("label_name_underscore_sanitization", defaults.sanitizesLeadingUnderscore()),
                map.bool("label_name_preserve_multiple_underscores", defaults.preservesMultipleUnderscores()));
        map.rejectUnknown();
        if (options.promoteAllResourceAttributes()
                && !options.promoteResourceAttributes().isEmpty()) {
            throw map.key("promote_resource_attributes")
                    .error("promote_all_resource_attributes and promote_resource_attributes exclude each other");
        }
        if (!options.promoteAllResourceAttributes()
                && !options.ignoreResourceAttributes().isEmpty()) {
            throw map.key("ignore_resource_attributes")
                    .error("ignore_resource_attributes needs promote_all_resource_attributes: true");
        }
        return options;
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

    private static TranslationStrategy translation(YamlNode node, NameValidation names) {
        for (TranslationStrategy translation : TranslationStrategy.values()) {
            if (translation.configName().equals(node.string())) {
                if (!translation.isEscaping() && names == NameValidation.LEGACY) {
                    throw node.error(
                            "translation_strategy " + node.string() + " needs metric_name_validation_scheme: utf8");
                }
                return translation;
            }
        }
        throw node.error("unknown translation_strategy \"" + node.string() + "\"");
    }
}
