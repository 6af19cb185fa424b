package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.column.BytesColumn;
import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.LogRows;
import dev.belvedere.model.events.LogRecord;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;

/// Rows of a row group: of wanted streams, within the range, with the required texts in their lines.
final class GroupLogs implements LogRowSet {

    private final GroupReader reader;
    private final LogRows group;
    private final int[] rows;

    private GroupLogs(GroupReader reader, LogRows group, int[] rows) {
        this.reader = reader;
        this.group = group;
        this.rows = rows;
    }

    /// @param isWanted per stream of the segment
    static LogRowSet load(GroupReader reader, boolean[] isWanted, RowFilter filter) {
        LogRows group = new LogRows(reader);
        long[] times = group.times();
        boolean isOneStream = reader.group().firstKey() == reader.group().lastKey();
        IntArrayList selected = new IntArrayList();
        for (int row = 0; row < times.length; row++) {
            if (filter.isInRange(times[row]) && (isOneStream || isWanted[group.stream(row)])) {
                selected.add(row);
            }
        }
        int[] rows = selected.toIntArray();
        if (filter.hasTexts() && rows.length > 0) {
            rows = withTexts(rows, group.linesThatMayContain(filter.texts()), filter);
        }
        if (!isOneStream) {
            IntArrays.quickSort(rows, (a, b) -> {
                int byTime = Long.compare(times[a], times[b]);
                return byTime != 0 ? byTime : Integer.compare(a, b);
            });
        }
        if (filter.isBackward()) {
            IntArrays.reverse(rows);
        }
        return new GroupLogs(reader, group, rows);
    }

    private static int[] withTexts(int[] rows, BytesColumn lines, RowFilter filter) {
        int size = 0;
        int[] kept = new int[rows.length];
        for (int row : rows) {
            if (filter.hasTexts(lines.bytes(), lines.starts()[row], lines.ends()[row])) {
                kept[size++] = row;
            }
        }
        return Arrays.copyOf(kept, size);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public long nanos(int index) {
        return group.times()[rows[index]];
    }

    @Override
    public LogRecord record(int index) {
        return group.record(rows[index]);
    }

    @Override
    public long heldBytes() {
        return reader.decodedBytes();
    }

    @Override
    public void close() {
        reader.close();
    }
}
