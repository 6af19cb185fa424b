package dev.belvedere.api.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameScoreTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 1, 1",
        "'', abc, 0, 0",
        "abc, xyz, 0, 0.01",
        "mimir, mimer, 0.90, 0.92",
        "martha, marhta, 0.96, 0.97",
        "dwayne, duane, 0.83, 0.85",
        "dixon, dicksonx, 0.81, 0.83",
        "a, b, 0, 0",
        "prefix_abc, prefix_xyz, 0.8, 0.9",
        "café, cafe, 0.88, 0.89",
        "résumé, resume, 0.79, 0.81",
        "naïve_long, naïve, 0.89, 0.91",
        "äöü, éèê, 0, 0.01",
        "màrthà, màrhtà, 0.96, 0.97"
    })
    void similarities_are_those_of_jaro_and_winkler_whichever_way_round(
            String one, String other, double least, double most) {
        assertThat(new JaroWinkler(one).score(other)).isBetween(least, most);
        assertThat(new JaroWinkler(other).score(one)).isCloseTo(new JaroWinkler(one).score(other), within(1e-10));
    }

    @Test
    void a_subsequence_is_scored_by_its_runs_and_gaps() {
        // One run of two at the beginning, thirteen characters behind.
        assertThat(new Subsequence("my").score("my awesome text"))
                .isCloseTo((4 - 13 / 30.0) / 4 * 0.999, within(1e-12));
        // A gap of one before each of two runs of one, and nothing behind.
        assertThat(new Subsequence("bd").score("abcd")).isCloseTo((2 - 2 / 4.0) / 4 * 0.999, within(1e-12));
        // The later beginning makes a run of two.
        assertThat(new Subsequence("ab").score("a_ab")).isCloseTo((4 - 2 / 4.0) / 4 * 0.999, within(1e-12));
        assertThat(new Subsequence("ba").score("ab")).isZero();
        assertThat(new Subsequence("é").score("cafe")).isZero();
        assertThat(new Subsequence("").score("x")).isOne();
        assertThat(new Subsequence("up").score("up")).isOne();
        assertThat(new Subsequence("longer").score("long")).isZero();
    }

    @Test
    void a_substring_is_the_better_the_further_in_front() {
        assertThat(NameScore.substring("up").of("uptime")).isOne();
        assertThat(NameScore.substring("up").of("xup")).isCloseTo(0.1, within(1e-12));
        assertThat(NameScore.substring("up").of("éupxx")).isCloseTo(0.7, within(1e-12));
        assertThat(NameScore.substring("up").of("down")).isEqualTo(NameScore.NO_MATCH);
    }

    @Test
    void thresholds_leave_out_what_fits_less() {
        assertThat(NameScore.subsequence("htt", 0.5).of("http_requests")).isOne();
        assertThat(NameScore.subsequence("hrt", 0.5).of("http_requests")).isEqualTo(NameScore.NO_MATCH);
        assertThat(NameScore.subsequence("hrt", 0).of("http_requests")).isPositive();
        assertThat(NameScore.similarity("mimir", 0.95).of("mimer")).isEqualTo(NameScore.NO_MATCH);
        assertThat(NameScore.substring("ir")
                        .or(NameScore.similarity("mimir", 0.5))
                        .of("mimer"))
                .isBetween(0.9, 0.92);
    }
}
