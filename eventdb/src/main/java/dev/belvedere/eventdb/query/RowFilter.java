package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.column.Substrings;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.storage.events.LogRequest;

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

    byte[][] texts() {
        return texts;
    }

    boolean hasTexts(byte[] bytes, int start, int end) {
        for (byte[] text : texts) {
            if (!Substrings.contains(bytes, start, end, text)) {
                return false;
            }
        }
        return true;
    }
}
