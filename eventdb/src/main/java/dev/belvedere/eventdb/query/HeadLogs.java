package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;

/// Rows of a head: of wanted streams and within the range.
final class HeadLogs implements LogRowSet {

    /// What a record is taken to cost where its size is not known.
    private static final int RECORD_BYTES = 256;

    private final HeadSnapshot<LogFrame, Labels> head;
    private final int[] rows;
    private final QueryBudget budget;

    private HeadLogs(HeadSnapshot<LogFrame, Labels> head, int[] rows, QueryBudget budget) {
        this.head = head;
        this.rows = rows;
        this.budget = budget;
    }

    /// @param isWanted per key of the head
    static LogRowSet load(
            HeadSnapshot<LogFrame, Labels> head, boolean[] isWanted, RowFilter filter, QueryBudget budget) {
        long[] nanos = head.nanos();
        IntArrayList selected = new IntArrayList();
        for (int row = 0; row < head.size(); row++) {
            if (filter.isInRange(nanos[row]) && isWanted[head.keys()[row]]) {
                selected.add(row);
            }
        }
        int[] rows = selected.toIntArray();
        IntArrays.quickSort(rows, (a, b) -> {
            int byTime = Long.compare(nanos[a], nanos[b]);
            return byTime != 0 ? byTime : Integer.compare(a, b);
        });
        if (filter.isBackward()) {
            IntArrays.reverse(rows);
        }
        return new HeadLogs(head, rows, budget);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public long nanos(int index) {
        return head.nanos()[rows[index]];
    }

    @Override
    public LogRecord record(int index) {
        int row = rows[index];
        LogRecord record = head.frame(row).record(head.rows()[row]);
        budget.chargeBytesRead(RECORD_BYTES + record.line().length());
        return record;
    }

    /// Only row numbers are held; the frames are there anyway.
    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
