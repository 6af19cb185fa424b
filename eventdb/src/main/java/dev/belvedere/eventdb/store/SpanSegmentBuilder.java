package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.SpanRows;
import dev.belvedere.eventdb.segment.SpanSegmentWriter;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.segment.SegmentSink;
import dev.belvedere.storage.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/// Sorts spans by the minute in which their trace starts, trace and start, and drops retries.
final class SpanSegmentBuilder implements SegmentBuilder<SpanFrame, TraceId> {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Comparator<TraceId> BY_ID = Comparator.comparing(TraceId::high, Long::compareUnsigned)
            .thenComparing(TraceId::low, Long::compareUnsigned);

    /// The start of the earliest span of each row's trace.
    @Override
    public long[] filingNanos(HeadSnapshot<SpanFrame, TraceId> head) {
        long[] starts = traceStarts(head);
        long[] nanos = new long[head.size()];
        for (int row = 0; row < nanos.length; row++) {
            nanos[row] = starts[head.keys()[row]];
        }
        return nanos;
    }

    private static long[] traceStarts(HeadSnapshot<SpanFrame, TraceId> head) {
        long[] starts = new long[head.keyList().size()];
        Arrays.fill(starts, Long.MAX_VALUE);
        for (int row = 0; row < head.size(); row++) {
            int key = head.keys()[row];
            starts[key] = Math.min(starts[key], head.nanos()[row]);
        }
        return starts;
    }

    @Override
    public Footer.Range build(
            HeadSnapshot<SpanFrame, TraceId> head, IntArrayList rows, SegmentSink sink, Footer.Origin origin) {
        int[] keys = head.keys();
        long[] traceStarts = traceStarts(head);
        List<HeadSnapshot.Key<TraceId>> keyList = head.keyList();
        int[] sorted = rows.toIntArray();
        IntArrays.quickSort(sorted, (a, b) -> {
            if (keys[a] == keys[b]) {
                return Integer.compare(a, b);
            }
            int byMinute = Long.compare(minute(traceStarts[keys[a]]), minute(traceStarts[keys[b]]));
            return byMinute != 0
                    ? byMinute
                    : BY_ID.compare(
                            keyList.get(keys[a]).key(), keyList.get(keys[b]).key());
        });
        try (SpanSegmentWriter writer = new SpanSegmentWriter(sink, origin)) {
            List<Span> trace = new ArrayList<>();
            for (int i = 0; i < sorted.length; i++) {
                int row = sorted[i];
                trace.add(head.frame(row).span(head.rows()[row]));
                if (i + 1 == sorted.length || keys[sorted[i + 1]] != keys[row]) {
                    writer.addTrace(SpanOrder.byStart(trace));
                    trace.clear();
                }
            }
            return writer.finish();
        }
    }

    private static long minute(long nanos) {
        return Math.floorDiv(nanos, MINUTE_NANOS);
    }

    @Override
    public Footer.Range merge(List<SegmentFile> files, SegmentSink sink, Footer.Origin origin) {
        PriorityQueue<TraceRun> runs = new PriorityQueue<>(TraceRun.ORDER);
        for (int i = 0; i < files.size(); i++) {
            TraceRun run = new TraceRun(files.get(i), i);
            if (run.next()) {
                runs.add(run);
            }
        }
        try (SpanSegmentWriter writer = new SpanSegmentWriter(sink, origin)) {
            List<Span> trace = new ArrayList<>();
            while (true) {
                TraceRun first = runs.poll();
                if (first == null) {
                    writer.addTrace(SpanOrder.byStart(trace));
                    return writer.finish();
                }
                List<Span> part = first.trace();
                if (!trace.isEmpty()
                        && !trace.getFirst().traceId().equals(part.getFirst().traceId())) {
                    writer.addTrace(SpanOrder.byStart(trace));
                    trace.clear();
                }
                trace.addAll(part);
                if (first.next()) {
                    runs.add(first);
                }
            }
        }
    }

    /// The traces of one segment as they follow each other in it.
    private static final class TraceRun {

        static final Comparator<TraceRun> ORDER = Comparator.comparingLong(
                        (TraceRun run) -> minute(run.trace.getFirst().startNanos()))
                .thenComparing(run -> run.trace.getFirst().traceId(), BY_ID)
                .thenComparingInt(run -> run.sequence);

        private final SegmentFile file;
        private final int sequence;
        private int groupIndex;
        private int row;
        private SpanRows group;
        private List<Span> trace = List.of();

        TraceRun(SegmentFile file, int sequence) {
            this.file = file;
            this.sequence = sequence;
            this.group = new SpanRows(file.group(0, QueryBudget.unlimited()));
        }

        List<Span> trace() {
            return trace;
        }

        boolean next() {
            List<Span> spans = new ArrayList<>();
            while (hasRow()
                    && (spans.isEmpty()
                            || group.traceId(row).equals(spans.getFirst().traceId()))) {
                spans.add(group.span(row));
                row++;
            }
            trace = spans;
            return !spans.isEmpty();
        }

        private boolean hasRow() {
            if (row == file.footer().groups().get(groupIndex).rows()) {
                if (groupIndex + 1 == file.footer().groups().size()) {
                    return false;
                }
                groupIndex++;
                row = 0;
                group = new SpanRows(file.group(groupIndex, QueryBudget.unlimited()));
            }
            return true;
        }
    }
}
