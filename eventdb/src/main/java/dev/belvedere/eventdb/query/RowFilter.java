package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.storage.events.LogRequest;
import java.util.Arrays;

/// What a request asks of a row besides its stream. Immutable.
final class RowFilter {

    private final long startNanos;
    private final long endNanos;
    private final boolean isBackward;
    private final byte[][] texts;

    RowFilter(LogRequest request) {
        this.startNanos = request.startNanos();
        this.endNanos = request.endNanos();
        this.isBackward = request.direction() == LogRequest.Direction.BACKWARD;
        this.texts = request.requiredText().stream()
                .filter(text -> !text.isEmpty())
                .map(Utf8Text::encode)
                .toArray(byte[][]::new);
    }

    boolean isBackward() {
        return isBackward;
    }

    boolean isInRange(long nanos) {
        return nanos >= startNanos && nanos < endNanos;
    }

    boolean hasTexts() {
        return texts.length > 0;
    }

    boolean mayMatch(BytesColumn lines) {
        for (byte[] text : texts) {
            if (!lines.mayContain(text)) {
                return false;
            }
        }
        return true;
    }

    boolean hasTexts(byte[] bytes, int start, int end) {
        for (byte[] text : texts) {
            if (!contains(bytes, start, end, text)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(byte[] bytes, int start, int end, byte[] text) {
        byte first = text[0];
        for (int at = start; at <= end - text.length; at++) {
            if (bytes[at] == first && Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
                return true;
            }
        }
        return false;
    }
}
