package dev.belvedere.api.http;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.platform.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a handler tells of its work while it does it: the phases of a query, how much it read. Becomes a trace.
///
/// Used by the request's thread.
public final class RequestTrace {

    /// A part of the work.
    ///
    /// @param startNanos elapsed time, as `TimeSource.nanoTime` tells it
    public record Phase(String name, long startNanos, long durationNanos) {}

    private static final int MAX_PHASES = 100;

    private final TimeSource time;
    private Attributes.@Nullable Builder attributes;
    private final List<Phase> phases = new ArrayList<>(0);

    public RequestTrace(TimeSource time) {
        this.time = time;
    }

    /// Does a part of the work under a name.
    public <T> T phase(String name, Supplier<T> work) {
        long start = time.nanoTime();
        try {
            return work.get();
        } finally {
            if (phases.size() < MAX_PHASES) {
                phases.add(new Phase(name, start, time.nanoTime() - start));
            }
        }
    }

    public void attribute(String key, String value) {
        if (attributes == null) {
            attributes = Attributes.builder();
        }
        attributes.put(key, value);
    }

    public Attributes attributes() {
        return attributes == null ? Attributes.EMPTY : attributes.build();
    }

    public List<Phase> phases() {
        return List.copyOf(phases);
    }
}
