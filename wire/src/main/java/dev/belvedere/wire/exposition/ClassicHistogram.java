package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The samples of one classic histogram, gathered to become one native histogram with its bounds.
final class ClassicHistogram {

    private record Bucket(double bound, double cumulativeCount) {}

    private final Labels labels;
    private final long timestampMillis;
    private final long startMillis;
    private final List<Bucket> buckets = new ArrayList<>();
    private final List<Exemplar> exemplars = new ArrayList<>();
    private double sum;
    private double count = Double.NaN;

    /// @param labels without `le`, with the histogram's own name
    ClassicHistogram(Labels labels, long timestampMillis, long startMillis) {
        this.labels = labels;
        this.timestampMillis = timestampMillis;
        this.startMillis = startMillis;
    }

    Labels labels() {
        return labels;
    }

    long timestampMillis() {
        return timestampMillis;
    }

    long startMillis() {
        return startMillis;
    }

    List<Exemplar> exemplars() {
        return exemplars;
    }

    void addBucket(String bound, double cumulativeCount) {
        buckets.add(new Bucket(Numbers.parse(bound), cumulativeCount));
    }

    void addExemplars(List<Exemplar> more) {
        exemplars.addAll(more);
    }

    void setSum(double value) {
        sum = value;
    }

    void setCount(double value) {
        count = value;
    }

    /// Of two buckets with one bound the first counts. Without buckets all there is to tell is count and sum.
    ///
    /// @return empty if the buckets contradict each other or the count
    Optional<NativeHistogram> converted() {
        buckets.sort(Comparator.comparingDouble(Bucket::bound));
        for (int i = buckets.size() - 1; i > 0; i--) {
            if (buckets.get(i).bound == buckets.get(i - 1).bound) {
                buckets.remove(i);
            }
        }
        double former = 0;
        for (Bucket bucket : buckets) {
            boolean isBound = bucket.bound > Double.NEGATIVE_INFINITY;
            if (!isBound || !(bucket.cumulativeCount >= former)) {
                return Optional.empty();
            }
            former = bucket.cumulativeCount;
        }
        double total = Double.isNaN(count) ? former : count;
        boolean hasAll = !buckets.isEmpty() && buckets.getLast().bound == Double.POSITIVE_INFINITY;
        if (total < former || hasAll && total != former) {
            return Optional.empty();
        }
        return Optional.of(histogram(hasAll ? buckets.size() - 1 : buckets.size(), total));
    }

    private NativeHistogram histogram(int finite, double total) {
        double[] bounds = new double[finite];
        int[] spans = new int[2 * finite + 2];
        double[] counts = new double[finite + 1];
        int spanValues = 0;
        int countValues = 0;
        int gap = 0;
        double former = 0;
        boolean isInSpan = false;
        for (int i = 0; i <= finite; i++) {
            double cumulative = i == finite ? total : buckets.get(i).cumulativeCount;
            double own = cumulative - former;
            former = cumulative;
            if (i < finite) {
                bounds[i] = buckets.get(i).bound;
            }
            if (own == 0) {
                gap++;
                isInSpan = false;
                continue;
            }
            if (!isInSpan) {
                spans[spanValues++] = gap;
                spans[spanValues++] = 0;
                gap = 0;
                isInSpan = true;
            }
            spans[spanValues - 1]++;
            counts[countValues++] = own;
        }
        return NativeHistogram.ofBounds(
                bounds, Arrays.copyOf(spans, spanValues), Arrays.copyOf(counts, countValues), total, sum);
    }
}
