package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.StoreMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The experiments of docs/reliability.md that need a disk and a clock that can be made to fail. Each ends with a
/// check of every byte (R31). `-Dbelvedere.long=true` runs them at full size.
class ReliabilityTest {

    private static final boolean IS_LONG = Boolean.getBoolean("belvedere.long");

    /// 1,300 frames make 64 KiB; `-Dlog.frames=` shortens R3 and R4.
    private static final int FRAMES = Integer.getInteger("log.frames", IS_LONG ? 1300 : 12);

    /// `-Dpower.cuts=` shortens R2.
    private static final int POWER_CUTS = Integer.getInteger("power.cuts", IS_LONG ? 10_000 : 500);

    private static final long SEED = Long.getLong("seed", 4711L);
    private static final long START = 1_790_000_000_000L;
    private static final Path ROOT = Path.of("/data");
    private static final int SERIES = 4;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final ManualTime time = new ManualTime(START + 3_600_000);

    private StoreOnDisk open(MemoryDisk disk) {
        return StoreOnDisk.open(disk, ROOT, 1, TsdbOptions.DEFAULT, time);
    }

    /// R31: nothing is wrong with what is stored.
    private static void closeClean(StoreOnDisk opened, String what) {
        assertThat(BlockCheck.run(opened.catalog().state(), opened.segments()).problems())
                .as(what)
                .isEmpty();
        opened.close();
    }

    private static Labels series(int number) {
        return Labels.of("__name__", "m", "job", "j", "instance", "i", "n", Integer.toString(number));
    }

