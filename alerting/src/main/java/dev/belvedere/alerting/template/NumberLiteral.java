package dev.belvedere.alerting.template;

import java.util.Optional;

/// Reads numbers as Go writes them: decimal, hexadecimal, octal and binary integers with `_`, and floats.
final class NumberLiteral {

    private NumberLiteral() {}

    static boolean isNumber(String text) {
        return value(text).isPresent();
    }

    /// A `Long` where the text is written as an integer that fits, else a `Double`; empty for no number.
    static Optional<Object> value(String text) {
        boolean isNegative = text.startsWith("-");
        String digits = (isNegative || text.startsWith("+") ? text.substring(1) : text).replace("_", "");
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        int radix = radix(digits);
        try {
            String number = radix == 10 ? digits : digits.substring(radix == 8 && isPlainOctal(digits) ? 1 : 2);
            long value = number.isEmpty() ? 0 : Long.parseLong(isNegative ? "-" + number : number, radix);
            return Optional.of(value);
        } catch (NumberFormatException e) {
            return radix == 10 ? real(text.replace("_", "")) : Optional.empty();
        }
    }

    private static boolean isPlainOctal(String digits) {
        return digits.charAt(1) != 'o' && digits.charAt(1) != 'O';
    }

    private static int radix(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return 10;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            case 'o', 'O' -> 8;
            default -> digits.matches("0[0-7]+") ? 8 : 10;
        };
    }

    private static Optional<Object> real(String text) {
        char last = text.charAt(text.length() - 1);
        if ("0123456789.".indexOf(last) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
