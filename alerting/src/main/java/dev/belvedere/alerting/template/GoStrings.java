package dev.belvedere.alerting.template;

/// Reads Go's quoted strings and characters.
final class GoStrings {

    private GoStrings() {}

    /// @param quoted with its quotes
    /// @throws IllegalArgumentException for an escape that Go does not have
    static String unquote(String quoted) {
        String inner = quoted.substring(1, quoted.length() - 1);
        if (inner.indexOf('\\') < 0) {
            return inner;
        }
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < inner.length()) {
            char c = inner.charAt(at++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = inner.charAt(at++);
            int digits = hexDigits(escape);
            if (digits > 0) {
                text.appendCodePoint(number(inner, at, digits, 16));
                at += digits;
            } else if (escape >= '0' && escape <= '7') {
                text.appendCodePoint(number(inner, at - 1, 3, 8));
                at += 2;
            } else {
                text.append(simple(escape, quoted.charAt(0)));
            }
        }
        return text.toString();
    }

    private static int hexDigits(char escape) {
        return switch (escape) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
        };
    }

    private static int number(String text, int at, int digits, int radix) {
        if (at + digits > text.length()) {
            throw new IllegalArgumentException("invalid syntax");
        }
        int value = Integer.parseInt(text.substring(at, at + digits), radix);
        if (!Character.isValidCodePoint(value)) {
            throw new IllegalArgumentException("invalid syntax");
        }
        return value;
    }

    private static char simple(char escape, char quote) {
        if (escape == quote) {
            return quote;
        }
        return switch (escape) {
            case 'a' -> (char) 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> (char) 11;
            case '\\' -> '\\';
            default -> throw new IllegalArgumentException("invalid syntax");
        };
    }
}
