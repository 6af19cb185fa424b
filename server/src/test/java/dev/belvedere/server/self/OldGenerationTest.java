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
        old.collectIfGrown();
        assertThat(space.collections).isZero();
        space.usedMegabytes = 7;
        old.collectIfGrown();
        assertThat(space.collections).isOne();
    }

    @Test
    void a_large_one_when_it_has_grown_by_a_sixth_of_what_lived() {
        space.liveMegabytes = 300;
        space.usedMegabytes = 300;
        old.collectIfGrown();
        space.usedMegabytes = 350;
        old.collectIfGrown();
        assertThat(space.collections).isOne();
        space.usedMegabytes = 351;
        old.collectIfGrown();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void pauses_take_at_most_a_thirtieth_of_the_time() {
        space.pauseMillis = 100;
        space.liveMegabytes = 49;
        space.usedMegabytes = 60;
        old.collectIfGrown();
        space.usedMegabytes = 90;
        time.advance(Duration.ofMillis(2_999));
        old.collectIfGrown();
        assertThat(space.collections).isOne();
        time.advance(Duration.ofMillis(1));
        old.collectIfGrown();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void of_a_pause_that_waited_for_a_processor_what_lives_is_the_measure() {
        space.pauseMillis = 5_000;
        space.liveMegabytes = 49;
        space.usedMegabytes = 60;
        old.collectIfGrown();
        space.usedMegabytes = 90;
        time.advance(Duration.ofMillis(3_000));
        old.collectIfGrown();
        assertThat(space.collections).isEqualTo(2);
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
