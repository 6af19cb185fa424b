package dev.belvedere.promql.syntax;

/// Where a piece of an expression stands in the query.
///
/// @param start offset of its first character in the query string
/// @param end offset behind its last character
public record PositionRange(int start, int end) {

    /// From the beginning of one piece to the end of another.
    static PositionRange span(PositionRange first, PositionRange last) {
        return new PositionRange(first.start, last.end);
    }

    /// Line and column of the start as error messages show them: `1:8`. Columns count UTF-8 bytes, both count from 1.
    public String lineAndColumn(String query) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(start, query.length()); i++) {
            char c = query.charAt(i);
            if (c == '\n') {
                line++;
                column = 1;
            } else {
                column += utf8Length(c);
            }
        }
        return line + ":" + column;
    }

    /// A surrogate is half of a character of four bytes.
    private static int utf8Length(char c) {
        return c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
