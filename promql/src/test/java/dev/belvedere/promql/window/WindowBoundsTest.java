package dev.belvedere.promql.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowBoundsTest {

    private static final long SEED = Long.getLong("seed", 20261127L);
    private static final int STEPS = 40;
    private static final int ROWS = 300;
    private static final long STEP = 60;

    private final SplittableRandom random = new SplittableRandom(SEED);

    private long[] times() {
        long[] times = new long[ROWS];
        long time = -random.nextInt(2000);
        for (int row = 0; row < ROWS; row++) {
            time += random.nextInt(10) == 0 ? random.nextInt(1, 400) : 15;
            times[row] = time;
        }
        return times;
    }

    private static int countUpTo(long moment, long[] times, int rows) {
        return (int) Arrays.stream(times, 0, rows).filter(t -> t <= moment).count();
    }

    private void check(long[] ends, long length, long stepMillis) {
        WindowBounds bounds = new WindowBounds(WindowBounds.Windows.of(ends, length, stepMillis));
        for (int series = 0; series < 50; series++) {
            long[] times = times();
            int rows = random.nextInt(ROWS + 1);
            bounds.find(times, rows);
            for (int step = 0; step < ends.length; step++) {
                String where = "step " + step + " of " + ends.length + ", length " + length + ", seed=" + SEED;
                assertThat(bounds.from[step]).as(where).isEqualTo(countUpTo(ends[step] - length, times, rows));
                assertThat(bounds.to[step]).as(where).isEqualTo(countUpTo(ends[step], times, rows));
            }
        }
    }

    private static long[] ends(int steps) {
        long[] ends = new long[steps];
        for (int step = 0; step < steps; step++) {
            ends[step] = step * STEP;
        }
        return ends;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 59, 60, 61, 300, 330, 2400, 2340, 6000})
    void windows_of_even_steps_hold_the_rows_between_their_edges(long length) {
        check(ends(STEPS), length, STEP);
        check(ends(1), length, STEP);
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 330, 6000})
    void windows_that_do_not_move_or_move_unevenly_hold_the_rows_between_their_edges(long length) {
        check(new long[STEPS], length, 0);
        long[] uneven = ends(STEPS);
        for (int step = STEPS / 2; step < STEPS; step++) {
            uneven[step] += 1000;
        }
        check(uneven, length, 0);
    }
}
