package dev.belvedere.promql.histogram;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.syntax.NumberText;

/// A histogram as one line of text: `{count:3, sum:5, (1,2]:3}`.
public final class HistogramText {

    private HistogramText() {}

    public static String of(NativeHistogram histogram) {
        StringBuilder text = new StringBuilder("{count:")
                .append(NumberText.general(histogram.count()))
                .append(", sum:")
                .append(NumberText.general(histogram.sum()));
        HistogramBuckets buckets = HistogramBuckets.ofDifference(histogram);
        for (int i = 0; i < buckets.size(); i++) {
            if (buckets.count()[i] != 0) {
                text.append(buckets.isLowerInclusive(i) ? ", [" : ", (")
                        .append(NumberText.general(buckets.lower()[i]))
                        .append(',')
                        .append(NumberText.general(buckets.upper()[i]))
                        .append(buckets.isUpperInclusive(i) ? "]:" : "):")
                        .append(NumberText.general(buckets.count()[i]));
            }
        }
        return text.append('}').toString();
    }
}