    /// One sample for each series.
    private static AppendOutcome commit(TsdbStore store, long timestampMillis, double value) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < SERIES; i++) {
                appender.append(appender.series(series(i)), timestampMillis, MetricAppender.NO_START, value + i);
            }
            return appender.commit();
        }
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(TsdbStore store) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /// The timestamps that are there, which must be the same for every series.
    private static TreeSet<Long> times(TsdbStore store, String what) {
        TreeMap<Labels, TreeMap<Long, Read>> samples = read(store);
        if (samples.isEmpty()) {
            return new TreeSet<>();
        }
        assertThat(samples).as(what).hasSize(SERIES);
        TreeSet<Long> first = new TreeSet<>(samples.firstEntry().getValue().keySet());
        samples.values().forEach(each -> assertThat(each.keySet()).as(what).containsExactlyElementsOf(first));
        return first;
    }

    private static byte[] content(MemoryDisk disk, Path path) throws IOException {
        return disk.readAll(path, 1 << 28);
    }

    private static void overwrite(MemoryDisk disk, Path path, byte[] content) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
    }

    private static Path onlyLogFile(MemoryDisk disk) {
        List<Path> files = disk.list(ROOT.resolve("wal/0000"));
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    private MemoryDisk diskWithLog(int frames) {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = open(disk);
        for (int i = 0; i < frames; i++) {
            commit(opened.store(), START + i * 1000L, i);
        }
        opened.close();
        return disk;
    }

    @Test
    void R02_a_power_cut_at_any_moment_loses_nothing_acknowledged() {
        for (int round = 0; round < POWER_CUTS; round++) {
            SplittableRandom random = new SplittableRandom(SEED + round);
            MemoryDisk disk = new MemoryDisk();
            TreeSet<Long> acknowledged = new TreeSet<>();
            String what = "round " + round + ", seed " + SEED;
            int lives = 1 + random.nextInt(3);
            for (int life = 0; life < lives; life++) {
                StoreOnDisk opened = open(disk);
                assertThat(times(opened.store(), what)).as(what).containsAll(acknowledged);
                liveUntilPowerCut(opened, disk, random, acknowledged);
                disk = disk.crash(random);
            }
            StoreOnDisk reopened = open(disk);
            assertThat(times(reopened.store(), what)).as(what).containsExactlyElementsOf(acknowledged);
            closeClean(reopened, what);
        }
    }

    private static void liveUntilPowerCut(
            StoreOnDisk opened, MemoryDisk disk, SplittableRandom random, TreeSet<Long> acknowledged) {
        int steps = random.nextInt(1, 12);
        for (int i = 0; i < steps; i++) {
            long at = acknowledged.isEmpty() ? START : acknowledged.last() + 1000;
            assertThat(commit(opened.store(), at, i).accepted()).isEqualTo(SERIES);
            acknowledged.add(at);
            if (random.nextInt(6) == 0) {
                disk.failSyncs(random.nextInt(8), random.nextInt(2));
                try {
                    opened.store().flush();
                } catch (OperationException e) {
                    assertThat(e.code()).isEqualTo("io_error");
                }
                disk.failSyncs(Integer.MAX_VALUE, 0);
            }
        }
    }

    @Test
    void R03_a_log_cut_at_any_byte_gives_back_exactly_the_frames_before() throws IOException {
        MemoryDisk whole = diskWithLog(FRAMES);
        byte[] log = content(whole, onlyLogFile(whole));
        int before = 0;
        for (int length = 0; length <= log.length; length++) {
            MemoryDisk disk = whole.kill();
            overwrite(disk, onlyLogFile(disk), Arrays.copyOf(log, length));
            StoreOnDisk opened = open(disk);
            TreeSet<Long> times = times(opened.store(), "cut at " + length);
            assertThat(times).as("cut at %d", length).hasSizeBetween(before, before + 1);
            assertThat(times.isEmpty() || times.last() == START + (times.size() - 1) * 1000L)
                    .as("cut at %d", length)
                    .isTrue();
            before = times.size();
            opened.close();
        }
        assertThat(before).isEqualTo(FRAMES);
    }

    @Test
    void R04_a_bit_flipped_at_any_byte_of_the_log_costs_the_frame_it_hit_and_is_counted() throws IOException {
        MemoryDisk whole = diskWithLog(FRAMES);
        byte[] log = content(whole, onlyLogFile(whole));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int at = 0; at < log.length; at++) {
            byte[] damaged = log.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            MemoryDisk disk = whole.kill();
            overwrite(disk, onlyLogFile(disk), damaged);
            StoreOnDisk opened = open(disk);
            String what = "flip at " + at + ", seed " + SEED;
            TreeSet<Long> times = times(opened.store(), what);
            assertThat(times).as(what).hasSizeBetween(FRAMES - 1, FRAMES);
            boolean isLastThere = times.last() == START + (FRAMES - 1) * 1000L;
            double counted = StoreMetrics.in(opened.metrics()).lostFrames().value();
            // A last frame that does not check is one that was never finished: no reader can tell the difference.
            assertThat(counted).as(what).isEqualTo(times.size() < FRAMES && isLastThere ? 1 : 0);
            assertThat(commit(opened.store(), START + 10_000_000, 5).accepted()).isEqualTo(SERIES);
            opened.close();
        }
    }

    @Test
    void R06_a_disk_full_at_any_byte_refuses_writes_and_goes_on_when_there_is_room() {
        long used = fullSize();
        long step = IS_LONG ? 1 : Math.max(1, used / 150);
        for (long capacity = 0; capacity < used; capacity += step) {
            MemoryDisk disk = new MemoryDisk();
            StoreOnDisk opened = open(disk);
            TreeSet<Long> acknowledged = new TreeSet<>();
            disk.limitCapacity(capacity);
            fill(opened, acknowledged);
            String what = "capacity " + capacity;
            assertThat(times(opened.store(), what)).as(what).containsExactlyElementsOf(acknowledged);
            disk.limitCapacity(Long.MAX_VALUE);
            time.advance(Duration.ofSeconds(1));
            long later = START + 1_000_000;
            assertThat(commit(opened.store(), later, 1).accepted()).isEqualTo(SERIES);
            acknowledged.add(later);
            opened.store().flush();
            assertThat(times(opened.store(), what)).as(what).containsExactlyElementsOf(acknowledged);
            closeClean(opened, what);
            StoreOnDisk reopened = open(disk.crash(new SplittableRandom(SEED)));
            assertThat(times(reopened.store(), what)).as(what).containsExactlyElementsOf(acknowledged);
            closeClean(reopened, what);
        }
    }

    private long fullSize() {
        MemoryDisk disk = new MemoryDisk();
        disk.limitCapacity(1 << 30);
        StoreOnDisk opened = open(disk);
        fill(opened, new TreeSet<>());
        long used = (1 << 30) - disk.usableBytes(ROOT);
        opened.close();
        return used;
    }

    /// Commits and flushes as far as the disk lets it.
    private static void fill(StoreOnDisk opened, TreeSet<Long> acknowledged) {
        for (int i = 0; i < 12; i++) {
            long at = START + i * 1000L;
            try {
                if (commit(opened.store(), at, i).accepted() == SERIES) {
                    acknowledged.add(at);
                }
            } catch (OperationException e) {
                assertThat(e.code()).isIn("disk_full", "io_error");
                assertThat(e.getMessage()).isNotEmpty();
            }
            if (i % 4 == 3) {
                try {
                    opened.store().flush();
                } catch (OperationException e) {
                    assertThat(e.code()).isIn("disk_full", "io_error");
                }
            }
        }
    }

    @Test
    void R07_nothing_whose_sync_failed_is_acknowledged_wherever_that_happens() {
        int syncs = IS_LONG ? 60 : 25;
        for (int failing = 0; failing < syncs; failing++) {
            for (int count = 1; count <= 3; count++) {
                MemoryDisk disk = new MemoryDisk();
                StoreOnDisk opened = open(disk);
                TreeSet<Long> acknowledged = new TreeSet<>();
                disk.failSyncs(failing, count);
                fill(opened, acknowledged);
                fillMore(opened, acknowledged);
                String what = count + " syncs fail after " + failing;
                assertThat(acknowledged).as(what).hasSizeGreaterThanOrEqualTo(24 - count);
                SplittableRandom random = new SplittableRandom(SEED + failing);
                StoreOnDisk reopened = open(disk.crash(random));
                assertThat(times(reopened.store(), what)).as(what).containsAll(acknowledged);
                closeClean(reopened, what);
            }
        }
    }

    private static void fillMore(StoreOnDisk opened, TreeSet<Long> acknowledged) {
        for (int i = 0; i < 12; i++) {
            long at = START + 100_000 + i * 1000L;
            try {
                commit(opened.store(), at, i);
                acknowledged.add(at);
            } catch (OperationException e) {
                assertThat(e.code()).isEqualTo("io_error");
            }
        }
    }

    @Test
    void R08_no_jump_of_the_clock_makes_retention_remove_anything() {
        long hour = 3_600_000;
        long[] jumps = {hour, -hour, 24 * hour, -24 * hour, 10 * 365 * 24 * hour, -10 * 365 * 24 * hour};
        for (long jump : jumps) {
            MemoryDisk disk = new MemoryDisk();
            StoreOnDisk opened = open(disk);
            TreeSet<Long> all = new TreeSet<>();
            write(opened, all, 40);
            time.jumpTo(time.currentMillis() + jump);
            write(opened, all, 8);
            String what = "a jump of " + jump / hour + " h";
            assertThat(times(opened.store(), what)).as(what).containsExactlyElementsOf(all);
            closeClean(opened, what);
            StoreOnDisk reopened = open(disk.crash(new SplittableRandom(SEED)));
            write(reopened, all, 8);
            assertThat(times(reopened.store(), what + " and a restart")).containsExactlyElementsOf(all);
            time.jumpTo(time.currentMillis() - jump);
            write(reopened, all, 8);
            assertThat(times(reopened.store(), what + " that was undone")).containsExactlyElementsOf(all);
            closeClean(reopened, what);
        }
    }

    /// An hour of background work after each sample of the current time.
    private void write(StoreOnDisk opened, TreeSet<Long> all, int hours) {
        for (int i = 0; i < hours; i++) {
            long now = time.currentMillis();
            if (commit(opened.store(), now, i).accepted() == SERIES) {
                all.add(now);
            }
            time.advance(Duration.ofMinutes(61));
            opened.store().maintain();
        }
    }

    @Test
    void R07_a_failed_sync_is_told_and_the_retry_is_taken_once_it_is_durable() {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = open(disk);
        commit(opened.store(), START, 1);
        disk.failSyncs(0, 1);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> commit(opened.store(), START + 1000, 2))
                    .as("attempt %d", attempt)
                    .isInstanceOfSatisfying(
                            OperationException.class, e -> assertThat(e.code()).isEqualTo("io_error"));
        }
        opened.store().maintain();
        assertThat(commit(opened.store(), START + 1000, 2).accepted()).isEqualTo(SERIES);
        assertThat(commit(opened.store(), START + 2000, 3).accepted()).isEqualTo(SERIES);
        StoreOnDisk reopened = open(disk.kill());
        assertThat(times(reopened.store(), "after the retry")).hasSize(3);
        closeClean(reopened, "after the retry");
    }

    @Test
    void R07_what_the_log_has_lost_is_soon_in_a_block() {
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk disk = new MemoryDisk();
            StoreOnDisk opened = open(disk);
            commit(opened.store(), START, 1);
            disk.failSyncs(0, 1);
            assertThatThrownBy(() -> commit(opened.store(), START + 1000, 2)).isInstanceOf(OperationException.class);
            opened.store().maintain();
            assertThat(commit(opened.store(), START + 1000, 2).accepted()).isEqualTo(SERIES);
            StoreOnDisk reopened = open(disk.crash(new SplittableRandom(seed)));
            assertThat(times(reopened.store(), "after the crash"))
                    .as("seed %d", seed)
                    .hasSize(2);
        }
    }

    @Test
    void R07_a_failed_sync_is_told_to_who_does_not_wait_for_it() throws Exception {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = StoreOnDisk.open(disk, ROOT, 2, TsdbOptions.DEFAULT, time);
        List<String> outcomes = new ArrayList<>();
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            for (int commit = 0; commit < 2; commit++) {
                disk.failSyncs(0, 1 - commit);
                for (int i = 0; i < 20; i++) {
                    long ref = appender.series(Labels.of("__name__", "m", "instance", "a:" + i));
                    appender.append(ref, START + 1000 * commit, MetricAppender.NO_START, 1);
                }
                assertThat(appender.commit().accepted()).isEqualTo(20);
                outcomes.add(toldOutcome(appender));
            }
        }
        assertThat(outcomes).containsExactly("io_error", "durable");
        closeClean(opened, "after the failure");
    }

    @Test
    void R07_a_repetition_waits_for_the_sync_of_what_it_repeats() throws Exception {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = StoreOnDisk.open(disk, ROOT, 2, TsdbOptions.DEFAULT, time);
        try (MetricAppender first = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER);
                MetricAppender second = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            appendOne(first);
            appendOne(second);
            disk.failSyncs(0, 1);
            assertThat(toldOutcome(second)).isEqualTo("io_error");
            assertThat(toldOutcome(first)).isEqualTo("io_error");
        }
        closeClean(opened, "after the repetition");
    }

    @Test
    void R07_a_repetition_of_what_the_log_lost_fails_until_a_block_has_it_also_beside_new_samples() throws Exception {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = StoreOnDisk.open(disk, ROOT, 2, TsdbOptions.DEFAULT, time);
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            disk.failSyncs(0, 1);
            appendOne(appender);
            assertThat(toldOutcome(appender)).isEqualTo("io_error");
            appendOne(appender);
            assertThat(toldOutcome(appender)).as("sent again").isEqualTo("io_error");
            append(appender, START + 1000);
            appendOne(appender);
            assertThat(toldOutcome(appender)).as("beside new ones").isEqualTo("io_error");
            append(appender, START + 2000);
            assertThat(toldOutcome(appender)).as("new ones alone").isEqualTo("durable");
            opened.store().maintain();
            append(appender, START + 1000);
            appendOne(appender);
            assertThat(toldOutcome(appender)).as("in a block").isEqualTo("durable");
        }
        closeClean(opened, "after the repetition");
    }

    private void appendOne(MetricAppender appender) {
        append(appender, START);
    }

    private static void append(MetricAppender appender, long time) {
        long ref = appender.series(Labels.of("__name__", "m", "instance", "a:1"));
        appender.append(ref, time, MetricAppender.NO_START, 1);
        assertThat(appender.commit().accepted()).isEqualTo(1);
    }

    private static String toldOutcome(MetricAppender appender) throws Exception {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        appender.whenDurable(new CommitListener() {
            @Override
            public void durable() {
                outcome.complete("durable");
            }

            @Override
            public void failed(OperationException failure) {
                outcome.complete(failure.code());
            }
        });
        return outcome.get(10, TimeUnit.SECONDS);
    }
}
