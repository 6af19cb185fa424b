package dev.belvedere.wire.otlp;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.protobuf.ProtobufReader;
import dev.belvedere.wire.remotewrite.SeriesKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The labels that attributes became, by the bytes of the attributes, so that points of one resource which share
/// them (of one metric at several times, or of several metrics) make them once.
final class KnownLabels {

    /// Of one resource; what comes after them is made each time.
    private static final int MAX_SETS = 4096;

    private record Key(long high, long low) {}

    /// @param labels without a metric name, within the limits
    /// @param valueCount how many values of attributes were read for them
    record Known(Labels labels, int valueCount) {}

    private Map<Key, Known> sets = new HashMap<>();
    private final SeriesKey key = new SeriesKey();
    private final SeriesKey pair = new SeriesKey();

    /// Forgets all: the next points are of another resource, or of another scope that adds labels.
    void clear() {
        sets = new HashMap<>();
    }

    void beginPoint() {
        key.clear();
    }

    /// Steps over the attribute in the current field.
    void skipAttribute(ProtobufReader in) {
        in.skipBytes();
        pair.setBytes(in.buffer(), in.valueStart(), in.position());
        key.add(pair);
    }

    /// @return what the attributes became that were stepped over since the point began
    @Nullable
    Known find() {
        return sets.get(new Key(key.high(), key.low()));
    }

    void add(Known known) {
        if (sets.size() < MAX_SETS) {
            sets.put(new Key(key.high(), key.low()), known);
        }
    }
}
