package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.NativeHistogram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassicHistogramReaderTest {

    private static List<String> read(String body, boolean keepsClassic) {
        ExpositionReader reader = ExpositionReader.of(
                ExpositionFormat.TEXT_0_0_4,
                body.getBytes(StandardCharsets.UTF_8),
                new HistogramOptions(false, keepsClassic, true));
        List<String> samples = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        while (reader.next()) {
            NativeHistogram histogram = reader.histogram();
            samples.add(reader.labels()
                    + (histogram == null
                            ? " " + reader.value()
                            : " bounds" + Arrays.toString(histogram.customBounds())
                                    + " spans" + Arrays.toString(histogram.positiveSpans())
                                    + " counts" + Arrays.toString(histogram.positiveCounts())
                                    + " sum " + histogram.sum() + " count " + histogram.count()));
            keys.add(new String(reader.bytes(), reader.keyFrom(), reader.keyLength(), StandardCharsets.UTF_8));
        }
        assertThat(keys).hasSameSizeAs(samples);
        return samples;
    }

    private static final String BODY = """
            # TYPE before gauge
            before 1
            # TYPE h histogram
            h_bucket{a="x",le="1"} 2
            h_bucket{a="x",le="2"} 2
            h_bucket{a="x",le="4"} 5
            h_bucket{a="x",le="+Inf"} 6
            h_sum{a="x"} 12.5
            h_count{a="x"} 6
            h_bucket{a="y",le="+Inf"} 0
            h_bucket{a="y",le="1"} 0
            # TYPE after gauge
            after 2
            """;

    @Test
    void the_samples_of_a_histogram_become_one() {
        assertThat(read(BODY, false))
                .containsExactly(
                        "before 1.0",
                        "h{a=\"x\"} bounds[1.0, 2.0, 4.0] spans[0, 1, 1, 2] counts[2.0, 3.0, 1.0] sum 12.5 count 6.0",
                        "h{a=\"y\"} bounds[1.0] spans[] counts[] sum 0.0 count 0.0",
                        "after 2.0");
    }

    @Test
    void classic_samples_are_kept_besides_where_they_are_asked_for() {
        assertThat(read(BODY, true)).hasSize(12).contains("h_bucket{a=\"x\", le=\"2.0\"} 2.0", "h_count{a=\"x\"} 6.0");
    }

    @Test
    void buckets_that_contradict_each_other_make_no_histogram_and_the_last_of_a_file_is_not_forgotten() {
        assertThat(read("""
                # TYPE h histogram
                h_bucket{le="1"} 5
                h_bucket{le="2"} 3
                # TYPE g histogram
                g_bucket{le="1"} 1
                g_count 3
                """, false)).containsExactly("g bounds[1.0] spans[0, 2] counts[1.0, 2.0] sum 0.0 count 3.0");
    }

    @Test
    void a_created_line_among_the_samples_parts_nothing_and_of_equal_bounds_the_first_counts() {
        assertThat(read("""
                # TYPE h histogram
                h_count 3
                h_sum 4.5
                h_created 1520430001
                h_bucket{le="1"} 1
                h_bucket{le="1.0"} 2
                h_bucket{le="+Inf"} 3
                """, false))
                .containsExactly(
                        "h_created 1.520430001E9", "h bounds[1.0] spans[0, 2] counts[1.0, 2.0] sum 4.5 count 3.0");
    }

    @Test
    void a_histogram_without_buckets_has_count_and_sum_and_one_against_its_count_is_left_out() {
        assertThat(read("""
                # TYPE h histogram
                h_sum{a="1"} 4.5
                h_sum{a="2"} 4.5
                h_count{a="2"} 3
                h_bucket{a="3",le="+Inf"} 2
                h_count{a="3"} 3
                h_bucket{a="4",le="1"} -1
                h_bucket{a="4",le="+Inf"} 3
                """, false))
                .containsExactly(
                        "h{a=\"1\"} bounds[] spans[] counts[] sum 4.5 count 0.0",
                        "h{a=\"2\"} bounds[] spans[0, 1] counts[3.0] sum 4.5 count 3.0");
    }
}
