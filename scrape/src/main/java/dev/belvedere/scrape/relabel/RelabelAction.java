package dev.belvedere.scrape.relabel;

import java.util.Locale;
import java.util.Optional;

/// What a relabel rule does.
public enum RelabelAction {
    REPLACE,
    KEEP,
    DROP,
    KEEPEQUAL,
    DROPEQUAL,
    HASHMOD,
    LABELMAP,
    LABELDROP,
    LABELKEEP,
    LOWERCASE,
    UPPERCASE;

    public static Optional<RelabelAction> ofConfigName(String name) {
        for (RelabelAction action : values()) {
            if (action.configName().equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean needsTarget() {
        return switch (this) {
            case REPLACE, KEEPEQUAL, DROPEQUAL, HASHMOD, LOWERCASE, UPPERCASE -> true;
            case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
        };
    }

    boolean isEquality() {
        return this == KEEPEQUAL || this == DROPEQUAL;
    }

    boolean isByLabelName() {
        return this == LABELDROP || this == LABELKEEP;
    }

    boolean isCaseChange() {
        return this == LOWERCASE || this == UPPERCASE;
    }
}
