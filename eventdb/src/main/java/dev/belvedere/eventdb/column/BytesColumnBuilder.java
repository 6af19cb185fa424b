package dev.belvedere.eventdb.column;

import dev.belvedere.model.events.Utf8Text;
import java.util.Arrays;

/// Collects the values of a bytes column. Used by one thread.
public final class BytesColumnBuilder {

    private byte[] bytes = new byte[256];
    private int size;
    private int[] ends = new int[16];
    private int count;

    public void add(byte[] value) {
        add(value, 0, value.length);
    }

    public void add(byte[] source, int offset, int length) {
        append(source, offset, length);
        endValue();
    }

    /// Adds to the value that [#endValue] will close.
    public void append(byte[] source, int offset, int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, length), 2 * bytes.length));
        }
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    void append(BytesColumn column, int index) {
        append(column.bytes(), column.starts()[index], column.length(index));
    }

    public void endValue() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = size;
    }

    /// What was added since the last [#clear], as one text.
    String openText() {
        return Utf8Text.decode(bytes, 0, size);
    }

    public int count() {
        return count;
    }

    public int sizeBytes() {
        return size;
    }

    public boolean isAllEmpty() {
        return size == 0;
    }

    public void clear() {
        size = 0;
        count = 0;
    }

    /// The column so far; valid until the builder is used again.
    public BytesColumn build() {
        int[] starts = new int[count];
        if (count > 0) {
            System.arraycopy(ends, 0, starts, 1, count - 1);
        }
        return new BytesColumn(bytes, starts, Arrays.copyOf(ends, count));
    }
}
