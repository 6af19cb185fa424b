package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Takes apart the name and labels of a text line: `name{a="b"}`, `{"name","l.b"="c"}`. Remembers where the parts
/// stand and makes strings of them only when asked.
///
/// The text format lets blanks stand around every part, as Prometheus also does without the comma between two labels
/// and with a line break inside of quotes; OpenMetrics does not.
final class SeriesLexer {

    private static final int NO_NAME = -1;

    private final byte[] bytes;

    /// How many of the bytes count.
    private final int limit;

    private final boolean isOpenMetrics;

    /// For each label: where its name starts and ends, where its value starts and ends; quotes excluded.
    private int[] spans = new int[64];

    private int labelCount;
    private int nameFrom;
    private int nameTo;

    SeriesLexer(byte[] bytes, int limit, boolean isOpenMetrics) {
        this.bytes = bytes;
        this.limit = limit;
        this.isOpenMetrics = isOpenMetrics;
    }

    /// Lexes the series that starts at `from`.
    ///
    /// @return where it ends, exclusive
    int series(int from) {
        labelCount = 0;
        nameFrom = NO_NAME;
        int at = from;
        if (bytes[at] != '{') {
            nameFrom = at;
            at = nameEnd(at, true);
            nameTo = at;
            int brace = skipOptionalBlanks(at);
            if (brace == limit || bytes[brace] != '{') {
                return at;
            }
            at = brace;
        }
        return labelSet(at);
    }

    /// Lexes the labels of an exemplar: a series that has no name.
    int exemplarLabels(int from) {
        labelCount = 0;
        nameFrom = NO_NAME;
        if (from >= limit || bytes[from] != '{') {
            throw error(from, "expected the labels of an exemplar, found " + found(from));
        }
        int end = labelSet(from);
        if (nameFrom != NO_NAME) {
            throw error(from, "an exemplar has labels, not a metric name");
        }
        return end;
    }

    private int labelSet(int brace) {
        int at = skipOptionalBlanks(brace + 1);
        while (byteAt(at) != '}') {
            int known = labelCount;
            at = skipOptionalBlanks(pair(at));
            if (byteAt(at) == ',') {
                at = skipOptionalBlanks(at + 1);
            } else if (byteAt(at) != '}' && (labelCount == known || !isNextLabel(at))) {
                throw error(at, "expected \",\" or \"}\" after a label, found " + found(at));
            }
        }
        return at + 1;
    }

    private boolean isNextLabel(int at) {
        byte b = byteAt(at);
        return !isOpenMetrics && (b == '"' || isNameByte(b, false, false));
    }

    private int pair(int from) {
        boolean isQuoted = byteAt(from) == '"';
        int start = isQuoted ? from + 1 : from;
        int end = isQuoted ? closingQuote(from) : nameEnd(from, false);
        int at = skipOptionalBlanks(isQuoted ? end + 1 : end);
        if (byteAt(at) == '=') {
            at = skipOptionalBlanks(at + 1);
            if (byteAt(at) != '"') {
                throw error(at, "expected a label value in double quotes, found " + found(at));
            }
            int valueEnd = closingQuote(at);
            addLabel(start, end, at + 1, valueEnd);
            return valueEnd + 1;
        }
        if (!isQuoted) {
            throw error(at, "expected \"=\" after a label name, found " + found(at));
        }
        if (nameFrom != NO_NAME) {
            throw error(from, "the metric has two names");
        }
        nameFrom = start;
        nameTo = end;
        return at;
    }

    private void addLabel(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int at = 4 * labelCount++;
        if (at + 4 > spans.length) {
            spans = Arrays.copyOf(spans, 2 * spans.length);
        }
        spans[at] = nameStart;
        spans[at + 1] = nameEnd;
        spans[at + 2] = valueStart;
        spans[at + 3] = valueEnd;
    }

    /// @return where an unquoted name ends, exclusive
    int nameEnd(int from, boolean isColonAllowed) {
        int at = from;
        while (at < limit && isNameByte(bytes[at], isColonAllowed, at > from)) {
            at++;
        }
        if (at == from) {
            throw error(from, "expected a " + (isColonAllowed ? "metric" : "label") + " name, found " + found(from));
        }
        return at;
    }

