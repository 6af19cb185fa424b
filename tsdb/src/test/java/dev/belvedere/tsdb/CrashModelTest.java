package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A store is killed, or its power cut, at any change to its disk while samples come in order and late, are repeated
/// and deleted, and while it flushes, compacts, downsamples and lets go of what is old. A model of what was
/// acknowledged says what must be there at the next start and what may be. Each life ends with a check of every byte
/// (R31).
class CrashModelTest {

    private static final int LIVES =
            Integer.getInteger("crash.lives", Boolean.getBoolean("belvedere.long") ? 4000 : 80);
    private static final int LIVES_OF_A_STORE = 10;
    private static final long SEED = Long.getLong("seed", 9000L);

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long START = 20_000L * 24 * HOUR;
    private static final long KEPT = 30 * HOUR;
    private static final int SERIES = 12;
    private static final int MAX_STEPS = 60;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private static final TsdbOptions OPTIONS = TsdbOptions.DEFAULT
            .withBlockSpan(4 * HOUR)
            .withHead(HOUR, 1 << 20)
            .withRetention(new Retention(
                    KEPT, Long.MAX_VALUE, List.of(), List.of(new Retention.Rollup(5 * MINUTE, 6 * HOUR, 2 * KEPT))));

    /// What the model knows of a sample.
    ///
    /// @param isCertain it was acknowledged and nothing that may have removed it was begun
    private record Known(long bits, @Nullable NativeHistogram histogram, boolean isCertain) {

        Known uncertain() {
            return new Known(bits, histogram, false);
        }

        boolean isRead(Read read) {
            return histogram == null
                    ? read.histogram() == null && read.bits() == bits
                    : read.histogram() != null
                            && read.histogram().count() == histogram.count()
                            && read.histogram().sum() == histogram.sum();
        }
    }

    /// One store through its lives.
    private static final class History {

        final SplittableRandom random;
        final String what;
        final ManualTime time = new ManualTime(START);
        final TreeMap<Labels, TreeMap<Long, Known>> model = new TreeMap<>();
        int kills;

        History(long seed) {
            random = new SplittableRandom(seed);
            what = "seed " + seed;
        }

        Labels series(int number) {
            String name = number % 4 == 3 ? "h" : "m";
            return Labels.of("__name__", name, "job", "j", "instance", "i" + number % 3, "n", Integer.toString(number));
        }

        TreeMap<Long, Known> known(Labels labels) {
            return model.computeIfAbsent(labels, key -> new TreeMap<>());
        }

        void live(MortalDisk disk, StoreOnDisk opened) {
            int steps = random.nextInt(1, MAX_STEPS);
            for (int i = 0; i < steps && !disk.isDead(); i++) {
                try {
                    step(opened.store());
                } catch (OperationException e) {
                    assertThat(e.code()).as(what).isIn("io_error", "disk_full");
                }
            }
        }

        private void step(TsdbStore store) {
            int choice = random.nextInt(100);
            if (choice < 60) {
                time.advance(Duration.ofMillis(random.nextInt(1000, 90_000)));
                append(store, time.currentMillis());
            } else if (choice < 74) {
                append(store, time.currentMillis() - 2 * random.nextInt(1, (int) HOUR / 4) - 1);
            } else if (choice < 79) {
                repeat(store);
            } else if (choice < 84) {
                store.flush();
            } else if (choice < 92) {
                time.advance(Duration.ofMinutes(random.nextInt(10, 240)));
                store.maintain();
            } else if (choice < 98) {
                delete(store);
            } else {
                store.cleanTombstones();
            }
        }

        /// One sample for some of the series, at a time that none of them has.
        private void append(TsdbStore store, long timestampMillis) {
            List<Labels> picked = new ArrayList<>();
            for (int i = 0; i < SERIES; i++) {
                if (random.nextInt(3) > 0 && !known(series(i)).containsKey(timestampMillis)) {
                    picked.add(series(i));
                }
            }
            double value = random.nextInt(1000) / 10.0;
            for (Labels labels : picked) {
                NativeHistogram histogram = labels.metricName().equals("h") ? histogram(value) : null;
                known(labels).put(timestampMillis, new Known(Double.doubleToRawLongBits(value), histogram, false));
            }
            commit(store, picked, timestampMillis);
        }

        /// Sends what the model has for a time once more; what was not acknowledged then is now.
        private void repeat(TsdbStore store) {
            Labels labels = series(random.nextInt(SERIES));
            Long last = known(labels).floorKey(time.currentMillis());
            if (last != null && last > time.currentMillis() - HOUR) {
                commit(store, List.of(labels), last);
            }
        }

