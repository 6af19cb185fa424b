package dev.belvedere.scrape;

import dev.belvedere.model.metrics.JoinedBuckets;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.scrape.config.ScrapeLimits;

/// Brings native histograms to the resolution that a job allows: each step down halves it by joining pairs of
/// neighbouring buckets, which loses nothing but resolution.
final class HistogramResolution {

    private HistogramResolution() {}

    /// @throws ScrapeFailedException if even the coarsest schema has more buckets than allowed
    static NativeHistogram limited(NativeHistogram histogram, ScrapeLimits limits) throws ScrapeFailedException {
        NativeHistogram limited = histogram;
        double factor = limits.nativeHistogramMinBucketFactor();
        if (factor > 1 && !histogram.hasCustomBounds()) {
            limited = reduced(limited, finestSchema(factor));
        }
        long maxBuckets = limits.nativeHistogramBuckets();
        while (maxBuckets > 0 && bucketCount(limited) > maxBuckets) {
            if (limited.hasCustomBounds() || limited.schema() == NativeHistogram.MIN_SCHEMA) {
                throw new ScrapeFailedException("native_histogram_bucket_limit exceeded: a histogram has "
                        + bucketCount(limited) + " buckets in the coarsest schema, limit " + maxBuckets);
            }
            limited = reduced(limited, limited.schema() - 1);
        }
        return limited;
    }

    private static int bucketCount(NativeHistogram histogram) {
        return histogram.positiveCounts().length + histogram.negativeCounts().length;
    }

    /// The finest schema whose buckets grow by at least this factor.
    private static int finestSchema(double factor) {
        double growth = Math.log(factor) / Math.log(2);
        int schema = (int) Math.floor(-Math.log(growth) / Math.log(2));
        return Math.clamp(schema, NativeHistogram.MIN_SCHEMA, NativeHistogram.MAX_SCHEMA);
    }

    static NativeHistogram reduced(NativeHistogram histogram, int schema) {
        if (histogram.schema() <= schema) {
            return histogram;
        }
        int steps = histogram.schema() - schema;
        JoinedBuckets positive = new JoinedBuckets(histogram.positiveSpans(), histogram.positiveCounts(), steps);
        JoinedBuckets negative = new JoinedBuckets(histogram.negativeSpans(), histogram.negativeCounts(), steps);
        return new NativeHistogram(
                histogram.resetHint(),
                schema,
                histogram.zeroThreshold(),
                histogram.zeroCount(),
                histogram.count(),
                histogram.sum(),
                positive.spans(),
                positive.counts(),
                negative.spans(),
                negative.counts(),
                histogram.customBounds());
    }
}
