package dev.belvedere.tsdb.partition;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A deletion that is kept beside the blocks until they are rewritten.
///
/// It holds for the blocks that end at or before its offset and do not say that it was applied to them.
///
/// @param number higher than that of every tombstone before it
public record Tombstone(
        String key,
        Tenant tenant,
        int partition,
        long number,
        long endOffset,
        List<LabelMatcher> matchers,
        TimeRange range) {

    public static final String KIND = "tombstone";

    /// A block's property: the highest number of the tombstones that were applied to it.
    public static final String APPLIED = "tombstones";

    private static final String NUMBER = "number";

    public Tombstone {
        matchers = List.copyOf(matchers);
    }

    public static Tombstone of(SegmentRecord record) {
        Map<String, String> properties = record.properties();
        List<LabelMatcher> matchers = new ArrayList<>();
        for (int i = 0; properties.containsKey("type." + i); i++) {
            matchers.add(LabelMatcher.of(
                    LabelMatcher.Type.valueOf(properties.getOrDefault("type." + i, "")),
                    properties.getOrDefault("name." + i, ""),
                    properties.getOrDefault("value." + i, "")));
        }
        return new Tombstone(
                record.key(),
                record.tenant(),
                record.partition(),
                Long.parseLong(properties.getOrDefault(NUMBER, "0")),
                record.endOffset(),
                matchers,
                new TimeRange(record.minMillis(), record.maxMillis()));
    }

    public SegmentRecord record(long sizeBytes) {
        Map<String, String> properties = new HashMap<>();
        properties.put(NUMBER, Long.toString(number));
        for (int i = 0; i < matchers.size(); i++) {
            properties.put("type." + i, matchers.get(i).type().name());
            properties.put("name." + i, matchers.get(i).name());
            properties.put("value." + i, matchers.get(i).value());
        }
        return new SegmentRecord(
                key,
                TsdbEnvironment.TOPIC,
                partition,
                tenant,
                KIND,
                0,
                range.startMillis(),
                range.endMillis(),
                0,
                endOffset,
                sizeBytes,
                properties);
    }

    public boolean holdsFor(SegmentRecord block) {
        return block.endOffset() <= endOffset
                && Long.parseLong(block.properties().getOrDefault(APPLIED, "0")) < number
                && range.overlaps(block.minMillis(), block.maxMillis());
    }
}
