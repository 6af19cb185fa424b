package dev.belvedere.scrape.config;

import java.util.Locale;
import java.util.Optional;

/// How a target is asked to write names outside the legacy characters: `metric_name_escaping_scheme`.
public enum EscapingScheme {
    ALLOW_UTF_8,
    UNDERSCORES,
    DOTS,
    VALUES;

    public String configName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<EscapingScheme> ofConfigName(String name) {
        for (EscapingScheme scheme : values()) {
            if (scheme.configName().equals(name)) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }
}
