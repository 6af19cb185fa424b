package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.Signal;
import dev.belvedere.platform.catalog.SegmentRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Merges small neighbours: four segments of one tenant, day and level become one of the next level.
final class Compaction<F extends EventFrame<K>, K> {

    private static final int FAN_IN = 4;
    private static final int MAX_LEVEL = 4;

    private final SegmentFiler<F, K> filer;
    private final SegmentBuilder<F, K> builder;
    private final long maxSegmentBytes;

    Compaction(Signal signal, SignalStore.Platform platform, SegmentBuilder<F, K> builder, long maxSegmentBytes) {
        this.filer = new SegmentFiler<>(signal, platform.segments(), builder);
        this.builder = builder;
        this.maxSegmentBytes = maxSegmentBytes;
    }

    private record Family(String tenant, String day, int partition, int level) {}

    /// @param segments of one partition, by start offset
    /// @return neighbours to merge, by start offset; empty if there are none
    List<SegmentHandle> choose(List<SegmentHandle> segments) {
        Map<Family, List<SegmentHandle>> families = new LinkedHashMap<>();
        for (SegmentHandle handle : segments) {
            SegmentRecord record = handle.record();
            String day = record.properties().getOrDefault("day", "0");
            Family family = new Family(record.tenant().name(), day, record.partition(), record.level());
            families.computeIfAbsent(family, key -> new ArrayList<>()).add(handle);
        }
        for (Map.Entry<Family, List<SegmentHandle>> entry : families.entrySet()) {
            List<SegmentHandle> members = entry.getValue();
            if (entry.getKey().level() < MAX_LEVEL && members.size() >= FAN_IN) {
                List<SegmentHandle> chosen = members.subList(0, FAN_IN);
                long size = chosen.stream()
                        .mapToLong(handle -> handle.record().sizeBytes())
                        .sum();
                if (size <= maxSegmentBytes) {
                    return List.copyOf(chosen);
                }
            }
        }
        return List.of();
    }

    SegmentRecord merge(List<SegmentHandle> inputs) {
        SegmentRecord first = inputs.getFirst().record();
        SegmentRecord last = inputs.getLast().record();
        Footer.Origin origin = new Footer.Origin(first.partition(), first.startOffset(), last.endOffset());
        long day = Long.parseLong(first.properties().getOrDefault("day", "0"));
        inputs.forEach(SegmentHandle::acquire);
        try {
            List<SegmentFile> files = inputs.stream().map(SegmentHandle::file).toList();
            return filer.writeSegment(
                    first.tenant(), day, origin, first.level() + 1, sink -> builder.merge(files, sink, origin));
        } finally {
            inputs.forEach(SegmentHandle::release);
        }
    }
}
