package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesReader;
import org.jspecify.annotations.Nullable;

/// A column of lines. The first few asked for are put together one by one, since many readers stop early; then all
/// are, which is cheaper by the line. Used by one thread.
public final class LineColumn {

    private final @Nullable TemplateReader templates;
    private static final int MOST_SINGLE = 64;

    private BytesColumn whole;
    private int singles;
    private final long encodedBytes;

    private LineColumn(@Nullable TemplateReader templates, BytesColumn whole, long encodedBytes) {
        this.templates = templates;
        this.whole = whole;
        this.encodedBytes = encodedBytes;
    }

    public static LineColumn of(BytesColumn lines) {
        return new LineColumn(null, lines, 0);
    }

    /// @param from the whole encoded column and nothing else
    public static LineColumn open(BytesReader from, int count) {
        int encodedBytes = from.remaining();
        if (encodedBytes > 0 && from.array()[from.position()] == Encoding.TEMPLATES) {
            from.getByte();
            return new LineColumn(new TemplateReader(from, count), BytesColumn.empty(0), encodedBytes);
        }
        return of(BytesColumns.decode(from, count));
    }

    public String text(int row) {
        TemplateReader reader = templates;
        if (reader == null || whole.size() > 0) {
            return whole.text(row);
        }
        if (singles++ == MOST_SINGLE) {
            whole = reader.lines();
            return whole.text(row);
        }
        return reader.line(row);
    }

    /// All lines that hold every one of the texts, and perhaps others; those left out are empty.
    public BytesColumn linesThatMayContain(byte[][] texts) {
        TemplateReader reader = templates;
        return reader == null ? whole : reader.linesThatMayContain(texts);
    }

    /// What it takes of memory, roughly, once it is decoded: some four times its encoded size.
    public long sizeBytes() {
        return whole.sizeBytes() + 4 * encodedBytes;
    }
}
