package dev.belvedere.wire.otlp;

import dev.belvedere.wire.otlp.OtlpOptions.TranslationStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives OTLP metrics and attributes the names that Prometheus gives them: words joined by `_`, then the unit, then
/// `total` or `ratio`.
final class MetricNames {

    /// What decides of a suffix.
    enum Kind {
        COUNTER,
        GAUGE,
        OTHER
    }

    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("d", "days"),
            Map.entry("h", "hours"),
            Map.entry("min", "minutes"),
            Map.entry("s", "seconds"),
            Map.entry("ms", "milliseconds"),
            Map.entry("us", "microseconds"),
            Map.entry("ns", "nanoseconds"),
            Map.entry("By", "bytes"),
            Map.entry("KiBy", "kibibytes"),
            Map.entry("MiBy", "mebibytes"),
            Map.entry("GiBy", "gibibytes"),
            Map.entry("TiBy", "tibibytes"),
            Map.entry("KBy", "kilobytes"),
            Map.entry("MBy", "megabytes"),
            Map.entry("GBy", "gigabytes"),
            Map.entry("TBy", "terabytes"),
            Map.entry("m", "meters"),
            Map.entry("V", "volts"),
            Map.entry("A", "amperes"),
            Map.entry("J", "joules"),
            Map.entry("W", "watts"),
            Map.entry("g", "grams"),
            Map.entry("Cel", "celsius"),
            Map.entry("Hz", "hertz"),
            Map.entry("1", ""),
            Map.entry("%", "percent"));

    private static final Map<String, String> PER_UNITS =
            Map.of("s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y", "year");

    /// Further ones are made each time.
    private static final int MAX_KNOWN_LABELS = 1024;

    private final OtlpOptions options;
    private final TranslationStrategy strategy;
    private final Map<String, String> labels = new HashMap<>();

    MetricNames(OtlpOptions options) {
        this.options = options;
        this.strategy = options.translationStrategy();
    }

    /// @return none if nothing of the name is left
    Optional<String> metric(String name, String unit, Kind kind) {
        String translated = strategy.isEscaping()
                ? strategy.hasSuffixes() ? escapedWithSuffixes(name, unit, kind) : escaped(name)
                : strategy.hasSuffixes() ? withSuffixes(name, unit, kind) : name;
        boolean isEmpty = strategy.isEscaping()
                ? translated.chars().allMatch(c -> c == '_') && !translated.equals(name)
                : translated.isEmpty();
        return isEmpty || translated.isEmpty() ? Optional.empty() : Optional.of(translated);
    }

    private static String escapedWithSuffixes(String name, String unit, Kind kind) {
        List<String> words = words(name, false);
        addUnit(words, clean(mainUnit(unit)), clean(perUnit(unit)));
        if (kind == Kind.COUNTER) {
            words.removeIf("total"::equals);
            words.add("total");
        }
        if (kind == Kind.GAUGE && unit.equals("1")) {
            words.removeIf("ratio"::equals);
            words.add("ratio");
        }
        return notBeginningWithDigit(String.join("_", words));
    }

    private static String escaped(String name) {
        return notBeginningWithDigit(String.join("_", words(name, true)));
    }

    private static String notBeginningWithDigit(String name) {
        return !name.isEmpty() && Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    private static List<String> words(String name, boolean isUnderscoreWithin) {
        List<String> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= name.length(); i++) {
            boolean isWithin = i < name.length()
                    && (isNameCharacter(name.charAt(i)) || isUnderscoreWithin && name.charAt(i) == '_');
            if (isWithin && start < 0) {
                start = i;
            } else if (!isWithin && start >= 0) {
                words.add(name.substring(start, i));
                start = -1;
            }
        }
        return words;
    }

    private static boolean isNameCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':';
    }

    private static void addUnit(List<String> words, String main, String per) {
        String perUnit = per.equals("per_") ? "" : withoutTrailingUnderscore(per);
        if (words.contains(perUnit)) {
            perUnit = "";
        }
        String mainUnit = words.contains(main) ? "" : main;
        if (!perUnit.isEmpty()) {
            mainUnit = withoutTrailingUnderscore(mainUnit);
        }
        if (!mainUnit.isEmpty()) {
            words.add(mainUnit);
        }
        if (!perUnit.isEmpty()) {
            words.add(perUnit);
        }
    }

    private static String withoutTrailingUnderscore(String text) {
        return text.endsWith("_") ? text.substring(0, text.length() - 1) : text;
    }

    private static String mainUnit(String unit) {
        int slash = unit.indexOf('/');
        String main = (slash < 0 ? unit : unit.substring(0, slash)).strip();
        return isAnnotation(main) ? "" : UNITS.getOrDefault(main, main);
    }

    private static String perUnit(String unit) {
        int slash = unit.indexOf('/');
        String per = slash < 0 ? "" : unit.substring(slash + 1).strip();
        return per.isEmpty() || isAnnotation(per) ? "" : "per_" + PER_UNITS.getOrDefault(per, per);
    }

    private static boolean isAnnotation(String unit) {
        return unit.indexOf('{') >= 0 || unit.indexOf('}') >= 0;
    }

    /// A unit as part of a name: other characters become `_`, several of them one, none at the start.
    private static String clean(String unit) {
        StringBuilder cleaned = new StringBuilder(unit.length());
        for (int i = 0; i < unit.length(); i++) {
            char c = unit.charAt(i);
            if (isNameCharacter(c)) {
                cleaned.append(c);
            } else if (cleaned.length() > 0 && cleaned.charAt(cleaned.length() - 1) != '_') {
                cleaned.append('_');
            }
        }
        return cleaned.toString();
    }

    private static String withSuffixes(String name, String unit, Kind kind) {
        String ending = "";
        String base = name;
        if (kind == Kind.GAUGE && unit.equals("1")) {
            base = withoutSuffix(base, "ratio");
            ending = "_ratio";
        }
        if (kind == Kind.COUNTER) {
            base = withoutSuffix(base, "total");
            ending = "_total";
        }
        String per = perUnit(unit);
        if (!per.isEmpty()) {
            base = withoutSuffix(base, per);
            ending = "_" + per + ending;
        }
        String main = mainUnit(unit);
        return (main.isEmpty() || base.endsWith(main) ? base : base + "_" + main) + ending;
    }

    /// Takes away a suffix and the delimiter before it.
    private static String withoutSuffix(String name, String suffix) {
        return name.endsWith(suffix) && name.length() > suffix.length() + 1
                ? name.substring(0, name.length() - suffix.length() - 1)
                : name;
    }

    /// The unit as metadata has it, which is escaped also where names are not.
    static String unit(String unit) {
        String main = clean(mainUnit(unit));
        String per = clean(perUnit(unit));
        return withoutTrailingUnderscore(main.isEmpty() || per.isEmpty() ? main + per : main + "_" + per);
    }

    /// The unit as the label `__unit__` has it. Prometheus translates it once more than metadata's, so that what is
    /// left of one may become another.
    static String unitLabel(String unit) {
        String escaped = unit(unit);
        return UNITS.getOrDefault(escaped, escaped);
    }

    /// The label name of an attribute; `""` if nothing of it is left.
    String label(String key) {
        if (!strategy.isEscaping() || key.isEmpty()) {
            return key;
        }
        String known = labels.get(key);
        if (known != null) {
            return known;
        }
        String name = escapedLabel(key);
        if (labels.size() < MAX_KNOWN_LABELS) {
            labels.put(key, name);
        }
        return name;
    }

    private String escapedLabel(String key) {
        StringBuilder name = new StringBuilder(key.length() + 4);
        boolean isOnlyUnderscores = true;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean isValid = isNameCharacter(c) && c != ':';
            isOnlyUnderscores &= !isValid;
            if (isValid) {
                name.append(c);
            } else if (!Character.isLowSurrogate(c)
                    && (options.preservesMultipleUnderscores()
                            || name.isEmpty()
                            || name.charAt(name.length() - 1) != '_')) {
                name.append('_');
            }
        }
        if (isOnlyUnderscores) {
            return "";
        }
        boolean isReserved = key.length() > 4 && key.startsWith("__") && key.endsWith("__");
        if (isReserved && !options.preservesMultipleUnderscores()) {
            name.insert(0, '_').append('_');
        }
        if (Character.isDigit(name.charAt(0))) {
            name.insert(0, "key_");
        } else if (options.sanitizesLeadingUnderscore() && name.charAt(0) == '_' && name.charAt(1) != '_') {
            name.insert(0, "key");
        }
        return name.toString();
    }
}
