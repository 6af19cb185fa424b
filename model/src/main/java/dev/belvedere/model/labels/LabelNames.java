package dev.belvedere.model.labels;

/// What may be a label or metric name, and how names and values are quoted in text.
public final class LabelNames {

    private LabelNames() {}

    /// `[a-zA-Z_][a-zA-Z0-9_]*`: a label name that needs no quotes.
    public static boolean isLegacyLabelName(String name) {
        return isLegacy(name, false);
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`: a metric name that needs no quotes.
    public static boolean isLegacyMetricName(String name) {
        return isLegacy(name, true);
    }

    /// Any name that is not empty and has no unpaired surrogate is valid UTF-8.
    public static boolean isUtf8Name(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isLegacy(String name, boolean isColonAllowed) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isColonAllowed && c == ':';
            if (!isLetter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// Double-quotes as Go's `strconv.Quote` does for what labels usually hold: escapes `\`, `"` and control
    /// characters.
    public static String quote(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        text.append(String.format("\\x%02x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
