package dev.belvedere.tsdb.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.TimeRange;
import dev.belvedere.platform.time.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionClockTest {

    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long NOW = 20_000 * DAY;

    private final ManualTime time = new ManualTime(NOW);

    private static TimeRange range(long fromMillis, long toMillis) {
        return new TimeRange(fromMillis, toMillis);
    }

    @Test
    void it_goes_with_the_wall_clock_while_that_goes_with_elapsed_time() {
        RetentionClock clock = new RetentionClock(time, List.of());
        assertThat(clock.currentMillis()).isEqualTo(NOW);
        time.advance(Duration.ofDays(3));
        assertThat(clock.currentMillis()).isEqualTo(NOW + 3 * DAY);
        time.jumpTo(NOW + 3 * DAY + HOUR / 2);
        assertThat(clock.currentMillis()).isEqualTo(NOW + 3 * DAY + HOUR / 2);
    }

    @Test
    void a_jump_is_believed_after_a_day_and_forgotten_when_it_is_undone() {
        RetentionClock clock = new RetentionClock(time, List.of());
        time.jumpTo(NOW + 3650 * DAY);
        assertThat(clock.currentMillis()).isEqualTo(NOW);
        time.advance(Duration.ofHours(23));
        assertThat(clock.currentMillis()).isEqualTo(NOW + 23 * HOUR);
        time.jumpTo(NOW + 23 * HOUR);
        assertThat(clock.currentMillis()).isEqualTo(NOW + 23 * HOUR);
        time.jumpTo(NOW - 5 * DAY);
        assertThat(clock.currentMillis()).isEqualTo(NOW + 23 * HOUR);
        time.advance(Duration.ofHours(24));
        assertThat(clock.currentMillis()).isEqualTo(NOW - 4 * DAY);
    }

    @Test
    void a_hole_before_the_newest_samples_means_that_the_clock_may_have_come_up_wrong() {
        long before = NOW - 3650 * DAY;
        List<TimeRange> jumped = List.of(range(before - 5 * DAY, before), range(NOW - HOUR, NOW));
        assertThat(new RetentionClock(time, jumped).currentMillis()).isEqualTo(before);
        List<TimeRange> longStopped = List.of(range(before - 5 * DAY, before));
        RetentionClock stopped = new RetentionClock(time, longStopped);
        assertThat(stopped.currentMillis()).isEqualTo(before);
        time.advance(Duration.ofHours(24));
        assertThat(stopped.currentMillis()).isEqualTo(NOW + DAY);
    }

    @Test
    void old_samples_that_were_brought_in_do_not_make_a_clock_doubtful_that_has_run_for_days() {
        List<TimeRange> stored = List.of(range(NOW - 900 * DAY, NOW - 800 * DAY), range(NOW - 3 * DAY, NOW - HOUR));
        assertThat(new RetentionClock(time, stored).currentMillis()).isEqualTo(NOW);
        List<TimeRange> pieces = List.of(
                range(NOW - 900 * DAY, NOW - 800 * DAY),
                range(NOW - 20 * HOUR, NOW - HOUR),
                range(NOW - 2 * DAY, NOW - 20 * HOUR));
        assertThat(new RetentionClock(time, pieces).currentMillis()).isEqualTo(NOW);
    }
}
