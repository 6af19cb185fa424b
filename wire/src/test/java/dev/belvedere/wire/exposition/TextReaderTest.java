package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextReaderTest {

    private record Read(String series, double value) {}

    private static ExpositionReader text(String body) {
        return ExpositionReader.of(
                ExpositionFormat.TEXT_0_0_4, body.getBytes(StandardCharsets.UTF_8), HistogramOptions.CLASSIC);
    }

    private static ExpositionReader openMetrics(String body) {
        return ExpositionReader.of(
                ExpositionFormat.OPENMETRICS_1_0_0, body.getBytes(StandardCharsets.UTF_8), HistogramOptions.CLASSIC);
    }

    private static List<Read> all(ExpositionReader reader) {
        List<Read> read = new ArrayList<>();
        while (reader.next()) {
            read.add(new Read(reader.labels().toString(), reader.value()));
        }
        return read;
    }

    @Test
    void text_lines_become_labels_values_and_timestamps() {
        ExpositionReader reader = text("""
                # HELP up Says \\\\ "it".\\nTwice.
                # TYPE up gauge
                # a free comment

                up 1
                \tup { a = "b\\"\\\\\\nc" , d="e", } 2.5 1395066363000
                up{a="測"}NaN
                """);
        reader.next();
        assertThat(reader.header()).isEqualTo(new FamilyHeader("up", MetricType.GAUGE, "", "Says \\ \"it\".\nTwice."));
        assertThat(reader.labels()).isEqualTo(Labels.of("__name__", "up"));
        assertThat(reader.timestampMillis()).isEqualTo(ExpositionReader.NO_TIMESTAMP);
        reader.next();
        assertThat(reader.labels()).isEqualTo(Labels.of("__name__", "up", "a", "b\"\\\nc", "d", "e"));
        assertThat(reader.timestampMillis()).isEqualTo(1395066363000L);
        reader.next();
        assertThat(reader.labels().get("a")).isEqualTo("測");
        assertThat(reader.value()).isNaN();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void free_comments_may_be_in_any_encoding() {
        byte[] body = "# größte Werte\nup 1\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(all(ExpositionReader.of(ExpositionFormat.TEXT_0_0_4, body, HistogramOptions.CLASSIC)))
                .containsExactly(new Read("up", 1));
    }

    @Test
    void quoted_names_may_hold_any_utf8() {
        ExpositionReader reader = text("""
                # TYPE "my.metric" counter
                {"my.metric","label.one"="x",two="y"} 3
                {a="b","my.metric"} 4""");
        assertThat(all(reader))
                .containsExactly(
                        new Read("{\"my.metric\", \"label.one\"=\"x\", two=\"y\"}", 3),
                        new Read("{\"my.metric\", a=\"b\"}", 4));
    }

    @Test
    void bucket_bounds_and_quantiles_take_one_form_whatever_the_target_writes() {
        assertThat(all(text("""
                # TYPE h histogram
                h_bucket{le="1"} 1
                h_bucket{le="1000000"} 2
                h_bucket{le="+Inf"} 2
                # TYPE s summary
                s{quantile="0"} 1
                # TYPE g gauge
                g{le="1"} 1
                """)).stream().map(Read::series))
                .containsExactly(
                        "h_bucket{le=\"1.0\"}",
                        "h_bucket{le=\"1e+06\"}",
                        "h_bucket{le=\"+Inf\"}",
                        "s{quantile=\"0.0\"}",
                        "g{le=\"1\"}");
    }

    @Test
    void families_without_samples_are_told_of_and_so_is_what_comes_behind_the_samples() {
        ExpositionReader reader = text("""
                # HELP none_yet Labels that no one set.
                # TYPE none_yet counter
                # TYPE a gauge
                a 1
                # HELP a Late.
                # TYPE b gauge
                other 2
                # TYPE last summary
                """);
        assertThat(all(reader)).hasSize(2);
        assertThat(reader.familiesWithoutSample())
                .containsExactly(
                        new FamilyHeader("none_yet", MetricType.COUNTER, "", "Labels that no one set."),
                        new FamilyHeader("a", MetricType.GAUGE, "", "Late."),
                        new FamilyHeader("b", MetricType.GAUGE, "", ""),
                        new FamilyHeader("last", MetricType.SUMMARY, "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "+INF, +Inf",
        "infinity, +Inf",
        "-inf, -Inf",
        "0x1p-3, 0.125",
        "5., 5.0",
        "1f, 1f",
        "1d, 1d",
        "0x10, 0x10",
        "x, x"
    })
    void a_bound_is_a_number_as_go_reads_them(String exposed, String kept) {
        assertThat(all(text("# TYPE h histogram\nh_bucket{le=\"" + exposed + "\"} 1\n")))
                .containsExactly(new Read("h_bucket{le=\"" + kept + "\"}", 1));
    }

    @Test
    void text_may_lack_commas_between_labels_and_break_lines_inside_of_values_as_it_may_for_prometheus() {
        ExpositionReader reader = text("""
                # HELP h A "quoted" \\"word\\".
                h { a = "b" c = "d" } 1
                h{a="two
                lines"} 2
                h 3""");
        reader.next();
        assertThat(reader.header().help()).isEqualTo("A \"quoted\" \\\"word\\\".");
        assertThat(reader.labels()).isEqualTo(Labels.of("__name__", "h", "a", "b", "c", "d"));
        reader.next();
        assertThat(reader.labels().get("a")).isEqualTo("two\nlines");
        reader.next();
        assertThat(reader.value()).isEqualTo(3);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void the_same_prefix_is_recognised_and_anything_else_is_not() {
        String body = "# TYPE a counter\na{x=\"1\"} 1\na{x=\"2\"} 2\n";
        ExpositionReader first = text(body);
        first.next();
        byte[] kept = first.bytes();
        int from = first.prefixFrom();
        int length = first.prefixLength();
        FamilyHeader header = first.header();

        ExpositionReader second = text(body.replace(" 1\n", " 17 5\n"));
        assertThat(second.nextIfSame(kept, from, length, header)).isTrue();
        assertThat(second.value()).isEqualTo(17);
        assertThat(second.timestampMillis()).isEqualTo(5);
        assertThat(second.header()).isEqualTo(header);
        assertThat(second.nextIfSame(kept, from, length, header)).isFalse();
        assertThat(second.next()).isTrue();
        assertThat(second.labels()).isEqualTo(Labels.of("__name__", "a", "x", "2"));
    }

    @Test
    void openmetrics_has_units_exemplars_seconds_and_start_timestamps() {
        ExpositionReader reader = openMetrics("""
                # TYPE req_seconds histogram
                # UNIT req_seconds seconds
                req_seconds_bucket{job="x",le="1"} 3 1.5 # {trace_id="abc"} 0.7 1.25
                req_seconds_count{job="x"} 3
                req_seconds_created{job="x"} 1000.5
                # EOF
                """);
        reader.next();
        assertThat(reader.header().unit()).isEqualTo("seconds");
        assertThat(reader.timestampMillis()).isEqualTo(1500);
        assertThat(reader.startMillis()).isEqualTo(1_000_500);
        assertThat(reader.exemplars()).containsExactly(new Exemplar(Labels.of("trace_id", "abc"), 0.7, 1250));
        reader.next();
        assertThat(reader.startMillis()).isEqualTo(1_000_500);
        assertThat(reader.exemplars()).isEmpty();
    }

    @Test
    void starts_are_found_whatever_names_and_labels_are_called() {
        ExpositionReader reader = openMetrics("""
                # TYPE "go.gc" summary
                {"go.gc",quantile="0.5",title="a"} 1
                {"go.gc_created",title="a"} 10.5
                # TYPE h histogram
                h_bucket{table="t",le="1"} 3
                h_count{table="t"} 3
                h_created{table="t"} 20.5
                # TYPE g gaugehistogram
                g_bucket{le="1"} 3
                g_created 30.5
                # EOF
                """);
        List<Long> starts = new ArrayList<>();
        while (reader.next()) {
            starts.add(reader.startMillis());
        }
        assertThat(starts).containsExactly(10_500L, 10_500L, 20_500L, 20_500L, 20_500L, 0L, 0L);
    }

    @Test
    void a_timestamp_that_milliseconds_cannot_hold_does_not_spoil_the_exposition() {
        ExpositionReader reader = openMetrics("a 1 12345678901234567890.5\nb 2\n# EOF\n");
        reader.next();
        assertThat(reader.timestampMillis()).isGreaterThan(Long.MAX_VALUE / 4);
        reader.next();
        assertThat(reader.value()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a{b 1|line 1: expected \"=\" after a label name",
                "a 1$b{c=\"d} 2|line 2: a double quote is not closed",
                "a{c=\"d\" 5=\"f\"} 2|line 1: expected \",\" or \"}\" after a label, found \"5=",
                "{\"a\" e=\"f\"} 2|line 1: expected \",\" or \"}\" after a label, found \"e=",
                "a{c=d} 2|line 1: expected a label value in double quotes",
                "a|line 1: expected a space and a value after the metric, found the end",
                "a one|line 1: expected a value, found \"one\"",
                "a 1 2 3|line 1: expected the end of the line, found \"3\"",
                "a 1 2.5|line 1: expected a timestamp in whole milliseconds",
                "# TYPE a cuonter|line 1: invalid metric type \"cuonter\"",
                "0a 1|line 1: expected a metric name, found \"0a 1\"",
                "{\"a\",\"b\"} 1|line 1: the metric has two names",
            })
    void a_malformed_line_is_named_with_what_is_wrong(String body, String message) {
        assertThatThrownBy(() -> all(text(body.replace('$', '\n'))))
                .isInstanceOf(ExpositionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void labels_given_twice_and_bytes_that_are_no_utf8_are_refused() {
        assertThatThrownBy(() -> all(text("a{b=\"1\",b=\"2\"} 1")))
                .hasMessage("line 1: label name \"b\" is given twice");
        byte[] broken = "a{b=\"x\"} 1".getBytes(StandardCharsets.ISO_8859_1);
        broken[5] = (byte) 0xff;
        assertThatThrownBy(
                        () -> all(ExpositionReader.of(ExpositionFormat.TEXT_0_0_4, broken, HistogramOptions.CLASSIC)))
                .hasMessage("line 1: invalid UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a 1|line 1: the exposition ends without \"# EOF\"",
                "# EOF$a 1$|line 2: nothing may follow \"# EOF\"",
                "a 1$$# EOF|line 2: OpenMetrics has no blank lines",
                "# comment$# EOF|line 1: expected HELP, TYPE, UNIT or EOF",
                "# TYPE a counter$# UNIT a seconds$# EOF|line 2: unit \"seconds\" is not the end of the metric name",
                "a 1 NaN$# EOF|line 1: expected a timestamp in seconds",
                "a{b=\"1\" c=\"2\"} 1$# EOF|line 1: expected \",\" or \"}\" after a label",
                "a{b=\"1\", c=\"2\"} 1$# EOF|line 1: expected a label name",
                "a{b=\"$\"} 1$# EOF|line 1: a double quote is not closed",
                "a  1$# EOF|line 1: OpenMetrics has one space between two fields, found \"  1\"",
                "a{b=\"1\"}1$# EOF|line 1: OpenMetrics has one space between two fields, found \"1\"",
                "a\t1$# EOF|line 1: OpenMetrics has one space",
                "a 1 $# EOF|line 1: OpenMetrics has one space",
                "a 1 5 $# EOF|line 1: OpenMetrics has one space",
                "a_total 1 #{} 1$# EOF|line 1: OpenMetrics has one space",
                "a_total 1 # {}1$# EOF|line 1: OpenMetrics has one space",
                "a_total 1 # {} 1 $# EOF|line 1: OpenMetrics has one space",
                "a_total 1 # {} 1 1 $# EOF|line 1: OpenMetrics has one space",
                "#  TYPE a gauge$# EOF|line 1: OpenMetrics has one space",
                "# TYPE a  gauge$# EOF|line 1: invalid metric type \" gauge\"",
                "# TYPE a gauge $# EOF|line 1: invalid metric type \"gauge \"",
                "# TYPE a untyped$# EOF|line 1: invalid metric type \"untyped\"",
                "# HELP a$# EOF|line 1: expected a space and the text of HELP, found the end of the line",
                "# UNIT a$# EOF|line 1: expected a space and the text of UNIT",
                "a 1$#EOF|line 2: OpenMetrics has one space",
                "a 1$# EOF |line 2: nothing may follow",
            })
    void openmetrics_is_strict(String body, String message) {
        assertThatThrownBy(() -> {
                    ExpositionReader reader = openMetrics(body.replace('$', '\n'));
                    while (reader.next()) {
                        reader.exemplars();
                    }
                })
                .hasMessageContaining(message);
    }

    @Test
    void no_cut_and_no_flipped_byte_leads_to_anything_but_an_exposition_error() {
        byte[] body = """
                # HELP a b
                # TYPE a histogram
                a_bucket{x="\\"y",le="1"} 3 1.5 # {trace_id="abc"} 0.7 1.25
                {"a.b","c"="d"} 1
                a_created 3
                # EOF
                """.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < body.length; cut++) {
            for (ExpositionFormat format : ExpositionFormat.values()) {
                readOrRefuse(Arrays.copyOf(body, cut), format);
                byte[] flipped = body.clone();
                flipped[cut] ^= (byte) (1 << cut % 8);
                readOrRefuse(flipped, format);
            }
        }
    }

    private static void readOrRefuse(byte[] body, ExpositionFormat format) {
        ExpositionReader reader = ExpositionReader.of(format, body, HistogramOptions.NATIVE);
        try {
            while (reader.next()) {
                assertThat(reader.labels()).isNotNull();
                assertThat(reader.exemplars()).isNotNull();
                assertThat(reader.startMillis()).isGreaterThanOrEqualTo(Long.MIN_VALUE);
            }
        } catch (ExpositionException e) {
            assertThat(e).hasMessageMatching("(?s)(line|metric family) \\d+: .*");
        }
    }
}
