package dev.belvedere.api.prometheus;

/// Label names that paths cannot hold: `U__` and then `_` as `__`, other characters as `_` hex `_`.
final class EscapedNames {

    private static final String PREFIX = "U__";
    private static final int MAX_DIGITS = 6;

    private EscapedNames() {}

    /// @return the name as it is if it is not escaped, or not well
    static String unescaped(String name) {
        if (!name.startsWith(PREFIX)) {
            return name;
        }
        StringBuilder result = new StringBuilder();
        int at = PREFIX.length();
        while (at < name.length()) {
            char c = name.charAt(at++);
            if (c != '_') {
                result.append(c);
                continue;
            }
            int end = name.indexOf('_', at);
            if (end < 0) {
                return name;
            }
            String code = name.substring(at, end);
            if (code.isEmpty()) {
                result.append('_');
            } else if (code.length() <= MAX_DIGITS && code.matches("[0-9a-fA-F]+") && isCharacter(code)) {
                result.appendCodePoint(Integer.parseInt(code, 16));
            } else {
                return name;
            }
            at = end + 1;
        }
        return result.toString();
    }

    private static boolean isCharacter(String code) {
        int value = Integer.parseInt(code, 16);
        return value <= Character.MAX_CODE_POINT
                && !(value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE);
    }
}
