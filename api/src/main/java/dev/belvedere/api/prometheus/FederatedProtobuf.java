package dev.belvedere.api.prometheus;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ProtobufFamilyWriter;
import java.util.Map;

/// The protobuf form of a federation.
final class FederatedProtobuf {

    private FederatedProtobuf() {}

    static String contentType(boolean isUtf8) {
        return ExpositionFormat.PROTOBUF.contentType() + (isUtf8 ? "; escaping=allow-utf-8" : "; escaping=underscores");
    }

    /// A new family begins with each name, and where its series are not all of one sort, as often as that changes.
    static byte[] write(Map<Labels, Federation.Last> found, Federation.FederatedNames names) {
        ProtobufFamilyWriter writer = new ProtobufFamilyWriter();
        String family = "";
        ProtobufFamilyWriter.Type familyType = ProtobufFamilyWriter.Type.UNTYPED;
        for (Map.Entry<Labels, Federation.Last> entry : found.entrySet()) {
            Labels labels = entry.getKey();
            NativeHistogram histogram = entry.getValue().histogram();
            ProtobufFamilyWriter.Type type = histogram == null
                    ? ProtobufFamilyWriter.Type.UNTYPED
                    : histogram.resetHint() == ResetHint.GAUGE
                            ? ProtobufFamilyWriter.Type.GAUGE_HISTOGRAM
                            : ProtobufFamilyWriter.Type.HISTOGRAM;
            if (!labels.metricName().equals(family) || type != familyType) {
                family = labels.metricName();
                familyType = type;
                writer.begin(names.shown(family), type);
            }
            long timestampMillis = entry.getValue().timestampMillis();
            if (histogram == null) {
                writer.untyped(names.pairs(labels), entry.getValue().value(), timestampMillis);
            } else {
                writer.histogram(names.pairs(labels), histogram, timestampMillis);
            }
        }
        return writer.finish();
    }
}
