package dev.belvedere.alerting.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Go's `fmt`: `Sprintf`, `Sprint` and `Sprintln` over template values, with Go's complaints inside the text.
final class GoFormat {

    /// Beyond this a width or precision is an error in Go too.
    private static final int MAX_WIDTH = 1_000_000;

    private final String format;
    private final List<Object> operands;
    private final int maxChars;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;
    private boolean isReordered;

    private boolean isLeft;
    private boolean isPlus;
    private boolean isSharp;
    private boolean isSpaced;
    private boolean isZero;
    private int width;
    private int precision;

    private GoFormat(String format, List<Object> operands, int maxChars) {
        this.format = format;
        this.operands = operands;
        this.maxChars = maxChars;
    }

    /// @param maxChars a longer result is a [TemplateFailure]
    static String sprintf(String format, List<Object> operands, int maxChars) {
        return new GoFormat(format, operands, maxChars).run();
    }

    /// Operands with a space between two of which neither is text.
    static String sprint(List<Object> operands) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < operands.size(); i++) {
            if (i > 0 && !(operands.get(i) instanceof String) && !(operands.get(i - 1) instanceof String)) {
                text.append(' ');
            }
            text.append(GoValues.print(operands.get(i)));
        }
        return text.toString();
    }

    static String sprintln(List<Object> operands) {
        return String.join(" ", operands.stream().map(GoValues::print).toList()) + "\n";
    }

    static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String run() {
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                out.append(c);
            } else {
                directive();
            }
            if (out.length() > maxChars) {
                throw new TemplateFailure("printf writes more than " + maxChars + " characters");
            }
        }
        if (!isReordered && next < operands.size()) {
            extraOperands();
        }
        return out.toString();
    }

    private void extraOperands() {
        out.append("%!(EXTRA ");
        for (int i = next; i < operands.size(); i++) {
            out.append(i > next ? ", " : "").append(described(operands.get(i)));
        }
        out.append(')');
    }

    private static String described(Object value) {
        return value == NoValue.NO_VALUE ? "<nil>" : GoValues.typeName(value) + "=" + GoValues.print(value);
    }

    private void directive() {
        flags();
        index();
        width = number();
        if (width < -1) {
            isLeft = true;
            width = -width;
        }
        precision = -1;
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            index();
            precision = Math.max(number(), 0);
        }
        index();
        if (at >= format.length()) {
            out.append("%!(NOVERB)");
            return;
        }
        int verb = format.codePointAt(at);
        at += Character.charCount(verb);
        if (verb == '%') {
            out.append('%');
        } else if (next < 0 || next >= operands.size()) {
            out.append("%!").appendCodePoint(verb).append(next < 0 ? "(BADINDEX)" : "(MISSING)");
        } else {
            value(verb, operands.get(next++));
        }
    }

    private void flags() {
        isLeft = false;
        isPlus = false;
        isSharp = false;
        isSpaced = false;
        isZero = false;
        for (; at < format.length(); at++) {
            switch (format.charAt(at)) {
                case '-' -> isLeft = true;
                case '+' -> isPlus = true;
                case '#' -> isSharp = true;
                case ' ' -> isSpaced = true;
                case '0' -> isZero = true;
                default -> {
                    return;
                }
            }
        }
    }

    /// `[n]`: the operand that comes next, counted from 1.
    private void index() {
        if (at >= format.length() || format.charAt(at) != '[') {
            return;
        }
        isReordered = true;
        int end = format.indexOf(']', at);
        if (end < 0) {
            next = Integer.MIN_VALUE;
            at++;
            return;
        }
        String digits = format.substring(at + 1, end);
        at = end + 1;
        boolean isNumber = digits.matches("\\d{1,6}");
        next = isNumber ? Integer.parseInt(digits) - 1 : Integer.MIN_VALUE;
        if (next >= operands.size()) {
            next = Integer.MIN_VALUE;
        }
    }

    /// A width or precision: digits, `*`, or -1 for none.
    private int number() {
        if (at < format.length() && format.charAt(at) == '*') {
            at++;
            boolean isGiven = next >= 0 && next < operands.size();
            if (isGiven && operands.get(next++) instanceof Long given && Math.abs(given) <= MAX_WIDTH) {
                return (int) (long) given;
            }
            out.append("%!(BADWIDTH)");
            return -1;
        }
        int start = at;
        while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
            at++;
        }
        if (at == start) {
            return -1;
        }
        return at - start > 7 ? MAX_WIDTH : Math.min(MAX_WIDTH, Integer.parseInt(format.substring(start, at)));
    }

    private void value(int verb, Object value) {
        if (verb == 'T') {
            pad(GoValues.typeName(value));
            return;
        }
        if (verb == 'v' && !isSharp && (value instanceof String || !(value instanceof Number))) {
            pad(GoValues.print(value));
            return;
        }
        String text = switch (value) {
            case Boolean flag -> verb == 't' || verb == 'v' ? flag.toString() : "";
            case Long number -> integer(verb, number);
            case Double number -> real(verb, number);
            case String string -> text(verb, string);
            default -> other(verb, value);
        };
        if (text.isEmpty() && !(value instanceof String)) {
            out.append("%!")
                    .appendCodePoint(verb)
                    .append('(')
                    .append(described(value))
                    .append(')');
        } else if (value instanceof Number) {
            padNumber(text);
        } else {
            pad(text);
        }
    }

    /// Empty for a verb that integers do not have.
    private String integer(int verb, long number) {
        String sign = number < 0 ? "-" : isPlus ? "+" : isSpaced ? " " : "";
        String digits = number < 0 ? Long.toUnsignedString(-number) : Long.toString(number);
        return switch (verb) {
            case 'd', 'v' -> sign + minimum(digits);
            case 'b' -> sign + (isSharp ? "0b" : "") + minimum(Long.toUnsignedString(Math.abs(number), 2));
            case 'o' -> sign + (isSharp ? "0" : "") + minimum(Long.toUnsignedString(Math.abs(number), 8));
            case 'O' -> sign + "0o" + minimum(Long.toUnsignedString(Math.abs(number), 8));
            case 'x' -> sign + (isSharp ? "0x" : "") + minimum(Long.toUnsignedString(Math.abs(number), 16));
            case 'X' ->
                sign
                        + (isSharp ? "0X" : "")
                        + minimum(Long.toUnsignedString(Math.abs(number), 16).toUpperCase(Locale.ROOT));
            case 'c' -> Character.toString(rune(number));
            case 'q' -> quoteRune(rune(number));
            case 'U' -> "U+%04X".formatted(number);
            default -> "";
        };
    }

    private String minimum(String digits) {
        return "0".repeat(Math.max(0, precision - digits.length())) + digits;
    }

    private static int rune(long number) {
        return number >= 0 && number <= Character.MAX_CODE_POINT ? (int) number : 0xFFFD;
    }

    /// Empty for a verb that floats do not have.
    private String real(int verb, double number) {
        String text = switch (verb) {
            case 'v', 'g' -> GoFloat.format(number, 'g', precision);
            case 'G' -> GoFloat.format(number, 'G', precision);
            case 'e' -> GoFloat.format(number, 'e', precision < 0 ? 6 : precision);
            case 'E' -> GoFloat.format(number, 'E', precision < 0 ? 6 : precision);
            case 'f', 'F' -> GoFloat.format(number, 'f', precision < 0 ? 6 : precision);
            default -> "";
        };
        if (text.isEmpty() || text.startsWith("-") || text.startsWith("+")) {
            return text;
        }
        return (isPlus ? "+" : isSpaced ? " " : "") + text;
    }

    private String text(int verb, String string) {
        String cut = precision >= 0 && string.codePointCount(0, string.length()) > precision
                ? string.substring(0, string.offsetByCodePoints(0, precision))
                : string;
        return switch (verb) {
            case 's' -> cut;
            case 'q', 'v' -> isSharp && verb == 'q' && cut.indexOf('`') < 0 ? '`' + cut + '`' : quote(cut);
            case 'x' -> hex(cut);
            case 'X' -> hex(cut).toUpperCase(Locale.ROOT);
            default -> "%!" + Character.toString(verb) + "(string=" + string + ")";
        };
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hex.append("%02x".formatted(b & 0xff));
        }
        return hex.toString();
    }

    private String other(int verb, Object value) {
        boolean isPrintable = value != NoValue.NO_VALUE && (verb == 's' || verb == 'v');
        return isPrintable ? GoValues.print(value) : "";
    }

    private void pad(String text) {
        int missing = width - text.codePointCount(0, text.length());
        String padding = missing <= 0 ? "" : (isZero && !isLeft ? "0" : " ").repeat(missing);
        out.append(isLeft ? text + padding : padding + text);
    }

    /// Zeros go between sign and digits.
    private void padNumber(String text) {
        int missing = width - text.length();
        boolean isSigned = text.startsWith("-") || text.startsWith("+") || text.startsWith(" ");
        boolean isFinite = text.indexOf("Inf") < 0 && text.indexOf("NaN") < 0;
        if (isZero && !isLeft && missing > 0 && isFinite) {
            int digits = isSigned ? 1 : 0;
            out.append(text, 0, digits).append("0".repeat(missing)).append(text, digits, text.length());
        } else {
            String padding = missing <= 0 ? "" : " ".repeat(missing);
            out.append(isLeft ? text + padding : padding + text);
        }
    }

    private static String quoteRune(int rune) {
        if (rune == '\'') {
            return "'\\''";
        }
        String quoted = quote(Character.toString(rune));
        return '\'' + (rune == '"' ? "\"" : quoted.substring(1, quoted.length() - 1)) + '\'';
    }

    /// `strconv.Quote`.
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        quoted.append("\\x%02x".formatted(c));
                    } else if (Character.isISOControl(c) || !Character.isDefined(c)) {
                        quoted.append(c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
