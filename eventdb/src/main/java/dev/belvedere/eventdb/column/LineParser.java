package dev.belvedere.eventdb.column;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/// Finds the variables of a line: what has a digit, and what stands after `=` or after a JSON key. Used by one thread.
///
/// Where exactly a variable begins and ends decides only how well lines compress: a wrong guess costs bytes, never
/// content. The line is what the fixed parts and variables give when joined.
final class LineParser {

    private static final int MAX_VARIABLES = 128;
    private static final int MAX_QUOTED = 256;
    private static final int MIN_HEX_DIGITS = 8;
    private static final int UUID_LENGTH = 36;

    private static final byte WORD = 1;
    private static final byte DIGIT = 2;
    private static final byte HEX = 4;
    private static final byte[] CLASSES = classes();

    private final IntArrayList starts = new IntArrayList();
    private final IntArrayList ends = new IntArrayList();

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean isDigit = c >= '0' && c <= '9';
            boolean isHex = isDigit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80;
            boolean isWord = isDigit || isLetter || c == '.' || c == '-' || c == '_' || c == '/';
            classes[c] = (byte) ((isWord ? WORD : 0) | (isDigit ? DIGIT : 0) | (isHex ? HEX : 0));
        }
        return classes;
    }

    private static int classOf(byte b) {
        return CLASSES[b & 0xff];
    }

    /// Variables of the last line as positions in its bytes, ascending, none empty, not touching each other.
    IntArrayList starts() {
        return starts;
    }

    IntArrayList ends() {
        return ends;
    }

    void parse(byte[] bytes, int start, int end) {
        starts.clear();
        ends.clear();
        int at = start;
        while (at < end && starts.size() < MAX_VARIABLES) {
            byte b = bytes[at];
            if (b == '"' && isAfterKey(bytes, start, at)) {
                at = quoted(bytes, at + 1, end);
            } else if ((classOf(b) & WORD) != 0) {
                at = word(bytes, start, at, end);
            } else {
                at++;
            }
        }
    }

    /// Whether a value begins at `at`: after `=` or `:`.
    private static boolean isAfterKey(byte[] bytes, int start, int at) {
        int before = at - 1;
        if (before >= start && bytes[before] == ' ') {
            before--;
        }
        return before >= start
                && (bytes[before] == ':' && before > start && bytes[before - 1] == '"' || bytes[before] == '=');
    }

    /// Takes a quoted value without its quotes as a variable.
    ///
    /// @return where to go on
    private int quoted(byte[] bytes, int start, int end) {
        int limit = Math.min(end, start + MAX_QUOTED);
        for (int at = start; at < limit; at++) {
            if (bytes[at] == '"') {
                add(start, at);
                return at + 1;
            }
            if (bytes[at] == '\\') {
                break;
            }
        }
        return start;
    }

    private int word(byte[] bytes, int lineStart, int start, int lineEnd) {
        int end = start;
        int all = 0;
        while (end < lineEnd && (classOf(bytes[end]) & WORD) != 0) {
            all |= classOf(bytes[end]);
            end++;
        }
        int next = end;
        while (end > start && (bytes[end - 1] == '.' || bytes[end - 1] == '-')) {
            end--;
        }
        if ((all & DIGIT) != 0) {
            add(variableStart(bytes, start, end), end);
        } else if (isAfterKey(bytes, lineStart, start)) {
            add(start, end);
        }
        return next;
    }

    /// A word that ends in an id or a number after a hyphen has its first part in common with others.
    private static int variableStart(byte[] bytes, int start, int end) {
        if (end - start == UUID_LENGTH) {
            return start;
        }
        int hyphen = end - 1;
        while (hyphen > start && bytes[hyphen] != '-') {
            hyphen--;
        }
        if (hyphen == start || hyphen + 1 == end) {
            return start;
        }
        int all = HEX | DIGIT;
        for (int i = hyphen + 1; i < end; i++) {
            all &= classOf(bytes[i]);
        }
        boolean isNumber = (all & DIGIT) != 0;
        boolean isId = (all & HEX) != 0 && end - hyphen - 1 >= MIN_HEX_DIGITS;
        return (isNumber || isId) && !hasDigit(bytes, start, hyphen) ? hyphen + 1 : start;
    }

    private static boolean hasDigit(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if ((classOf(bytes[i]) & DIGIT) != 0) {
                return true;
            }
        }
        return false;
    }

    private void add(int start, int end) {
        if (end > start) {
            starts.add(start);
            ends.add(end);
        }
    }
}
