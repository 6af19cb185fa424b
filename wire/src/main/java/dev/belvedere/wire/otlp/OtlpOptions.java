package dev.belvedere.wire.otlp;

import java.util.Set;

/// How OTLP metrics become series: the section `otlp` of a Prometheus configuration.
///
/// @param promoteAllResourceAttributes make every resource attribute a label, except the ignored ones
/// @param promoteResourceAttributes resource attributes that become labels of every series
/// @param ignoreResourceAttributes exceptions to `promoteAllResourceAttributes`
/// @param keepIdentifyingResourceAttributes keep `service.*` on `target_info` besides `job` and `instance`
/// @param convertHistogramsToNhcb keep explicit-bucket histograms as native histograms with custom buckets
/// @param promoteScopeMetadata make the instrumentation scope `otel_scope_*` labels
/// @param sanitizesLeadingUnderscore put `key` before a label name that begins with one `_`, where names are escaped
/// @param preservesMultipleUnderscores keep runs of `_` in label names, where names are escaped
public record OtlpOptions(
        TranslationStrategy translationStrategy,
        boolean promoteAllResourceAttributes,
        Set<String> promoteResourceAttributes,
        Set<String> ignoreResourceAttributes,
        boolean keepIdentifyingResourceAttributes,
        boolean convertHistogramsToNhcb,
        boolean promoteScopeMetadata,
        boolean sanitizesLeadingUnderscore,
        boolean preservesMultipleUnderscores) {

    public static final OtlpOptions DEFAULT = new OtlpOptions(
            TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES,
            false,
            Set.of(),
            Set.of(),
            false,
            false,
            false,
            true,
            true);

    public OtlpOptions {
        promoteResourceAttributes = Set.copyOf(promoteResourceAttributes);
        ignoreResourceAttributes = Set.copyOf(ignoreResourceAttributes);
    }

    /// What becomes of characters that no Prometheus name had before 3.0, and whether unit and type are appended.
    public enum TranslationStrategy {
        UNDERSCORE_ESCAPING_WITH_SUFFIXES("UnderscoreEscapingWithSuffixes", true, true),
        UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES("UnderscoreEscapingWithoutSuffixes", true, false),
        NO_UTF8_ESCAPING_WITH_SUFFIXES("NoUTF8EscapingWithSuffixes", false, true),
        NO_TRANSLATION("NoTranslation", false, false);

        private final String configName;
        private final boolean isEscaping;
        private final boolean hasSuffixes;

        TranslationStrategy(String configName, boolean isEscaping, boolean hasSuffixes) {
            this.configName = configName;
            this.isEscaping = isEscaping;
            this.hasSuffixes = hasSuffixes;
        }

        /// As `translation_strategy` has it.
        public String configName() {
            return configName;
        }

        public boolean isEscaping() {
            return isEscaping;
        }

        public boolean hasSuffixes() {
            return hasSuffixes;
        }
    }
}
