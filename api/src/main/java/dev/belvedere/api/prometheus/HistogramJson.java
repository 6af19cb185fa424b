package dev.belvedere.api.prometheus;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.metrics.NativeHistogram;

/// A native histogram as Prometheus' API writes it: count, sum and its buckets from the lowest to the highest.
final class HistogramJson {

    /// Which ends of a bucket belong to it.
    private static final int OPEN_LEFT = 0;

    private static final int OPEN_RIGHT = 1;
    private static final int CLOSED = 3;

    private HistogramJson() {}

    static void write(JsonWriter json, NativeHistogram histogram) {
        json.beginObject().name("count").sampleValue(histogram.count());
        json.name("sum").sampleValue(histogram.sum());
        JsonWriter buckets = new JsonWriter();
        buckets.beginArray();
        int empty = buckets.size();
        negative(buckets, histogram);
        if (histogram.zeroCount() != 0) {
            bucket(buckets, CLOSED, -histogram.zeroThreshold(), histogram.zeroThreshold(), histogram.zeroCount());
        }
        positive(buckets, histogram);
        boolean hasBuckets = buckets.size() > empty;
        buckets.endArray();
        if (hasBuckets) {
            json.name("buckets").rawValue(buckets.array(), 0, buckets.size());
        }
        json.endObject();
    }

    private static void bucket(JsonWriter json, int ends, double lower, double upper, double count) {
        json.beginArray()
                .value(ends)
                .sampleValue(lower)
                .sampleValue(upper)
                .sampleValue(count)
                .endArray();
    }

    private static void negative(JsonWriter json, NativeHistogram histogram) {
        int[] indexes = indexes(histogram.negativeSpans(), histogram.negativeCounts().length);
        for (int i = indexes.length - 1; i >= 0; i--) {
            double count = histogram.negativeCounts()[i];
            if (count != 0) {
                bucket(
                        json,
                        OPEN_RIGHT,
                        -bound(indexes[i], histogram.schema()),
                        // What the zero bucket covers is the zero bucket's.
                        Math.min(-bound(indexes[i] - 1, histogram.schema()), -histogram.zeroThreshold()),
                        count);
            }
        }
    }

    private static void positive(JsonWriter json, NativeHistogram histogram) {
        int[] indexes = indexes(histogram.positiveSpans(), histogram.positiveCounts().length);
        for (int i = 0; i < indexes.length; i++) {
            double count = histogram.positiveCounts()[i];
            if (count == 0) {
                continue;
            }
            if (histogram.hasCustomBounds()) {
                double[] bounds = histogram.customBounds();
                int index = indexes[i];
                double lower = index == 0 ? Double.NEGATIVE_INFINITY : bounds[index - 1];
                double upper = index >= bounds.length ? Double.POSITIVE_INFINITY : bounds[index];
                // The first bucket begins at -Inf, which belongs to it.
                bucket(json, index == 0 ? CLOSED : OPEN_LEFT, lower, upper, count);
            } else {
                bucket(
                        json,
                        OPEN_LEFT,
                        Math.max(bound(indexes[i] - 1, histogram.schema()), histogram.zeroThreshold()),
                        bound(indexes[i], histogram.schema()),
                        count);
            }
        }
    }

    /// The bucket indexes that spans name, in order.
    private static int[] indexes(int[] spans, int count) {
        int[] indexes = new int[count];
        int at = 0;
        int index = 0;
        for (int i = 0; i < spans.length; i += 2) {
            index += spans[i];
            for (int j = 0; j < spans[i + 1]; j++) {
                indexes[at++] = index++;
            }
        }
        return indexes;
    }

    /// The upper bound of a positive bucket: 2^(index * 2^-schema), exact for powers of two.
    private static double bound(int index, int schema) {
        if (schema <= 0) {
            return Math.scalb(1.0, Math.clamp((long) index << -schema, -2000, 2000));
        }
        int perOctave = 1 << schema;
        int octave = Math.floorDiv(index, perOctave);
        int fraction = Math.floorMod(index, perOctave);
        return Math.scalb(fraction == 0 ? 1.0 : Math.pow(2, (double) fraction / perOctave), octave);
    }
}
