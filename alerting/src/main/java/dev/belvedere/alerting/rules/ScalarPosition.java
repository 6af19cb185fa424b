package dev.belvedere.alerting.rules;

import dev.belvedere.platform.yaml.YamlNode;

/// Finds the place in a file that stands for a character of a YAML string: the string may be plain, quoted, folded
/// or a block, and begin behind an anchor.
///
/// White space changes on the way from the file into the value, all other characters keep their order: they are
/// counted.
final class ScalarPosition {

    private final String source;
    private int at;
    private int line;
    private int column;

    private ScalarPosition(String source, int line, int column) {
        this.source = source;
        this.line = line;
        this.column = column;
        this.at = offsetOf(source, line, column);
    }

    /// From 1, in characters.
    record Place(int line, int column) {}

    /// @param source the whole file
    /// @param offset in the value of `scalar`, in characters
    static Place of(String source, YamlNode scalar, int offset) {
        ScalarPosition position = new ScalarPosition(source, scalar.line(), scalar.column());
        String value = scalar.string();
        int solidBefore = 0;
        int solid = 0;
        for (int i = 0; i < value.length(); i++) {
            solid += isSpace(value.charAt(i)) ? 0 : 1;
            solidBefore = i < offset ? solid : solidBefore;
        }
        position.skipProperties();
        position.skipTo(solidBefore, solid);
        return new Place(position.line, position.column);
    }

    private static int offsetOf(String source, int line, int column) {
        int at = 0;
        for (int i = 1; i < line; i++) {
            int end = source.indexOf('\n', at);
            if (end < 0) {
                return source.length();
            }
            at = end + 1;
        }
        return Math.min(source.length(), at + column - 1);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    private void advance() {
        if (source.charAt(at) == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
        at++;
    }

    private boolean hasMore() {
        return at < source.length();
    }

    private void skipSpaces() {
        while (hasMore() && isSpace(source.charAt(at))) {
            advance();
        }
    }

    /// Anchors and tags before the value.
    private void skipProperties() {
        while (hasMore() && (source.charAt(at) == '&' || source.charAt(at) == '!')) {
            while (hasMore() && !isSpace(source.charAt(at))) {
                advance();
            }
            skipSpaces();
        }
    }

    /// @param solid of all characters of the value: behind the last one the space belongs to the file
    private void skipTo(int solidBefore, int solid) {
        if (!hasMore()) {
            return;
        }
        char style = source.charAt(at);
        if (style == '|' || style == '>') {
            while (hasMore() && source.charAt(at) != '\n') {
                advance();
            }
        } else if (style == '"' || style == '\'') {
            advance();
        }
        skipSpaces();
        for (int i = 1; i <= solidBefore && hasMore(); i++) {
            boolean isEscape =
                    style == '"' && source.charAt(at) == '\\' || style == '\'' && source.startsWith("''", at);
            advance();
            if (isEscape && hasMore()) {
                advance();
            }
            if (i < solid) {
                skipSpaces();
            }
        }
    }
}
