package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.Signal;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.segment.SegmentSink;
import dev.belvedere.platform.segment.SegmentStore;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Sorts the rows of a head into segments by tenant and day and writes them.
final class SegmentFiler<F extends EventFrame<K>, K> {

    static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);

    /// Times all over the place must not make files without end.
    private static final int MAX_DAYS = 16;

    private final Signal signal;
    private final SegmentStore store;
    private final SegmentBuilder<F, K> builder;

    SegmentFiler(Signal signal, SegmentStore store, SegmentBuilder<F, K> builder) {
        this.signal = signal;
        this.store = store;
        this.builder = builder;
    }

    List<SegmentRecord> write(Partition.Frozen<F, K> frozen, int partition) {
        HeadSnapshot<F, K> head = frozen.rows();
        Footer.Origin origin = new Footer.Origin(partition, frozen.start(), frozen.end());
        List<SegmentRecord> records = new ArrayList<>();
        byTenantAndDay(head)
                .forEach((tenantName, days) -> days.forEach((day, rows) -> records.add(writeSegment(
                        new Tenant(tenantName), day, origin, 0, sink -> builder.build(head, rows, sink, origin)))));
        return records;
    }

    private Map<String, TreeMap<Long, IntArrayList>> byTenantAndDay(HeadSnapshot<F, K> head) {
        long[] nanos = builder.filingNanos(head);
        Map<String, TreeMap<Long, IntArrayList>> tenants = new TreeMap<>();
        for (int row = 0; row < head.size(); row++) {
            tenants.computeIfAbsent(head.tenant(row).name(), key -> new TreeMap<>())
                    .computeIfAbsent(Math.floorDiv(nanos[row], DAY_NANOS), key -> new IntArrayList())
                    .add(row);
        }
        for (TreeMap<Long, IntArrayList> days : tenants.values()) {
            while (days.size() > MAX_DAYS) {
                IntArrayList oldest = days.pollFirstEntry().getValue();
                IntArrayList next = days.firstEntry().getValue();
                next.addAll(oldest);
                next.sort(null);
            }
        }
        return tenants;
    }

    /// Writes a segment and says what the catalog shall know of it.
    SegmentRecord writeSegment(Tenant tenant, long day, Footer.Origin origin, int level, RowWriter rows) {
        String key = "%s/%s/%04d-%020d-%020d-%d-%d.bvev"
                .formatted(
                        signal.topic(),
                        tenant.name(),
                        origin.partition(),
                        origin.startOffset(),
                        origin.endOffset(),
                        level,
                        day);
        Footer.Range[] range = {Footer.Range.NONE};
        long size = store.put(key, sink -> range[0] = rows.write(sink));
        return new SegmentRecord(
                key,
                signal.topic(),
                origin.partition(),
                tenant,
                signal.topic(),
                level,
                Math.floorDiv(range[0].minNanos(), 1_000_000),
                Math.floorDiv(range[0].maxNanos(), 1_000_000),
                origin.startOffset(),
                origin.endOffset(),
                size,
                Map.of(
                        "rows", Integer.toString(range[0].rows()),
                        "day", Long.toString(day),
                        "minNanos", Long.toString(range[0].minNanos()),
                        "maxNanos", Long.toString(range[0].maxNanos())));
    }

    /// Writes the rows of one segment.
    interface RowWriter {
        Footer.Range write(SegmentSink sink);
    }
}
