package dev.belvedere.promql.syntax;

import dev.belvedere.model.labels.LabelNames;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads quoted strings as the lexer let them through.
final class StringQuotes {

    private static final char INVALID_BYTE = 0xDC00;

    /// The lexer takes it for invalid UTF-8, as Prometheus' does, unless it is escaped.
    private static final char REPLACEMENT = 0xFFFD;

    private StringQuotes() {}

    /// @param quoted in `"`, `'` or backquotes, well-formed
    static String unquote(String quoted) {
        String body = quoted.substring(1, quoted.length() - 1);
        if (quoted.charAt(0) == '`' || body.indexOf('\\') < 0) {
            return body;
        }
        // Escapes may name single bytes of a character, so the text is put together as bytes.
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length());
        int at = 0;
        while (at < body.length()) {
            int c = body.codePointAt(at);
            at += Character.charCount(c);
            if (c != '\\') {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char kind = body.charAt(at++);
            switch (kind) {
                case 'a' -> bytes.write(7);
                case 'b' -> bytes.write('\b');
                case 'f' -> bytes.write('\f');
                case 'n' -> bytes.write('\n');
                case 'r' -> bytes.write('\r');
                case 't' -> bytes.write('\t');
                case 'v' -> bytes.write(11);
                case 'x' -> {
                    bytes.write(Integer.parseInt(body, at, at + 2, 16));
                    at += 2;
                }
                case 'u', 'U' -> {
                    int length = kind == 'u' ? 4 : 8;
                    int codePoint = Integer.parseInt(body, at, at + length, 16);
                    bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                    at += length;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    bytes.write(Integer.parseInt(body, at - 1, at + 2, 8));
                    at += 2;
                }
                default -> bytes.write(kind);
            }
        }
        return decoded(bytes.toByteArray());
    }

    /// The text of UTF-8 bytes. A byte that is none becomes a lone surrogate, so that names made of it
    /// are invalid.
    private static String decoded(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (decoder.decode(in, out, true).isError()) {
            out.put((char) (INVALID_BYTE + (in.get() & 0xFF)));
            decoder.reset();
        }
        return out.flip().toString();
    }

    /// Quotes text so that the lexer reads it back.
    static String quote(String text) {
        String quoted = LabelNames.quote(text);
        StringBuilder result = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            boolean isInPair = i > 0 && Character.isHighSurrogate(quoted.charAt(i - 1));
            if (Character.isLowSurrogate(c) && !isInPair) {
                result.append(String.format("\\x%02x", c - INVALID_BYTE));
            } else if (c == REPLACEMENT) {
                result.append("\\ufffd");
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }
}
