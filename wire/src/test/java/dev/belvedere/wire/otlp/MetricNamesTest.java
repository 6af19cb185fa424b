package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.wire.otlp.OtlpOptions.TranslationStrategy;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names as Prometheus' translator gives them: each rule of its own tables, in our words.
class MetricNamesTest {

    private static OtlpOptions options(TranslationStrategy strategy, boolean isSanitizing, boolean isPreserving) {
        return new OtlpOptions(strategy, false, Set.of(), Set.of(), false, false, false, isSanitizing, isPreserving);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ESCAPING_WITHOUT | pool_size            |               | GAUGE   | pool_size",
                "ESCAPING_WITHOUT | pool@size#now        |               | GAUGE   | pool_size_now",
                "ESCAPING_WITHOUT | pool@@##size         |               | GAUGE   | pool_size",
                "ESCAPING_WITHOUT | 9lives               |               | GAUGE   | _9lives",
                "ESCAPING_WITHOUT | ___                  |               | GAUGE   | ___",
                "ESCAPING_WITHOUT | %&/                  |               | GAUGE   | ''",
                "ESCAPING_WITHOUT | %_&_/                |               | GAUGE   | ''",
                "ESCAPING_WITHOUT | ''                   |               | GAUGE   | ''",
                "ESCAPING_WITH    | hits                 |               | COUNTER | hits_total",
                "ESCAPING_WITH    | hits_total           |               | COUNTER | hits_total",
                "ESCAPING_WITH    | hits                 | 1             | COUNTER | hits_total",
                "ESCAPING_WITH    | hits                 | 1/s           | COUNTER | hits_per_second_total",
                "ESCAPING_WITH    | load                 | 1             | GAUGE   | load_ratio",
                "ESCAPING_WITH    | load_ratio           | 1             | GAUGE   | load_ratio",
                "ESCAPING_WITH    | load                 | 1             | OTHER   | load",
                "ESCAPING_WITH    | wait                 | ms            | OTHER   | wait_milliseconds",
                "ESCAPING_WITH    | wait_seconds         | s             | GAUGE   | wait_seconds",
                "ESCAPING_WITH    | flow                 | By/s          | GAUGE   | flow_bytes_per_second",
                "ESCAPING_WITH    | flow                 | ' By / s '    | GAUGE   | flow_bytes_per_second",
                "ESCAPING_WITH    | flow                 | By/           | GAUGE   | flow_bytes",
                "ESCAPING_WITH    | flow                 | /             | GAUGE   | flow",
                "ESCAPING_WITH    | flow                 | {packet}      | GAUGE   | flow",
                "ESCAPING_WITH    | flow                 | By/{packet}   | GAUGE   | flow_bytes",
                "ESCAPING_WITH    | flow                 | 1/furlong     | GAUGE   | flow_per_furlong",
                "ESCAPING_WITH    | flow                 | a@b#c/d       | GAUGE   | flow_a_b_c_per_day",
                "ESCAPING_WITH    | a__b                 | c__d          | GAUGE   | a_b_c_d",
                "ESCAPING_WITH    | disk                 | GiBy          | GAUGE   | disk_gibibytes",
                "ESCAPING_WITH    | heat                 | Cel           | GAUGE   | heat_celsius",
                "ESCAPING_WITH    | use                  | %             | GAUGE   | use_percent",
                "ESCAPING_WITH    | rent                 | 1/mo          | GAUGE   | rent_per_month",
                "ESCAPING_WITH    | a.b.c                | s             | OTHER   | a_b_c_seconds",
                "ESCAPING_WITH    | %&/                  |               | GAUGE   | ''",
                "NO_ESCAPING_WITH | naïve                |               | COUNTER | naïve_total",
                "NO_ESCAPING_WITH | naïve_total          |               | COUNTER | naïve_total",
                "NO_ESCAPING_WITH | naïve                | 1             | GAUGE   | naïve_ratio",
                "NO_ESCAPING_WITH | naïve                | 1/s           | GAUGE   | naïve_per_second",
                "NO_ESCAPING_WITH | cpu.seconds_total    | s             | COUNTER | cpu.seconds_total",
                "NO_ESCAPING_WITH | cpu.seconds          | s             | COUNTER | cpu.seconds_total",
                "NO_ESCAPING_WITH | %&/                  |               | COUNTER | %&/_total",
                "NO_TRANSLATION   | naïve.name           | s             | COUNTER | naïve.name",
                "NO_TRANSLATION   | ___                  |               | GAUGE   | ___",
            })
    void metrics_get_the_names_of_prometheus(
            String strategy, String name, String unit, MetricNames.Kind kind, String expected) {
        TranslationStrategy translation = switch (strategy) {
            case "ESCAPING_WITH" -> TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES;
            case "ESCAPING_WITHOUT" -> TranslationStrategy.UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES;
            case "NO_ESCAPING_WITH" -> TranslationStrategy.NO_UTF8_ESCAPING_WITH_SUFFIXES;
            default -> TranslationStrategy.NO_TRANSLATION;
        };
        MetricNames names = new MetricNames(options(translation, true, true));
        assertThat(names.metric(name, unit == null ? "" : unit, kind).orElse(""))
                .isEqualTo(expected);
    }

    /// Empty where there is no label.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:b:c        | a_b_c        | a_b_c        | a_b_c",
                "a&b$c)       | a_b_c_       | a_b_c_       | a_b_c_",
                "a_字符       | a_           | a___         | a_",
                ".a           | _a           | _a           | key_a",
                "1a           | key_1a       | key_1a       | key_1a",
                "_a           | _a           | _a           | key_a",
                "__a          | _a           | __a          | key_a",
                "a__b         | a_b          | a__b         | a_b",
                "a&&b##c      | a_b_c        | a__b__c      | a_b_c",
                "__a__b__     | __a_b__      | __a__b__     | __a_b__",
                "a___         | a_           | a___         | a_",
                "字符         | ''           | ''           | ''",
                "__           | ''           | ''           | ''",
            })
    void attributes_get_the_label_names_of_prometheus(String key, String plain, String preserved, String sanitized) {
        TranslationStrategy escaping = TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES;
        assertThat(new MetricNames(options(escaping, false, false)).label(key)).isEqualTo(plain);
        assertThat(new MetricNames(options(escaping, false, true)).label(key)).isEqualTo(preserved);
        assertThat(new MetricNames(options(escaping, true, false)).label(key)).isEqualTo(sanitized);
        assertThat(new MetricNames(options(TranslationStrategy.NO_TRANSLATION, true, false)).label(key))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"s,seconds", "By/m,bytes_per_minute", "a.b,a_b", "m²,m", "$/h,per_hour"})
    void units_of_metadata_are_escaped_whatever_becomes_of_names(String unit, String expected) {
        assertThat(MetricNames.unit(unit)).isEqualTo(expected);
    }
}
