package dev.belvedere.server.self;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OldGenerationTest {

    private final ManualTime time = new ManualTime(0);
    private final Filling space = new Filling();
    private final OldGeneration old = new OldGeneration(space, time);

    @Test
    void a_small_heap_is_collected_when_it_has_grown_by_six_megabytes() {
        space.usedMegabytes = 6;
        old.collectIfDue();
        assertThat(space.collections).isZero();
        space.usedMegabytes = 7;
        old.collectIfDue();
        assertThat(space.collections).isOne();
    }

    @Test
    void a_large_one_when_it_has_grown_by_a_sixth_of_what_lived() {
        space.liveMegabytes = 300;
        space.usedMegabytes = 300;
        old.collectIfDue();
        space.usedMegabytes = 350;
        old.collectIfDue();
        assertThat(space.collections).isOne();
        space.usedMegabytes = 351;
        old.collectIfDue();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void pauses_take_at_most_a_thirtieth_of_the_time() {
        space.pauseMillis = 100;
        space.liveMegabytes = 49;
        space.usedMegabytes = 60;
        old.collectIfDue();
        space.usedMegabytes = 90;
        time.advance(Duration.ofMillis(2_999));
        old.collectIfDue();
        assertThat(space.collections).isOne();
        time.advance(Duration.ofMillis(1));
        old.collectIfDue();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void of_a_pause_that_waited_for_a_processor_what_lives_is_the_measure() {
        space.pauseMillis = 5_000;
        space.liveMegabytes = 49;
        space.usedMegabytes = 60;
        old.collectIfDue();
        space.usedMegabytes = 90;
        time.advance(Duration.ofMillis(3_000));
        old.collectIfDue();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void a_little_is_collected_once_when_nothing_comes() {
        space.liveMegabytes = 2;
        space.usedMegabytes = 4;
        looks(3);
        assertThat(space.collections).isZero();
        looks(1);
        assertThat(space.collections).isOne();
        looks(100);
        assertThat(space.collections).isOne();
    }

    @Test
    void a_little_stays_while_more_comes() {
        for (int megabytes = 1; megabytes < 6; megabytes++) {
            space.usedMegabytes = megabytes;
            looks(3);
        }
        assertThat(space.collections).isZero();
    }

    private void looks(int count) {
        for (int look = 0; look < count; look++) {
            old.collectIfDue();
        }
    }

    private static final class Filling implements OldGeneration.Space {

        private long usedMegabytes;
        private long liveMegabytes;
        private long pauseMillis;
        private int collections;

        @Override
        public long usedBytes() {
            return usedMegabytes << 20;
        }

        @Override
        public long collect() {
            collections++;
            usedMegabytes = liveMegabytes;
            return pauseMillis;
        }
    }
}
