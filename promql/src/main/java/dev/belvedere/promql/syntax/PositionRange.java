package dev.belvedere.promql.syntax;

/// Where a piece of an expression stands in the query.
///
/// @param start offset of its first character in the query string
/// @param end offset behind its last character
/// @param line the line of the start, from 1
/// @param column the column of the start in UTF-8 bytes, from 1
/// @param startByte offset of the start in UTF-8 bytes
public record PositionRange(int start, int end, int line, int column, int startByte) {

    /// The first character of a query.
    public static final PositionRange BEGINNING = new PositionRange(0, 0, 1, 1, 0);

    /// From the beginning of one piece to the end of another.
    static PositionRange span(PositionRange first, PositionRange last) {
        return first.endingAt(last.end);
    }

    PositionRange endingAt(int newEnd) {
        return new PositionRange(start, newEnd, line, column, startByte);
    }

    /// Line and column of the start as error messages show them: `1:8`.
    public String lineAndColumn() {
        return line + ":" + column;
    }

    /// Where a piece of plain ASCII begins and ends in UTF-8 bytes, from 0: `5:12`.
    public String bytes() {
        return startByte + ":" + (startByte + end - start);
    }

    /// Follows a query from its beginning and tells lines and columns on the way.
    static final class Tracker {

        private final String query;
        private int at;
        private int line = 1;
        private int column = 1;
        private int bytes;

        Tracker(String query) {
            this.query = query;
        }

        /// @param start not before the start asked for last
        PositionRange range(int start, int end) {
            for (; at < Math.min(start, query.length()); at++) {
                char c = query.charAt(at);
                bytes += utf8Length(c);
                if (c == '\n') {
                    line++;
                    column = 1;
                } else {
                    column += utf8Length(c);
                }
            }
            return new PositionRange(start, end, line, column, bytes);
        }

        /// A surrogate is half of a character of four bytes.
        private static int utf8Length(char c) {
            return c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
    }
}
