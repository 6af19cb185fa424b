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
    void a_small_heap_is_collected_when_it_has_grown_by_eight_megabytes() {
        space.usedMegabytes = 8;
        old.collectIfGrown();
        assertThat(space.collections).isZero();
        space.usedMegabytes = 9;
        old.collectIfGrown();
        assertThat(space.collections).isOne();
    }

    @Test
    void a_large_one_when_it_has_grown_by_a_third_of_what_lived() {
        space.liveMegabytes = 300;
        space.usedMegabytes = 300;
        old.collectIfGrown();
        space.usedMegabytes = 400;
        old.collectIfGrown();
        assertThat(space.collections).isOne();
        space.usedMegabytes = 401;
        old.collectIfGrown();
        assertThat(space.collections).isEqualTo(2);
    }

    @Test
    void pauses_take_at_most_a_fiftieth_of_the_time() {
        space.pauseMillis = 100;
        space.usedMegabytes = 9;
        old.collectIfGrown();
        space.usedMegabytes = 90;
        time.advance(Duration.ofMillis(4_999));
        old.collectIfGrown();
        assertThat(space.collections).isOne();
        time.advance(Duration.ofMillis(1));
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
