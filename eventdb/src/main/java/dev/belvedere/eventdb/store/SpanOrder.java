package dev.belvedere.eventdb.store;

import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The spans of one trace in the order of their start, each once.
public final class SpanOrder {

    private static final Comparator<Span> BY_START = Comparator.comparingLong(Span::startNanos)
            .thenComparing(span -> span.id().bits(), Long::compareUnsigned)
            .thenComparing(Span::kind);

    private record Identity(SpanId id, Span.Kind kind) {}

    private SpanOrder() {}

    /// @param spans of one trace, in order of arrival: of a span that came twice the first counts
    public static List<Span> byStart(List<Span> spans) {
        List<Span> distinct = new ArrayList<>(spans.size());
        Set<Identity> seen = new HashSet<>();
        for (Span span : spans) {
            if (seen.add(new Identity(span.id(), span.kind()))) {
                distinct.add(span);
            }
        }
        distinct.sort(BY_START);
        return distinct;
    }
}
