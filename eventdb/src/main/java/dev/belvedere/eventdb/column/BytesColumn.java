package dev.belvedere.eventdb.column;

import dev.belvedere.model.events.Utf8Text;
import java.util.Arrays;

/// A decoded column of byte strings. Value `i` is `bytes` from `starts[i]` to `ends[i]`; values may share bytes.
public record BytesColumn(byte[] bytes, int[] starts, int[] ends) {

    public static BytesColumn empty(int count) {
        return new BytesColumn(new byte[0], new int[count], new int[count]);
    }

    public int size() {
        return starts.length;
    }

    public int length(int index) {
        return ends[index] - starts[index];
    }

    public String text(int index) {
        return Utf8Text.decode(bytes, starts[index], ends[index] - starts[index]);
    }

    public byte[] value(int index) {
        return Arrays.copyOfRange(bytes, starts[index], ends[index]);
    }

    /// What decoding it took of memory, roughly.
    public long sizeBytes() {
        return bytes.length + 8L * starts.length;
    }

    /// Whether any value holds the bytes; may say yes where they straddle two values.
    public boolean mayContain(byte[] wanted) {
        return Substrings.contains(bytes, 0, bytes.length, wanted);
    }
}
