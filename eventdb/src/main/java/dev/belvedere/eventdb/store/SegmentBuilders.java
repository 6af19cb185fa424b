package dev.belvedere.eventdb.store;

import dev.belvedere.eventdb.frame.LogFrame;
import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;

/// The two ways in which rows become segments.
public final class SegmentBuilders {

    private SegmentBuilders() {}

    public static SegmentBuilder<LogFrame, Labels> logs() {
        return new LogSegmentBuilder();
    }

    public static SegmentBuilder<SpanFrame, TraceId> spans() {
        return new SpanSegmentBuilder();
    }
}
