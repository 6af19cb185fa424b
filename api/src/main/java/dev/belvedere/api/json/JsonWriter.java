package dev.belvedere.api.json;

import dev.belvedere.model.labels.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes JSON into one growing byte array. The caller nests correctly; commas are put by the writer.
///
/// Cost: a bounds check and the bytes themselves; nothing on the heap but the array, unless one is given, and
/// for text that is not plain ASCII its UTF-8 bytes. Used by one thread.
public final class JsonWriter {

    private static final int INITIAL_BYTES = 4096;

    /// So many samples are written between two looks at the room that is left.
    private static final int POINTS_AT_ONCE = 64;

    private static final char REPLACEMENT = 0xFFFD;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int size;
    private @Nullable LastLabels lastLabels;

    /// Whether the next value or name is preceded by a comma.
    private boolean needsComma;

    public JsonWriter() {
        this(INITIAL_BYTES);
    }

    public JsonWriter(int initialBytes) {
        this(new byte[Math.max(64, initialBytes)]);
    }

    /// Writes into an array, whatever is in it, as long as it has room.
    public JsonWriter(byte[] room) {
        bytes = room;
    }

    public JsonWriter beginObject() {
        return open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter beginArray() {
        return open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    private JsonWriter open(char bracket) {
        separate();
        reserve(1);
        bytes[size++] = (byte) bracket;
        needsComma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        reserve(1);
        bytes[size++] = (byte) bracket;
        needsComma = true;
        return this;
    }

    private void separate() {
        if (needsComma) {
            reserve(1);
            bytes[size++] = ',';
        }
        needsComma = true;
    }

    public JsonWriter name(String name) {
        separate();
        quoted(name);
        reserve(1);
        bytes[size++] = ':';
        needsComma = false;
        return this;
    }

    public JsonWriter value(String text) {
        separate();
        quoted(text);
        return this;
    }

    public JsonWriter value(long number) {
        separate();
        reserve(DecimalText.MAX_LONG_BYTES);
        size = DecimalText.writeLong(bytes, size, number);
        return this;
    }

    /// A JSON number; what JSON has no number for becomes null.
    public JsonWriter value(double number) {
        separate();
        if (!Double.isFinite(number)) {
            return raw("null");
        }
        reserve(DecimalText.MAX_DOUBLE_BYTES);
        size = DecimalText.writeDouble(bytes, size, number);
        return this;
    }

    public JsonWriter value(boolean flag) {
        separate();
        return raw(flag ? "true" : "false");
    }

    public JsonWriter nullValue() {
        separate();
        return raw("null");
    }

    /// A sample value as Prometheus writes it: a string, so that `NaN` and `+Inf` have a place.
    public JsonWriter sampleValue(double value) {
        separate();
        reserve(DecimalText.MAX_DOUBLE_BYTES + 2);
        bytes[size++] = '"';
        size = DecimalText.writeDouble(bytes, size, value);
        bytes[size++] = '"';
        return this;
    }

    /// A timestamp as Prometheus writes it: seconds with up to three decimals.
    public JsonWriter timestamp(long millis) {
        separate();
        reserve(DecimalText.MAX_LONG_BYTES + 4);
        size = DecimalText.writeSeconds(bytes, size, millis);
        return this;
    }

    /// A sample as Prometheus writes it: its time and its value in an array.
    public JsonWriter point(long millis, double value) {
        separate();
        reserve(PointTexts.MAX_BYTES);
        bytes[size++] = '[';
        size = DecimalText.writeSeconds(bytes, size, millis);
        bytes[size++] = ',';
        needsComma = false;
        sampleValue(value);
        bytes[size++] = ']';
        return this;
    }

    /// The samples from `from` to `to`, exclusive, of a series, at times whose texts are known.
    public JsonWriter points(TimeTexts times, double[] values, int from, int to) {
        for (int begin = from; begin < to; begin += POINTS_AT_ONCE) {
            int end = Math.min(to, begin + POINTS_AT_ONCE);
            separate();
            reserve((end - begin) * PointTexts.MAX_BYTES + ByteWords.BEYOND);
            size = PointTexts.write(times, values, begin, end, bytes, size);
        }
        return this;
    }

    /// Labels as an object: what they share with those written last costs a copy.
    public JsonWriter labels(Labels labels) {
        LastLabels last = lastLabels;
        if (last == null) {
            last = new LastLabels();
            lastLabels = last;
        }
        last.write(this, labels);
        return this;
    }

    /// A name with its value, or a value, as it was written before from a place on.
    JsonWriter repeat(int from, int length) {
        separate();
        return copy(bytes, from, length);
    }

    /// Text that is JSON already, as the next value.
    public JsonWriter rawValue(byte[] json, int offset, int length) {
        separate();
        return copy(json, offset, length);
    }

    /// Bytes as they are, with no comma before them; what follows is separated as after a value.
    public JsonWriter copy(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    private JsonWriter raw(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[size++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    private void quoted(String text) {
        int length = text.length();
        reserve(length + 2);
        bytes[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                escapedTail(text, i);
                return;
            }
            if (c < ' ' || c == '"' || c == '\\') {
                escape(c, length - i);
            } else {
                bytes[size++] = (byte) c;
            }
        }
        bytes[size++] = '"';
    }

    /// Writes one escaped character and makes room for `left` more plain ones and the closing quote.
    private void escape(char c, int left) {
        reserve(left + 8);
        bytes[size++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[size++] = (byte) c;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[c >> 4];
                bytes[size++] = HEX[c & 15];
            }
        }
    }

    /// The rest of a text from its first character beyond ASCII on.
    private void escapedTail(String text, int from) {
        byte[] utf8 = wellFormed(text.substring(from)).getBytes(StandardCharsets.UTF_8);
        reserve(utf8.length + 2);
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b >= 0 && (b < ' ' || b == '"' || b == '\\')) {
                escape((char) b, utf8.length - i);
            } else {
                bytes[size++] = b;
            }
        }
        bytes[size++] = '"';
    }

    /// A lone surrogate, which stands for a byte that is no UTF-8, becomes the character that Go's encoder writes for
    /// one.
    private static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                i++;
                continue;
            }
            mended = mended == null ? new StringBuilder(text) : mended;
            mended.setCharAt(i, REPLACEMENT);
        }
        return mended == null ? text : mended.toString();
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    public int size() {
        return size;
    }

    /// The array written to; the first [#size] bytes count. Given up by the writer if nothing is written
    /// afterwards.
    public byte[] array() {
        return bytes;
    }

    /// Hands over what was written so far and begins anew; for answers that are streamed.
    public void drainTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
        if (lastLabels != null) {
            lastLabels.forget();
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }
}
