package dev.belvedere.eventdb.query;

import dev.belvedere.model.events.TraceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The traces with the latest matches, as many as are wanted. Used by one thread.
final class NewestTraces {

    private record Found(TraceId id, long nanos) {
        static final Comparator<Found> NEWEST_FIRST = Comparator.comparingLong(Found::nanos)
                .reversed()
                .thenComparing(found -> found.id().high(), Long::compareUnsigned)
                .thenComparing(found -> found.id().low(), Long::compareUnsigned);
    }

    private final int limit;
    private final Map<TraceId, Long> latest = new HashMap<>();
    private long lowestNanos = Long.MIN_VALUE;

    NewestTraces(int limit) {
        this.limit = limit;
    }

    void add(TraceId id, long nanos) {
        latest.merge(id, nanos, Math::max);
        if (latest.size() >= 2L * limit + 64) {
            prune();
        }
    }

    /// Matches before this time cannot be among the newest any more.
    long lowestNanos() {
        return lowestNanos;
    }

    private void prune() {
        List<Found> best = best();
        latest.clear();
        best.forEach(found -> latest.put(found.id(), found.nanos()));
        lowestNanos = best.getLast().nanos();
    }

    private List<Found> best() {
        List<Found> all = new ArrayList<>(latest.size());
        latest.forEach((id, nanos) -> all.add(new Found(id, nanos)));
        all.sort(Found.NEWEST_FIRST);
        return all.size() > limit ? new ArrayList<>(all.subList(0, limit)) : all;
    }

    List<TraceId> ids() {
        return best().stream().map(Found::id).toList();
    }
}
