package dev.belvedere.model.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Text from outside as a `String` that gives back the very bytes it came from, valid UTF-8 or not.
///
/// A byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte (Python calls this
/// `surrogateescape`); valid UTF-8 never decodes to a lone surrogate, so the way back is unambiguous.
public final class Utf8Text {

    private static final char ESCAPE_BASE = '\uDC00';
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8Text() {}

    public static String decode(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeEscaping(bytes, offset, offset + length);
    }

    public static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                return encodeEscaped(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String decodeEscaping(byte[] bytes, int start, int end) {
        StringBuilder text = new StringBuilder(end - start);
        int at = start;
        while (at < end) {
            int length = sequenceLength(bytes, at, end);
            if (length == 0) {
                text.append((char) (ESCAPE_BASE + (bytes[at] & 0xff)));
                at++;
            } else {
                text.append(new String(bytes, at, length, StandardCharsets.UTF_8));
                at += length;
            }
        }
        return text.toString();
    }

    /// The length of the valid UTF-8 sequence at `at`, 0 if there is none.
    private static int sequenceLength(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xff;
        boolean isOverlongOrSurrogateOrTooLarge = first == 0xe0 && second < 0xa0
                || first == 0xed && second > 0x9f
                || first == 0xf0 && second < 0x90
                || first == 0xf4 && second > 0x8f;
        return isOverlongOrSurrogateOrTooLarge ? 0 : length;
    }

    private static boolean isEscape(String text, int at) {
        char c = text.charAt(at);
        return c >= ESCAPE_BASE + 0x80
                && c <= ESCAPE_BASE + 0xff
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private static byte[] encodeEscaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        int plainStart = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || isEscape(text, i)) {
                bytes.writeBytes(text.substring(plainStart, i).getBytes(StandardCharsets.UTF_8));
                plainStart = i + 1;
                if (i < text.length()) {
                    bytes.write(text.charAt(i) - ESCAPE_BASE);
                }
            }
        }
        return bytes.toByteArray();
    }
}
