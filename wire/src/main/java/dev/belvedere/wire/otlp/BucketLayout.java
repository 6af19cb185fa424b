package dev.belvedere.wire.otlp;

import dev.belvedere.wire.protobuf.LongColumn;
import java.util.Arrays;

/// Dense buckets of a histogram turned into spans and counts: empty buckets at the ends are left out, and so are
/// runs of more than two in between.
///
/// @param spans as [dev.belvedere.model.metrics.NativeHistogram] has them
record BucketLayout(int[] spans, double[] counts) {

    static final BucketLayout EMPTY = new BucketLayout(new int[0], new double[0]);

    /// A run of empty buckets up to this length costs less than another span.
    private static final int MAX_FILLED_GAP = 2;

    /// Collects spans and counts.
    private static final class Builder {
        int[] spans = new int[8];
        int spanCount;
        double[] counts = new double[16];
        int countSize;
        long lastIndex;

        void add(long index, double count) {
            if (count == 0) {
                return;
            }
            long gap = index - lastIndex - 1;
            if (spanCount == 0 || gap > MAX_FILLED_GAP) {
                beginSpan((int) (spanCount == 0 ? index : gap));
            } else {
                for (long i = 0; i < gap; i++) {
                    addCount(0);
                }
            }
            addCount(count);
            lastIndex = index;
        }

        private void beginSpan(int offset) {
            if (2 * spanCount == spans.length) {
                spans = Arrays.copyOf(spans, 2 * spans.length);
            }
            spans[2 * spanCount] = offset;
            spans[2 * spanCount + 1] = 0;
            spanCount++;
        }

        private void addCount(double count) {
            if (countSize == counts.length) {
                counts = Arrays.copyOf(counts, 2 * countSize);
            }
            counts[countSize++] = count;
            spans[2 * spanCount - 1]++;
        }

        BucketLayout build() {
            return new BucketLayout(Arrays.copyOf(spans, 2 * spanCount), Arrays.copyOf(counts, countSize));
        }
    }

    /// Buckets of an exponential histogram. OTLP's bucket 0 begins at 1, the model's ends there.
    ///
    /// @param scaleDown how many times pairs of neighbours are merged
    static BucketLayout exponential(LongColumn counts, int offset, int scaleDown) {
        Builder builder = new Builder();
        int at = 0;
        while (at < counts.size()) {
            long index = ((long) offset + at >> scaleDown) + 1;
            double sum = 0;
            while (at < counts.size() && ((long) offset + at >> scaleDown) + 1 == index) {
                sum += counts.unsigned(at++);
            }
            builder.add(index, sum);
        }
        return builder.build();
    }

    static BucketLayout explicit(LongColumn counts) {
        Builder builder = new Builder();
        for (int i = 0; i < counts.size(); i++) {
            builder.add(i, counts.unsigned(i));
        }
        return builder.build();
    }
}
