package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.LogRows;
import dev.belvedere.eventdb.segment.LogSegmentWriter;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.segment.SegmentSink;
import dev.belvedere.storage.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Sorts log records by stream, time and arrival, and drops retries.
final class LogSegmentBuilder implements SegmentBuilder<LogFrame, Labels> {

    @Override
    public long[] filingNanos(HeadSnapshot<LogFrame, Labels> head) {
        return head.nanos();
    }

    @Override
    public Footer.Range build(
            HeadSnapshot<LogFrame, Labels> head, IntArrayList rows, SegmentSink sink, Footer.Origin origin) {
        int[] ranks = streamRanks(head.keyList());
        int[] keys = head.keys();
        long[] nanos = head.nanos();
        int[] sorted = rows.toIntArray();
        IntArrays.quickSort(sorted, (a, b) -> {
            int byStream = Integer.compare(ranks[keys[a]], ranks[keys[b]]);
            int byTime = byStream != 0 ? byStream : Long.compare(nanos[a], nanos[b]);
            return byTime != 0 ? byTime : Integer.compare(a, b);
        });
        try (LogSegmentWriter writer = new LogSegmentWriter(sink, origin)) {
            Duplicates duplicates = new Duplicates();
            for (int row : sorted) {
                LogRecord record = head.frame(row).record(head.rows()[row]);
                if (duplicates.isFirst(record)) {
                    writer.add(record);
                }
            }
            return writer.finish();
        }
    }

    private static int[] streamRanks(List<HeadSnapshot.Key<Labels>> keys) {
        int[] order = new int[keys.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        IntArrays.quickSort(
                order, (a, b) -> keys.get(a).key().compareTo(keys.get(b).key()));
        int[] ranks = new int[order.length];
        for (int rank = 0; rank < order.length; rank++) {
            ranks[order[rank]] = rank;
        }
        return ranks;
    }

    @Override
    public Footer.Range merge(List<SegmentFile> files, SegmentSink sink, Footer.Origin origin) {
        PriorityQueue<LogRun> runs = new PriorityQueue<>(LogRun.ORDER);
        for (int i = 0; i < files.size(); i++) {
            LogRun run = new LogRun(files.get(i), i);
            if (run.next()) {
                runs.add(run);
            }
        }
        try (LogSegmentWriter writer = new LogSegmentWriter(sink, origin)) {
            Duplicates duplicates = new Duplicates();
            while (true) {
                LogRun first = runs.poll();
                if (first == null) {
                    return writer.finish();
                }
                if (duplicates.isFirst(first.record())) {
                    writer.add(first.record());
                }
                if (first.next()) {
                    runs.add(first);
                }
            }
        }
    }

    /// All rows of one segment, in order.
    private static final class LogRun {

        static final Comparator<LogRun> ORDER = Comparator.comparing((LogRun run) -> run.record().stream())
                .thenComparingLong(run -> run.record().timestampNanos())
                .thenComparingInt(run -> run.sequence);

        private final SegmentFile file;
        private final int sequence;
        private int nextGroup;
        private int row;
        private int rows;
        private LogRows group;
        private LogRecord record = LogRecord.of(Labels.EMPTY, 0, "");

        LogRun(SegmentFile file, int sequence) {
            this.file = file;
            this.sequence = sequence;
            this.group = new LogRows(file.group(0, QueryBudget.unlimited()));
            this.row = -1;
            this.rows = file.footer().groups().getFirst().rows();
            this.nextGroup = 1;
        }

        boolean next() {
            row++;
            if (row == rows) {
                if (nextGroup == file.footer().groups().size()) {
                    return false;
                }
                group = new LogRows(file.group(nextGroup, QueryBudget.unlimited()));
                rows = file.footer().groups().get(nextGroup).rows();
                nextGroup++;
                row = 0;
            }
            record = group.record(row);
            return true;
        }

        LogRecord record() {
            return record;
        }
    }
}
