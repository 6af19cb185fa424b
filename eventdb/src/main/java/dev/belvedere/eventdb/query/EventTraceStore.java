package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.SpanRows;
import dev.belvedere.eventdb.store.Reading;
import dev.belvedere.eventdb.store.SegmentHandle;
import dev.belvedere.eventdb.store.SignalStore;
import dev.belvedere.eventdb.store.SpanOrder;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The trace store over heads and segments.
public final class EventTraceStore implements TraceStore {

    private final SignalStore<SpanFrame, TraceId> signal;

    public EventTraceStore(SignalStore<SpanFrame, TraceId> signal) {
        this.signal = signal;
    }

    @Override
    public void append(Tenant tenant, List<Span> spans) {
        int partitions = signal.partitionCount();
        List<List<Span>> byPartition = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            byPartition.add(new ArrayList<>());
        }
        for (Span span : spans) {
            long id = span.traceId().high() ^ span.traceId().low();
            long hash = (id ^ tenant.name().hashCode()) * 0x9E3779B97F4A7C15L;
            byPartition
                    .get((int) Long.remainderUnsigned(hash ^ hash >>> 32, partitions))
                    .add(span);
        }
        signal.append(
                byPartition.stream().map(part -> SpanFrame.encode(tenant, part)).toList());
    }

    @Override
    public List<Span> trace(Tenant tenant, TraceId id, QueryBudget budget) {
        try (Reading<SpanFrame, TraceId> reading = signal.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE)) {
            return load(reading, tenant, List.of(id), budget).getFirst();
        }
    }

    @Override
    public List<List<Span>> search(Tenant tenant, TraceSearch search, QueryBudget budget) {
        // One reading for both steps: a trace that is found is also loaded from what was searched.
        try (Reading<SpanFrame, TraceId> reading = signal.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE)) {
            List<TraceId> found = new TraceFinder(tenant, search, budget).find(reading);
            return load(reading, tenant, found, budget);
        }
    }

    /// The spans of each trace, joined from all segments and heads.
    private static List<List<Span>> load(
            Reading<SpanFrame, TraceId> reading, Tenant tenant, List<TraceId> ids, QueryBudget budget) {
        Map<TraceId, List<Span>> traces = new LinkedHashMap<>();
        ids.forEach(id -> traces.put(id, new ArrayList<>()));
        for (SegmentHandle handle : reading.segments()) {
            try (GroupCache groups = new GroupCache(handle.file(), budget)) {
                traces.forEach((id, spans) -> addRows(handle.file(), groups, id, spans, budget));
            }
        }
        for (HeadSnapshot<SpanFrame, TraceId> head : reading.heads()) {
            addRows(head, tenant, traces, budget);
        }
        return traces.values().stream().map(SpanOrder::byStart).toList();
    }

    private static void addRows(SegmentFile file, GroupCache groups, TraceId id, List<Span> into, QueryBudget budget) {
        IntList rows = file.rowsOfTrace(id, groups, budget);
        for (int i = 0; i < rows.size(); i++) {
            GroupReader group = groups.ofRow(rows.getInt(i));
            Span span = new SpanRows(group).span(rows.getInt(i) - group.group().firstRow());
            budget.holdBytes(EventSizes.bytes(span));
            into.add(span);
        }
    }

    private static void addRows(
            HeadSnapshot<SpanFrame, TraceId> head, Tenant tenant, Map<TraceId, List<Span>> traces, QueryBudget budget) {
        boolean[] isWanted = new boolean[head.keyList().size()];
        for (int i = 0; i < isWanted.length; i++) {
            HeadSnapshot.Key<TraceId> key = head.keyList().get(i);
            isWanted[i] = key.tenant().equals(tenant) && traces.containsKey(key.key());
        }
        for (int row = 0; row < head.size(); row++) {
            if (isWanted[head.keys()[row]]) {
                Span span = head.frame(row).span(head.rows()[row]);
                budget.holdBytes(EventSizes.bytes(span));
                budget.check();
                List<Span> spans = traces.get(span.traceId());
                if (spans != null) {
                    spans.add(span);
                }
            }
        }
    }

    @Override
    public Set<String> services(Tenant tenant, long startNanos, long endNanos, QueryBudget budget) {
        Set<String> services = new TreeSet<>();
        for (Operation operation : operations(tenant, "", startNanos, endNanos, budget)) {
            services.add(operation.service());
        }
        return services;
    }

    @Override
    public Set<Operation> operations(
            Tenant tenant, String service, long startNanos, long endNanos, QueryBudget budget) {
        try (Reading<SpanFrame, TraceId> reading = signal.read(tenant, startNanos, endNanos)) {
            return new OperationFinder(tenant, service, startNanos, endNanos, budget).find(reading);
        }
    }

    @Override
    public Statistics statistics(Tenant tenant) {
        long spans = 0;
        long bytes = 0;
        Footer.Range range = Footer.Range.NONE;
        long traceCount = 0;
        for (SegmentRecord segment : signal.segments(tenant)) {
            spans += Long.parseLong(segment.properties().getOrDefault("rows", "0"));
            bytes += segment.sizeBytes();
        }
        try (Reading<SpanFrame, TraceId> reading = signal.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE)) {
            for (SegmentHandle handle : reading.segments()) {
                Footer footer = handle.file().footer();
                range = range.with(footer.range().minNanos())
                        .with(footer.range().maxNanos());
                traceCount += footer.idEntries();
            }
            for (HeadSnapshot<SpanFrame, TraceId> head : reading.heads()) {
                for (int row = 0; row < head.size(); row++) {
                    if (head.tenant(row).equals(tenant)) {
                        spans++;
                        range = range.with(head.nanos()[row]);
                    }
                }
                for (HeadSnapshot.Key<TraceId> trace : head.keyList()) {
                    traceCount += trace.tenant().equals(tenant) ? 1 : 0;
                }
            }
        }
        return range.rows() == 0
                ? new Statistics(0, 0, 0, 0, 0)
                : new Statistics(spans, traceCount, bytes, range.minNanos(), range.maxNanos());
    }
}
