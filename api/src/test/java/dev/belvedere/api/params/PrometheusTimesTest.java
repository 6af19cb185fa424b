package dev.belvedere.api.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTimesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1700000000, 1700000000000",
        "999999999999.999, 999999999999999",
        "1234567890123, 1234567890123000",
        "007.25, 7250",
        "7., 7000",
        "1700000000.0005, 1700000000000",
        "1700000000.1235, 1700000000124",
        "1700000000.99951, 1700000001000",
        "1.0005, 1000",
        "0.0015, 2",
        "-1.2345, -1234",
        "-0.0005, -1",
        "1700000000.1234, 1700000000123",
        "1.7e9, 1700000000000",
        "-1.5, -1500",
        ".5, 500",
        "2023-11-14T22:13:20Z, 1700000000000",
        "2023-11-14T23:13:20.123456789+01:00, 1700000000123",
        "2023-11-14T23:13:20.1234567890123+01:00, 1700000000123",
        "'2023-11-14T22:13:20,5Z', 1700000000500",
        "1_700_000_000, 1700000000000",
        "-292273086-05-16T16:47:06Z, -9223372036854775808",
        "+292277025-08-18T07:12:54.999999999Z, 9223372036854775807"
    })
    void times_are_seconds_or_rfc_3339(String text, long millis) {
        assertThat(PrometheusTimes.parseMillis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "NaN",
                "Inf",
                "1e30",
                "1e999999999",
                "1__0",
                "1.2.3",
                ".",
                "12:3",
                "_1",
                "1_.5",
                "2023-11-14",
                "2023-11-14T22:13:20",
                "2023-11-14T22:13Z",
                "2023-11-14t22:13:20z",
                "2023-02-30T22:13:20Z"
            })
    void anything_else_is_no_time(String text) {
        assertThatThrownBy(() -> PrometheusTimes.parseMillis(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot parse \"" + text + "\" to a valid timestamp");
    }

    @ParameterizedTest
    @CsvSource({
        "15, 15000",
        "0.5, 500",
        "999999999, 999999999000",
        "1000000001, 1000000001000",
        "0.0001, 0",
        "1h30m, 5400000",
        "1e3, 1000000",
        "-5, -5000",
        "0, 0",
        "1_000, 1000000",
        "531.622, 531621"
    })
    void durations_are_seconds_or_have_units(String text, long millis) {
        assertThat(PrometheusTimes.parseDurationMillis(text)).isEqualTo(millis);
    }

    @Test
    void wrong_durations_say_what_is_wrong() {
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("soon"))
                .hasMessage("cannot parse \"soon\" to a valid duration");
        assertThat(PrometheusTimes.parseDurationMillis("292y")).isEqualTo(292 * 365 * 86_400_000L);
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("293y"))
                .hasMessageContaining("to a valid duration");
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("1e400"))
                .hasMessage("cannot parse \"1e400\" to a valid duration");
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("-Inf"))
                .hasMessage("cannot parse \"-Inf\" to a valid duration. It overflows int64");
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("5\n"))
                .hasMessage("cannot parse \"5\\n\" to a valid duration");
        assertThatThrownBy(() -> PrometheusTimes.parseDurationMillis("1e300"))
                .hasMessage("cannot parse \"1e300\" to a valid duration. It overflows int64");
    }
}