    private static boolean isNameByte(byte b, boolean isColonAllowed, boolean isDigitAllowed) {
        return b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b == '_'
                || isDigitAllowed && b >= '0' && b <= '9'
                || isColonAllowed && b == ':';
    }

    /// @param quote where the opening quote stands
    int closingQuote(int quote) {
        int at = quote + 1;
        while (at < limit && bytes[at] != '"' && (bytes[at] != '\n' || !isOpenMetrics)) {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        if (at >= limit || bytes[at] != '"') {
            throw error(quote, "a double quote is not closed");
        }
        return at;
    }

    /// Blanks that OpenMetrics does not know.
    private int skipOptionalBlanks(int from) {
        return isOpenMetrics ? from : skipBlanks(from);
    }

    int skipBlanks(int from) {
        int at = from;
        while (at < limit && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    /// 0 beyond the end.
    private byte byteAt(int at) {
        return at < limit ? bytes[at] : 0;
    }

    /// The metric name last lexed; `""` for none.
    String name() {
        return nameFrom == NO_NAME ? "" : text(nameFrom, nameTo);
    }

    /// The labels last lexed.
    ///
    /// @param numericLabel whose value is written as OpenMetrics writes numbers; `""` for none
    Labels labels(String numericLabel) {
        Labels.Builder builder = new Labels.Builder();
        if (nameFrom != NO_NAME) {
            builder.set(Labels.METRIC_NAME, name());
        }
        for (int i = 0; i < 4 * labelCount; i += 4) {
            String name = text(spans[i], spans[i + 1]);
            if (name.isEmpty()) {
                throw error(spans[i], "a label has an empty name");
            }
            if (!builder.get(name).isEmpty()) {
                throw error(spans[i], "label name \"" + name + "\" is given twice");
            }
            String value = text(spans[i + 2], spans[i + 3]);
            builder.set(name, name.equals(numericLabel) ? Numbers.normalized(value) : value);
        }
        return builder.build();
    }

    /// A metric and the labels last lexed but one, as they are written.
    String key(String metric, String withoutLabel) {
        StringBuilder key = new StringBuilder(metric);
        for (int i = 0; i < 4 * labelCount; i += 4) {
            String name = new String(bytes, spans[i], spans[i + 1] - spans[i], StandardCharsets.ISO_8859_1);
            if (!name.equals(withoutLabel)) {
                key.append('\n').append(name).append('\n');
                key.append(new String(bytes, spans[i + 2], spans[i + 3] - spans[i + 2], StandardCharsets.ISO_8859_1));
            }
        }
        return key.toString();
    }

    /// A string between quotes: `\\`, `\"` and `\n` stand for one character, any other backslash for itself.
    String text(int from, int to) {
        boolean isAscii = true;
        boolean hasEscape = false;
        for (int i = from; i < to; i++) {
            isAscii &= bytes[i] >= 0;
            hasEscape |= bytes[i] == '\\';
        }
        String raw = isAscii ? new String(bytes, from, to - from, StandardCharsets.ISO_8859_1) : utf8(from, to);
        return hasEscape ? unescaped(raw, true) : raw;
    }

    /// The text of a HELP line, in which the text format has no need to escape quotes.
    String help(int from, int to) {
        String text = utf8(from, to);
        return text.indexOf('\\') < 0 ? text : unescaped(text, isOpenMetrics);
    }

    private String utf8(int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error(from, "invalid UTF-8");
        }
    }

    private static String unescaped(String raw, boolean isQuoteEscaped) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            char next = c == '\\' && i + 1 < raw.length() ? raw.charAt(i + 1) : 0;
            if (next == 'n') {
                text.append('\n');
                i++;
            } else if (next == '\\' || next == '"' && isQuoteEscaped) {
                text.append(next);
                i++;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    ExpositionException error(int at, String problem) {
        return ExpositionException.inText(bytes, at, problem);
    }

    /// What stands at a position, for messages.
    String found(int at) {
        if (at >= limit) {
            return "the end";
        }
        int end = at;
        while (end < limit && end < at + 24 && bytes[end] != '\n') {
            end++;
        }
        return end == at ? "the end of the line" : '"' + new String(bytes, at, end - at, StandardCharsets.UTF_8) + '"';
    }
}
