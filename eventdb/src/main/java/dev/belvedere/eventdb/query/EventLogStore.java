package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.LogRows;
import dev.belvedere.eventdb.segment.RowGroup;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.store.Duplicates;
import dev.belvedere.eventdb.store.Reading;
import dev.belvedere.eventdb.store.SegmentHandle;
import dev.belvedere.eventdb.store.SignalStore;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogStore;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The log store over heads and segments.
public final class EventLogStore implements LogStore {

    /// What a stream's labels are taken to cost in a list of them.
    private static final int STREAM_BYTES = 160;

    private final SignalStore<LogFrame, Labels> signal;

    public EventLogStore(SignalStore<LogFrame, Labels> signal) {
        this.signal = signal;
    }

    @Override
    public void append(Tenant tenant, List<LogRecord> records) {
        int partitions = signal.partitionCount();
        List<List<LogRecord>> byPartition = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            byPartition.add(new ArrayList<>());
        }
        for (LogRecord record : records) {
            long hash = record.stream().stableHash() ^ tenant.name().hashCode() * 0x9E3779B97F4A7C15L;
            byPartition.get((int) Long.remainderUnsigned(hash, partitions)).add(record);
        }
        signal.append(
                byPartition.stream().map(part -> LogFrame.encode(tenant, part)).toList());
    }

    @Override
    public LogCursor select(Tenant tenant, LogRequest request, QueryBudget budget) {
        Reading<LogFrame, Labels> reading = signal.read(tenant, request.startNanos(), request.endNanos());
        try {
            RowFilter filter = new RowFilter(request);
            Predicate<Labels> isSelected = labels -> matchesAll(request.matchers(), labels);
            List<LogSource> sources = new ArrayList<>();
            for (SegmentHandle handle : reading.segments()) {
                addGroups(handle.file(), isSelected, request, filter, budget, sources);
            }
            for (HeadSnapshot<LogFrame, Labels> head : reading.heads()) {
                boolean[] isWanted = wantedKeys(head, tenant, isSelected);
                long bound = filter.isBackward() ? Long.MAX_VALUE : Long.MIN_VALUE;
                sources.add(new LogSource(() -> HeadLogs.load(head, isWanted, filter, budget), bound, sources.size()));
            }
            return new MergedLogs(reading, sources, filter.isBackward(), budget);
        } catch (RuntimeException e) {
            reading.close();
            throw e;
        }
    }

    private static boolean matchesAll(List<LabelMatcher> matchers, Labels labels) {
        for (LabelMatcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    private static void addGroups(
            SegmentFile file,
            Predicate<Labels> isSelected,
            LogRequest request,
            RowFilter filter,
            QueryBudget budget,
            List<LogSource> sources) {
        Footer footer = file.footer();
        boolean[] isWanted = new boolean[footer.streams().size()];
        for (int i = 0; i < isWanted.length; i++) {
            Footer.Stream stream = footer.streams().get(i);
            isWanted[i] = stream.range().overlaps(request.startNanos(), request.endNanos())
                    && isSelected.test(stream.labels());
        }
        for (int i = 0; i < footer.groups().size(); i++) {
            RowGroup group = footer.groups().get(i);
            if (group.overlaps(request.startNanos(), request.endNanos()) && hasWanted(group, isWanted)) {
                int index = i;
                sources.add(new LogSource(
                        () -> GroupLogs.load(file.group(index, budget), isWanted, filter),
                        filter.isBackward() ? group.maxNanos() : group.minNanos(),
                        sources.size()));
            }
        }
    }

    private static boolean hasWanted(RowGroup group, boolean[] isWanted) {
        for (int stream = group.firstKey(); stream <= group.lastKey() && stream < isWanted.length; stream++) {
            if (isWanted[stream]) {
                return true;
            }
        }
        return false;
    }

    private static boolean[] wantedKeys(
            HeadSnapshot<LogFrame, Labels> head, Tenant tenant, Predicate<Labels> isSelected) {
        boolean[] isWanted = new boolean[head.keyList().size()];
        for (int i = 0; i < isWanted.length; i++) {
            HeadSnapshot.Key<Labels> key = head.keyList().get(i);
            isWanted[i] = key.tenant().equals(tenant) && isSelected.test(key.key());
        }
        return isWanted;
    }

    @Override
    public List<LogRecord> ofTrace(Tenant tenant, TraceId traceId, int limit, QueryBudget budget) {
        List<LogRecord> found = new ArrayList<>();
        if (!traceId.isPresent()) {
            return found;
        }
        try (Reading<LogFrame, Labels> reading = signal.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE)) {
            for (SegmentHandle handle : reading.segments()) {
                addRows(handle.file(), traceId, found, budget);
            }
            for (HeadSnapshot<LogFrame, Labels> head : reading.heads()) {
                for (int row = 0; row < head.size(); row++) {
                    LogFrame frame = head.frame(row);
                    if (frame.traceId(head.rows()[row]).equals(traceId)
                            && head.tenant(row).equals(tenant)) {
                        add(frame.record(head.rows()[row]), found, budget);
                    }
                }
            }
        }
        found.sort(Comparator.comparingLong(LogRecord::timestampNanos));
        Duplicates duplicates = new Duplicates();
        return found.stream().filter(duplicates::isFirst).limit(limit).toList();
    }

    private static void addRows(SegmentFile file, TraceId traceId, List<LogRecord> into, QueryBudget budget) {
        try (GroupCache groups = new GroupCache(file, budget)) {
            IntList rows = file.rowsOfTrace(traceId, groups, budget);
            for (int i = 0; i < rows.size(); i++) {
                GroupReader group = groups.ofRow(rows.getInt(i));
                add(new LogRows(group).record(rows.getInt(i) - group.group().firstRow()), into, budget);
            }
        }
    }

    private static void add(LogRecord record, List<LogRecord> into, QueryBudget budget) {
        budget.holdBytes(EventSizes.bytes(record));
        into.add(record);
    }

    @Override
    public List<Labels> streams(
            Tenant tenant, List<List<LabelMatcher>> anyOf, long startNanos, long endNanos, QueryBudget budget) {
        Set<Labels> streams = new TreeSet<>();
        Predicate<Labels> isSelected = labels -> {
            for (List<LabelMatcher> all : anyOf) {
                if (matchesAll(all, labels)) {
                    return true;
                }
            }
            return false;
        };
        try (Reading<LogFrame, Labels> reading = signal.read(tenant, startNanos, endNanos)) {
            for (HeadSnapshot<LogFrame, Labels> head : reading.heads()) {
                boolean[] isWanted = wantedKeys(head, tenant, isSelected);
                for (int row = 0; row < head.size(); row++) {
                    int key = head.keys()[row];
                    if (isWanted[key] && head.nanos()[row] >= startNanos && head.nanos()[row] < endNanos) {
                        isWanted[key] = false;
                        if (streams.add(head.keyList().get(key).key())) {
                            budget.holdBytes(STREAM_BYTES);
                        }
                    }
                }
            }
            for (SegmentHandle handle : reading.segments()) {
                List<Footer.Stream> table = handle.file().footer().streams();
                for (int i = 0; i < table.size(); i++) {
                    Footer.Stream stream = table.get(i);
                    if (stream.range().overlaps(startNanos, endNanos)
                            && isSelected.test(stream.labels())
                            && !streams.contains(stream.labels())
                            && hasRowWithin(handle.file(), i, startNanos, endNanos, budget)) {
                        budget.holdBytes(STREAM_BYTES);
                        streams.add(stream.labels());
                    }
                }
            }
        }
        return List.copyOf(streams);
    }

    /// Mostly the stream's first or last record lies within; only a gap needs a look at the times.
    private static boolean hasRowWithin(
            SegmentFile file, int stream, long startNanos, long endNanos, QueryBudget budget) {
        Footer footer = file.footer();
        if (footer.streams().get(stream).range().hasEndWithin(startNanos, endNanos)) {
            return true;
        }
        for (int i = 0; i < footer.groups().size(); i++) {
            RowGroup group = footer.groups().get(i);
            if (stream >= group.firstKey() && stream <= group.lastKey() && group.overlaps(startNanos, endNanos)) {
                try (GroupReader reader = file.group(i, budget)) {
                    if (hasRowWithin(new LogRows(reader), stream, startNanos, endNanos)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hasRowWithin(LogRows rows, int stream, long startNanos, long endNanos) {
        long[] times = rows.times();
        for (int row = 0; row < times.length; row++) {
            if (times[row] >= startNanos && times[row] < endNanos && rows.stream(row) == stream) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Statistics statistics(Tenant tenant) {
        long records = 0;
        long bytes = 0;
        Footer.Range range = Footer.Range.NONE;
        Set<Labels> streams = new HashSet<>();
        for (SegmentRecord segment : signal.segments(tenant)) {
            records += Long.parseLong(segment.properties().getOrDefault("rows", "0"));
            bytes += segment.sizeBytes();
        }
        try (Reading<LogFrame, Labels> reading = signal.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE)) {
            for (SegmentHandle handle : reading.segments()) {
                Footer footer = handle.file().footer();
                range = range.with(footer.range().minNanos())
                        .with(footer.range().maxNanos());
                footer.streams().forEach(stream -> streams.add(stream.labels()));
            }
            for (HeadSnapshot<LogFrame, Labels> head : reading.heads()) {
                for (int row = 0; row < head.size(); row++) {
                    if (head.tenant(row).equals(tenant)) {
                        records++;
                        range = range.with(head.nanos()[row]);
                        streams.add(head.keyList().get(head.keys()[row]).key());
                    }
                }
            }
        }
        return range.rows() == 0
                ? new Statistics(0, 0, 0, 0, 0)
                : new Statistics(records, streams.size(), bytes, range.minNanos(), range.maxNanos());
    }
}
