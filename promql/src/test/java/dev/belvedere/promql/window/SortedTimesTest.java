package dev.belvedere.promql.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SortedTimesTest {

    @Test
    void times_are_counted_whatever_the_stride_promises() {
        long seed = Long.getLong("seed", 5);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            int rows = random.nextInt(30);
            long[] times = random.longs(rows, 0, 100).sorted().distinct().toArray();
            int known = 0;
            int stride = 0;
            for (long moment = random.nextInt(-5, 20); moment < 130; moment += random.nextInt(1, 15)) {
                int count = SortedTimes.countUpTo(moment, times, times.length, known, stride);
                long limit = moment;
                assertThat(count).as("-Dseed=%d, round %d", seed, round).isEqualTo((int)
                        Arrays.stream(times).filter(t -> t <= limit).count());
                stride = count - known;
                known = count;
            }
        }
    }
}