        private void commit(TsdbStore store, List<Labels> picked, long timestampMillis) {
            try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                for (Labels labels : picked) {
                    Known sample = Objects.requireNonNull(known(labels).get(timestampMillis));
                    long ref = appender.series(labels);
                    if (sample.histogram() != null) {
                        appender.append(ref, timestampMillis, MetricAppender.NO_START, sample.histogram());
                    } else {
                        appender.append(
                                ref, timestampMillis, MetricAppender.NO_START, Double.longBitsToDouble(sample.bits()));
                    }
                }
                AppendOutcome outcome = appender.commit();
                assertThat(outcome.accepted()).as("%s: %s", what, outcome).isEqualTo(picked.size());
            }
            for (Labels labels : picked) {
                Known sample = Objects.requireNonNull(known(labels).get(timestampMillis));
                known(labels).put(timestampMillis, new Known(sample.bits(), sample.histogram(), true));
            }
        }

        private void delete(TsdbStore store) {
            Labels labels = series(random.nextInt(SERIES));
            long from = time.currentMillis() - random.nextInt((int) (4 * HOUR));
            long to = from + random.nextInt((int) HOUR);
            known(labels).subMap(from, true, to, true).replaceAll((at, sample) -> sample.uncertain());
            store.deleteSeries(
                    Tenant.DEFAULT,
                    List.of(
                            LabelMatcher.equal("__name__", labels.metricName()),
                            LabelMatcher.equal("n", labels.get("n"))),
                    new TimeRange(from, to));
            known(labels).subMap(from, true, to, true).clear();
        }

        private NativeHistogram histogram(double value) {
            return new NativeHistogram(
                    ResetHint.UNKNOWN,
                    2,
                    0x1p-128,
                    1,
                    value + 1,
                    9.5 * value,
                    new int[] {-3, 1},
                    new double[] {value},
                    new int[0],
                    new double[0],
                    new double[0]);
        }

        /// What is there must be known, what is certain must be there; from then on that is what is known.
        void requireModel(TsdbStore store) {
            TreeMap<Labels, TreeMap<Long, Read>> all =
                    SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
            long horizon = time.currentMillis() - KEPT;
            all.forEach((labels, samples) -> samples.tailMap(horizon, false).forEach((at, read) -> {
                Known sample = known(labels).get(at);
                assertThat(sample)
                        .as("%s: %s has a sample at %d that was deleted or never sent", what, labels, at)
                        .isNotNull();
                assertThat(sample.isRead(read))
                        .as("%s: the value of %s at %d", what, labels, at)
                        .isTrue();
            }));
            model.forEach((labels, samples) -> {
                TreeMap<Long, Read> found = all.getOrDefault(labels, new TreeMap<>());
                samples.headMap(horizon, true).clear();
                samples.forEach((at, sample) -> assertThat(found.containsKey(at) || !sample.isCertain())
                        .as("%s: %s lost the sample at %d", what, labels, at)
                        .isTrue());
                samples.keySet().removeIf(at -> !found.containsKey(at));
                samples.replaceAll((at, sample) -> new Known(sample.bits(), sample.histogram(), true));
            });
        }
    }

    @Test
    void R01_R02_whatever_it_was_doing_what_was_acknowledged_is_there_and_nothing_else() {
        int kills = 0;
        long samples = 0;
        for (int store = 0; store < LIVES / LIVES_OF_A_STORE; store++) {
            History history = new History(SEED + store);
            MemoryDisk disk = new MemoryDisk();
            for (int life = 0; life < LIVES_OF_A_STORE; life++) {
                MortalDisk mortal = new MortalDisk(disk, history.random.nextInt(20, 600));
                disk = liveAndDie(history, mortal, disk);
                kills++;
            }
            samples += history.model.values().stream().mapToLong(TreeMap::size).sum();
        }
        System.out.println("reliability: R01 R02 " + kills + " kills and power cuts at any change to the disk, "
                + samples + " samples of the last lives, seeds from " + SEED);
        assertThat(samples).isGreaterThan(kills);
    }

    /// @return the disk as the next life finds it
    private static MemoryDisk liveAndDie(History history, MortalDisk mortal, MemoryDisk disk) {
        StoreOnDisk opened = StoreOnDisk.open(disk, Path.of("/data"), 2, OPTIONS, history.time);
        history.requireModel(opened.store());
        assertThat(BlockCheck.run(opened.catalog().state(), opened.segments()).problems())
                .as(history.what)
                .isEmpty();
        opened.close();
        try {
            StoreOnDisk living = StoreOnDisk.open(mortal, Path.of("/data"), 2, OPTIONS, history.time);
            history.live(mortal, living);
            mortal.die();
            living.close();
        } catch (OperationException e) {
            assertThat(mortal.isDead()).as("%s: %s", history.what, e).isTrue();
        }
        return history.random.nextBoolean() ? disk.kill() : disk.crash(history.random);
    }
}
