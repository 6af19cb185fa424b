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

    /// Double-quotes as Go's `strconv.Quote` does: escapes `\`, `"` and what is not printable, which all spaces but the
    /// usual one are not.
    public static String quote(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        value.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case 7 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case 11 -> text.append("\\v");
                default -> {
                    if (isPrintable(c)) {
                        text.appendCodePoint(c);
                    } else {
                        String form = c < 0x80 ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x";
                        text.append(String.format(form, c));
                    }
                }
            }
        });
        return text.append('"').toString();
    }

    /// A lone surrogate, which stands for a byte that is no UTF-8, is left to the caller.
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }
}
