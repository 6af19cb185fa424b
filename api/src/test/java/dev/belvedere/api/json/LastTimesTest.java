package dev.belvedere.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LastTimesTest {

    @Test
    void texts_of_the_last_row_of_times_are_there_for_the_next_answer() {
        LastTimes last = new LastTimes();
        TimeTexts minutes = TimeTexts.of(times(100, 60_000));
        last.keep(minutes);
        assertThat(last.get()).isSameAs(minutes);
        assertThat(last.get().areOf(times(100, 60_000))).isTrue();
        assertThat(last.get().areOf(times(100, 15_000))).isFalse();
    }

    @Test
    void texts_of_a_long_row_are_not_kept() {
        LastTimes last = new LastTimes();
        TimeTexts few = TimeTexts.of(times(4096, 1000));
        last.keep(few);
        last.keep(TimeTexts.of(times(4097, 1000)));
        assertThat(last.get()).isSameAs(few);
    }

    private static long[] times(int count, long stepMillis) {
        return LongStream.range(0, count).map(i -> i * stepMillis).toArray();
    }
}
