package dev.belvedere.api.prometheus;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.HistogramBuckets;

/// A native histogram as Prometheus' API writes it: count, sum and its buckets from the lowest to the highest.
final class HistogramJson {

    private HistogramJson() {}

    static void write(JsonWriter json, NativeHistogram histogram) {
        json.beginObject().name("count").sampleValue(histogram.count());
        json.name("sum").sampleValue(histogram.sum());
        HistogramBuckets buckets = HistogramBuckets.of(histogram);
        boolean isFirst = true;
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.count()[i] == 0) {
                continue;
            }
            if (isFirst) {
                json.name("buckets").beginArray();
                isFirst = false;
            }
            json.beginArray().value(ends(buckets, i));
            json.sampleValue(buckets.lower()[i]).sampleValue(buckets.upper()[i]);
            json.sampleValue(buckets.count()[i]).endArray();
        }
        if (!isFirst) {
            json.endArray();
        }
        json.endObject();
    }

    /// Which bounds belong to a bucket: 0 the upper, 1 the lower, 2 none, 3 both.
    private static int ends(HistogramBuckets buckets, int bucket) {
        boolean isLowerInclusive = buckets.isLowerInclusive(bucket);
        boolean isUpperInclusive = buckets.isUpperInclusive(bucket);
        return isLowerInclusive ? isUpperInclusive ? 3 : 1 : isUpperInclusive ? 0 : 2;
    }
}
