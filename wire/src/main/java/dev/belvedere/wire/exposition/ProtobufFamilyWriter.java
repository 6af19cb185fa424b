package dev.belvedere.wire.exposition;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Writes samples as a protobuf exposition: families one after the other, each behind its length.
public final class ProtobufFamilyWriter {

    /// The types of families that are written here, with their numbers.
    public enum Type {
        UNTYPED(3),
        HISTOGRAM(4),
        GAUGE_HISTOGRAM(5);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private static final int MORE = 0x80;

    private final ByteArrayOutputStream families = new ByteArrayOutputStream();
    private final ProtobufWriter family = new ProtobufWriter();
    private final ProtobufWriter histogram = new ProtobufWriter();

    /// Begins a family; what is added from now on is in it.
    public void begin(String name, Type type) {
        endFamily();
        family.string(1, name);
        family.int64(3, type.number);
    }

    private void endFamily() {
        int rest = family.size();
        if (rest == 0) {
            return;
        }
        for (; rest >= MORE; rest >>>= 7) {
            families.write(rest & 0x7f | MORE);
        }
        families.write(rest);
        families.write(family.array(), 0, family.size());
        family.clear();
    }

    /// @param labels name, value, ...; values may be empty
    public void untyped(List<String> labels, double value, long timestampMillis) {
        int metric = beginMetric(labels);
        int untyped = family.beginMessage(5);
        family.float64(1, value);
        family.endMessage(untyped);
        endMetric(metric, timestampMillis);
    }

    /// A histogram with exponential buckets as it is, one with custom bounds as a classic histogram, which is what the
    /// format has for it.
    public void histogram(List<String> labels, NativeHistogram value, long timestampMillis) {
        int metric = beginMetric(labels);
        histogram.clear();
        if (value.hasCustomBounds()) {
            classic(value);
        } else {
            exponential(value);
        }
        family.bytes(7, histogram.array(), 0, histogram.size());
        endMetric(metric, timestampMillis);
    }

    private int beginMetric(List<String> labels) {
        int metric = family.beginMessage(4);
        for (int i = 0; i < labels.size(); i += 2) {
            int pair = family.beginMessage(1);
            family.string(1, labels.get(i));
            family.string(2, labels.get(i + 1));
            family.endMessage(pair);
        }
        return metric;
    }

    private void endMetric(int metric, long timestampMillis) {
        family.int64(6, timestampMillis);
        family.endMessage(metric);
    }

    private void exponential(NativeHistogram value) {
        histogram.float64(2, value.sum());
        histogram.float64(4, value.count());
        histogram.sint64(5, value.schema());
        histogram.float64(6, value.zeroThreshold());
        histogram.float64(8, value.zeroCount());
        side(9, 11, value.negativeSpans(), value.negativeCounts());
        side(12, 14, value.positiveSpans(), value.positiveCounts());
    }

    private void side(int spanField, int countField, int[] spans, double[] counts) {
        for (int i = 0; i < spans.length; i += 2) {
            int span = histogram.beginMessage(spanField);
            histogram.sint64(1, spans[i]);
            histogram.int64(2, spans[i + 1]);
            histogram.endMessage(span);
        }
        for (double count : counts) {
            histogram.float64(countField, count);
        }
    }

    private void classic(NativeHistogram value) {
        histogram.float64(2, value.sum());
        double[] cumulative = cumulativeCounts(value);
        for (int i = 0; i < value.customBounds().length; i++) {
            int bucket = histogram.beginMessage(3);
            histogram.float64(2, value.customBounds()[i]);
            histogram.float64(4, cumulative[i]);
            histogram.endMessage(bucket);
        }
        histogram.float64(4, value.count());
    }

    /// How many observations lie at or below each custom bound.
    public static double[] cumulativeCounts(NativeHistogram value) {
        double[] cumulative = new double[value.customBounds().length];
        int index = 0;
        int at = 0;
        for (int i = 0; i < value.positiveSpans().length; i += 2) {
            index += value.positiveSpans()[i];
            for (int k = 0; k < value.positiveSpans()[i + 1]; k++, index++, at++) {
                if (index < cumulative.length) {
                    cumulative[index] = value.positiveCounts()[at];
                }
            }
        }
        for (int i = 1; i < cumulative.length; i++) {
            cumulative[i] += cumulative[i - 1];
        }
        return cumulative;
    }

    public byte[] finish() {
        endFamily();
        return families.toByteArray();
    }
}
