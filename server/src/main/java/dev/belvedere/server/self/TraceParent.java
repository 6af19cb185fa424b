package dev.belvedere.server.self;

import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The W3C trace context of a request: whose trace it belongs to.
record TraceParent(TraceId traceId, SpanId spanId) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}.*");

    static Optional<TraceParent> parse(String header) {
        Matcher matcher = FORM.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        TraceParent parent = new TraceParent(TraceId.ofHex(matcher.group(1)), SpanId.ofHex(matcher.group(2)));
        return parent.traceId().isPresent() && parent.spanId().isPresent() ? Optional.of(parent) : Optional.empty();
    }
}
