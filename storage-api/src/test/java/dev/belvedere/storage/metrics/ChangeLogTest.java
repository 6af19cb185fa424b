package dev.belvedere.storage.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChangeLogTest {

    private static final long SEED = Long.getLong("seed", 20261126L);

    private final ChangeLog log = new ChangeLog();

    @Test
    void nothing_has_changed_since_the_present_version() {
        assertThat(log.lowestSince(log.version())).isEqualTo(Long.MAX_VALUE);
        log.note(5000);
        assertThat(log.lowestSince(0)).isEqualTo(5000);
        assertThat(log.lowestSince(log.version())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_later_change_that_reaches_further_back_holds_for_earlier_versions_too() {
        log.note(50_000);
        log.note(90_000);
        long version = log.version();
        log.note(10_000);
        log.note(95_000);
        assertThat(log.lowestSince(0)).isEqualTo(10_000);
        assertThat(log.lowestSince(version)).isEqualTo(10_000);
        assertThat(log.lowestSince(version + 1)).isEqualTo(95_000);
    }

    @Test
    void a_change_of_all_time_is_told() {
        log.note(0);
        log.note(Long.MIN_VALUE);
        log.note(7);
        assertThat(log.lowestSince(1)).isEqualTo(Long.MIN_VALUE);
        assertThat(log.lowestSince(2)).isEqualTo(7);
    }

    @Test
    void a_change_is_never_told_as_reaching_less_far_back_than_it_did() {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] noted = new long[20_000];
        long now = 1_790_000_000_000L;
        for (int i = 0; i < noted.length; i++) {
            now += random.nextLong(3000);
            noted[i] = random.nextInt(200) == 0 ? now - random.nextLong(10_000_000) : now - random.nextLong(4000);
            log.note(noted[i]);
            if (i % 50 == 0) {
                int version = i < 2 || random.nextBoolean() ? random.nextInt(i + 1) : Math.max(0, i - 100);
                long exact = Long.MAX_VALUE;
                for (int v = version; v <= i; v++) {
                    exact = Math.min(exact, noted[v]);
                }
                assertThat(log.lowestSince(version)).as("seed %d", SEED).isLessThanOrEqualTo(exact);
                if (i - version <= 100) {
                    assertThat(log.lowestSince(version))
                            .as("recent changes are told exactly but for a second, seed %d", SEED)
                            .isGreaterThan(exact - 1000);
                }
            }
        }
    }
}
