package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.scrape.config.ScrapeLimits;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistogramResolutionTest {

    private static final long SEED = Long.getLong("seed", 11);

    private static NativeHistogram histogram(int schema, int[] spans, double[] counts) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                schema,
                0.001,
                1,
                10,
                5,
                spans,
                counts,
                spans.clone(),
                counts.clone(),
                new double[0]);
    }

    /// Bucket index to count.
    private static Map<Integer, Double> buckets(int[] spans, double[] counts) {
        Map<Integer, Double> buckets = new TreeMap<>();
        int index = 0;
        int at = 0;
        for (int span = 0; span < spans.length; span += 2) {
            index += spans[span];
            for (int i = 0; i < spans[span + 1]; i++) {
                buckets.put(index++, counts[at++]);
            }
        }
        return buckets;
    }

    @Test
    void every_observation_stays_in_the_bucket_that_holds_its_former_one() {
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            int[] spans = new int[2 * (1 + random.nextInt(4))];
            int total = 0;
            for (int i = 0; i < spans.length; i += 2) {
                spans[i] = i == 0 ? random.nextInt(-20, 20) : random.nextInt(5);
                spans[i + 1] = random.nextInt(6);
                total += spans[i + 1];
            }
            double[] counts = random.ints(total, 0, 100).asDoubleStream().toArray();
            int schema = random.nextInt(-3, 9);
            int target = random.nextInt(-4, schema);
            NativeHistogram reduced = HistogramResolution.reduced(histogram(schema, spans, counts), target);

            Map<Integer, Double> expected = new TreeMap<>();
            buckets(spans, counts).forEach((index, count) -> {
                // Bucket i ends at 2^(i * 2^-schema); the joined one is the first that ends there or later.
                int joined = (int) Math.ceil(index * Math.pow(2, target - schema));
                expected.merge(joined, count, Double::sum);
            });
            assertThat(buckets(reduced.positiveSpans(), reduced.positiveCounts()))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(expected);
            assertThat(buckets(reduced.negativeSpans(), reduced.negativeCounts()))
                    .isEqualTo(expected);
            assertThat(reduced.count()).isEqualTo(10);
        }
    }

    private static ScrapeLimits limits(String yaml) {
        try (ScrapeFixture fixture = new ScrapeFixture()) {
            ScrapeConfig config = fixture.config("scrape_configs: [{job_name: j, " + yaml + "}]")
                    .scrapeConfigs()
                    .getFirst();
            return config.settings().limits();
        }
    }

    @Test
    void the_bucket_limit_and_the_growth_factor_decide_the_schema() throws ScrapeFailedException {
        NativeHistogram fine = histogram(3, new int[] {0, 16}, new double[16]);
        assertThat(HistogramResolution.limited(fine, limits("native_histogram_bucket_limit: 10"))
                        .schema())
                .isEqualTo(1);
        assertThat(HistogramResolution.limited(fine, limits("native_histogram_min_bucket_factor: 1.4"))
                        .schema())
                .isEqualTo(1);
        assertThat(HistogramResolution.limited(fine, limits("native_histogram_min_bucket_factor: 4"))
                        .schema())
                .isEqualTo(-1);
        assertThat(HistogramResolution.limited(fine, limits("native_histogram_bucket_limit: 100")))
                .isSameAs(fine);
        assertThatThrownBy(() -> HistogramResolution.limited(fine, limits("native_histogram_bucket_limit: 1")))
                .hasMessageStartingWith("native_histogram_bucket_limit exceeded: a histogram has 4 buckets");
    }
}
