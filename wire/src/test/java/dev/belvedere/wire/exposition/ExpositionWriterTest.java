package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionWriterTest {

    private static final MetricFamily REQUESTS = new MetricFamily(
            "requests_total",
            MetricType.COUNTER,
            "",
            "All \"requests\"\\\nsince start",
            List.of(
                    new MetricFamily.Point("requests_total", Labels.of("path", "a\"b\\c\nd"), 12),
                    new MetricFamily.Point("requests_total", Labels.EMPTY, Double.POSITIVE_INFINITY)));

    private static String write(ExpositionFormat format, MetricFamily... families) {
        return new String(ExpositionWriter.write(List.of(families), format), StandardCharsets.UTF_8);
    }

    @Test
    void text_keeps_the_counters_suffix_and_escapes_label_values() {
        assertThat(write(ExpositionFormat.TEXT_0_0_4, REQUESTS)).isEqualTo("""
                # HELP requests_total All "requests"\\\\\\nsince start
                # TYPE requests_total counter
                requests_total{path="a\\"b\\\\c\\nd"} 12
                requests_total +Inf
                """);
    }

    @Test
    void openmetrics_names_the_counters_family_without_suffix_and_ends_with_eof() {
        assertThat(write(ExpositionFormat.OPENMETRICS_1_0_0, REQUESTS)).isEqualTo("""
                # HELP requests All \\"requests\\"\\\\\\nsince start
                # TYPE requests counter
                requests_total{path="a\\"b\\\\c\\nd"} 12
                requests_total +Inf
                # EOF
                """);
    }

    @Test
    void names_outside_the_legacy_characters_are_quoted_inside_the_braces() {
        MetricFamily family = new MetricFamily(
                "my.metric",
                MetricType.UNKNOWN,
                "",
                "",
                List.of(new MetricFamily.Point("my.metric", Labels.of("a.b", "c"), 0.25)));

        assertThat(write(ExpositionFormat.TEXT_0_0_4, family)).isEqualTo("""
                # TYPE "my.metric" untyped
                {"my.metric","a.b"="c"} 0.25
                """);
    }

    @Test
    void numbers_read_back_as_they_were() {
        for (double value : new double[] {0, -0.0, 1, 1e15, 1.5e300, 1e-7, 123456.789, Double.MIN_VALUE, -1e22}) {
            assertThat(Double.parseDouble(ExpositionWriter.number(value))).isEqualTo(value);
        }
        assertThat(ExpositionWriter.number(1e22)).isEqualTo("1e+22");
        assertThat(ExpositionWriter.number(1e-7)).isEqualTo("1e-07");
        assertThat(ExpositionWriter.number(Double.NaN)).isEqualTo("NaN");
    }

    @Test
    void the_accept_header_decides_the_format_by_quality() {
        assertThat(ExpositionFormat.ofAccept("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3"))
                .isEqualTo(ExpositionFormat.OPENMETRICS_1_0_0);
        assertThat(ExpositionFormat.ofAccept("text/html")).isEqualTo(ExpositionFormat.TEXT_0_0_4);
        assertThat(ExpositionFormat.ofAccept("")).isEqualTo(ExpositionFormat.TEXT_0_0_4);
    }
}
