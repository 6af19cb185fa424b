package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Whatever was written, in whatever order, and wherever it lies by now, every read gives what a store of maps gives.
class RandomHistoryTest {

    private static final int HISTORIES =
            Integer.getInteger("histories", Boolean.getBoolean("belvedere.long") ? 400 : 2);
    private static final long SEED = Long.getLong("seed", 20261127L);
    private static final int STEPS = 100;

    @Test
    void reads_are_those_of_a_store_of_maps() {
        long compared = 0;
        for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
            try (RandomHistory history = new RandomHistory(seed)) {
                compared += history.live(STEPS);
            }
        }
        System.out.println("histories: " + HISTORIES + " from seed " + SEED + ", " + compared + " samples compared");
        assertThat(compared).isGreaterThan(1000L * HISTORIES);
    }
}
