package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.protobuf.ProtobufWriter;

/// Writes the `Histogram` message, which both versions of remote write share: always with float counts, since the
/// model keeps counts as doubles, and with a timestamp.
public final class HistogramMessage {

    private HistogramMessage() {}

    public static void write(ProtobufWriter out, NativeHistogram histogram, long timestampMillis) {
        out.float64(2, histogram.count());
        out.float64(3, histogram.sum());
        out.sint64(4, histogram.schema());
        out.float64(5, histogram.zeroThreshold());
        out.float64(7, histogram.zeroCount());
        writeSpans(out, 8, histogram.negativeSpans());
        out.packedDoubles(10, histogram.negativeCounts());
        writeSpans(out, 11, histogram.positiveSpans());
        out.packedDoubles(13, histogram.positiveCounts());
        out.int64(14, histogram.resetHint().ordinal());
        out.int64(15, timestampMillis);
        if (histogram.hasCustomBounds()) {
            out.packedDoubles(16, histogram.customBounds());
        }
    }

    private static void writeSpans(ProtobufWriter out, int field, int[] spans) {
        for (int i = 0; i < spans.length; i += 2) {
            int span = out.beginMessage(field);
            out.sint64(1, spans[i]);
            out.int64(2, spans[i + 1]);
            out.endMessage(span);
        }
    }
}
