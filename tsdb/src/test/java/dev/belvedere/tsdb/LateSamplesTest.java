package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Samples that are older than the newest of their series: where they lie, and what is known of newest times.
class LateSamplesTest {

    private static final long SEED = Long.getLong("seed", 20261127);
    private static final long START = 1_790_000_000_000L;
    private static final long MINUTE = 60_000;
    private static final int SERIES = 1100;
    private static final List<LabelMatcher> EVERYTHING = List.of(LabelMatcher.equal("job", "j"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(START + 60 * MINUTE);
    private StoreOnDisk opened = open(TsdbOptions.DEFAULT);

    private StoreOnDisk open(TsdbOptions options) {
        return StoreOnDisk.open(disk, Path.of("/data"), 1, options, time);
    }

    private void reopen(long windowMillis) {
        opened.close();
        opened = open(TsdbOptions.DEFAULT.withWindows(windowMillis, TsdbOptions.DEFAULT.maxFutureMillis()));
    }

    private static Labels series(int number) {
        return Labels.of("__name__", "m", "instance", "i", "job", "j", "n", Integer.toString(number));
    }

    private AppendOutcome append(int series, long millis) {
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(series(series)), millis, 0, millis);
            return appender.commit();
        }
    }

    private Map<Labels, TreeMap<Long, Read>> read(long fromMillis, long toMillis) {
        return SampleReader.read(opened.store(), Tenant.DEFAULT, EVERYTHING, fromMillis, toMillis);
    }

    private int groups() {
        int groups = 0;
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            for (SeriesCursor cursor :
                    querier.select(SelectRequest.samples(EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE))) {
                while (cursor.next()) {
                    groups++;
                }
            }
        }
        return groups;
    }

    private static NativeHistogram histogram(int count) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                1,
                0.001,
                count,
                count,
                count,
                new int[0],
                new double[0],
                new int[0],
                new double[0],
                new double[0]);
    }

    @Test
    void series_of_a_target_share_the_times_of_a_replica_that_is_behind() {
        for (int scrape = 0; scrape < 40; scrape++) {
            for (long behind = 0; behind <= 3000; behind += 3000) {
                try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                    for (int each = 0; each < 300; each++) {
                        appender.append(
                                appender.series(series(each)), START + scrape * 15_000L - behind, 0, scrape + each);
                    }
                    assertThat(appender.commit().accepted()).isEqualTo(300);
                }
            }
        }
        assertThat(groups()).isEqualTo(1);
        assertThat(read(Long.MIN_VALUE, Long.MAX_VALUE))
                .hasSize(300)
                .allSatisfy((labels, samples) -> assertThat(samples).hasSize(80));
    }

    @Test
    void late_samples_of_any_time_and_kind_are_read_as_they_came() {
        System.out.println("seed " + SEED);
        TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
        for (int life = 0; life < 3; life++) {
            for (int commit = 0; commit < 25; commit++) {
                appendScattered(expected);
            }
            if (life == 1) {
                opened.store().flush();
            }
            assertThat(read(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(expected);
            long from = START + random.nextInt(60) * 20_000L;
            assertThat(read(from, from + 5 * MINUTE)).isEqualTo(within(expected, from, from + 5 * MINUTE));
            assertThat(SampleReader.readNewest(opened.store(), Tenant.DEFAULT, EVERYTHING, from, from + 5 * MINUTE))
                    .isEqualTo(SampleReader.newest(within(expected, from, from + 5 * MINUTE)));
            reopen(60 * MINUTE);
        }
    }

    private void appendScattered(TreeMap<Labels, TreeMap<Long, Read>> expected) {
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            int many = random.nextInt(1, 600);
            int count = 0;
            for (int i = 0; i < many; i++) {
                int number = random.nextInt(5) == 0 ? i : random.nextInt(SERIES);
                long millis = START + random.nextInt(100) * 15_000L;
                long start = random.nextInt(300) == 0 ? START - 1 : 0;
                NativeHistogram histogram = random.nextInt(300) == 0 ? histogram(i) : null;
                double value = random.nextInt(1000);
                Read read = new Read(histogram == null ? Double.doubleToRawLongBits(value) : 0, histogram, start);
                if (expected.computeIfAbsent(series(number), key -> new TreeMap<>())
                                .putIfAbsent(millis, read)
                        != null) {
                    continue;
                }
                long ref = appender.series(series(number));
                if (histogram == null) {
                    appender.append(ref, millis, start, value);
                } else {
                    appender.append(ref, millis, start, histogram);
                }
                count++;
            }
            assertThat(appender.commit().accepted()).isEqualTo(count);
        }
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> within(
            TreeMap<Labels, TreeMap<Long, Read>> all, long fromMillis, long toMillis) {
        TreeMap<Labels, TreeMap<Long, Read>> some = new TreeMap<>();
        all.forEach((labels, samples) -> {
            if (!samples.subMap(fromMillis, true, toMillis, true).isEmpty()) {
                some.put(labels, new TreeMap<>(samples.subMap(fromMillis, true, toMillis, true)));
            }
        });
        return some;
    }

    @Test
    void who_is_refused_is_told_the_newest_time_also_within_one_commit() {
        reopen(0);
        append(0, START);
        try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(series(0));
            appender.append(ref, START + MINUTE, 0, 1);
            appender.append(ref, START + MINUTE, 0, 1);
            appender.append(ref, START + 1, 0, 1);
            appender.append(ref, START + MINUTE, 0, 2);
            AppendOutcome outcome = appender.commit();
            assertThat(outcome.accepted()).isEqualTo(2);
            assertThat(outcome.rejected())
                    .isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1, RejectReason.DUPLICATE_TIMESTAMP, 1));
            assertThat(outcome.firstRejected().orElseThrow().boundMillis()).isEqualTo(START + MINUTE);
        }
    }

    @Test
    void a_series_that_ended_before_its_chunk_goes_on_after_a_restart() {
        for (int scrape = 0; scrape < 10; scrape++) {
            append(0, START + scrape * MINUTE);
            if (scrape < 5) {
                append(1, START + scrape * MINUTE);
            }
        }
        opened.store().flush();
        reopen(0);
        assertThat(append(1, START + 4 * MINUTE - 1).rejected()).isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
        assertThat(append(1, START + 6 * MINUTE).accepted()).isEqualTo(1);
        assertThat(append(0, START + 6 * MINUTE + 1).rejected()).isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
    }

    @Test
    void what_was_deleted_keeps_nobody_out() {
        reopen(0);
        for (int scrape = 0; scrape < 10; scrape++) {
            append(0, START + scrape * MINUTE);
        }
        assertThat(append(0, START + 6 * MINUTE + 1).rejected()).isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
        opened.store().deleteSeries(Tenant.DEFAULT, EVERYTHING, new TimeRange(START + 5 * MINUTE, START + 20 * MINUTE));
        assertThat(append(0, START + 6 * MINUTE + 1).accepted()).isEqualTo(1);
        assertThat(append(0, START + 3 * MINUTE + 1).rejected()).isEqualTo(Map.of(RejectReason.OUT_OF_ORDER, 1));
    }

    @Test
    void what_a_target_has_late_is_encoded_and_found_again() {
        List<Long> times = new ArrayList<>();
        append(0, START + 50 * MINUTE);
        for (int i = 0; i < 300; i++) {
            times.add(START + i * 7_000L % (40 * MINUTE));
            assertThat(append(0, times.getLast()).accepted()).isEqualTo(1);
        }
        for (long each : times) {
            assertThat(append(0, each).accepted()).isEqualTo(1);
        }
        assertThat(read(Long.MIN_VALUE, Long.MAX_VALUE).get(series(0))).hasSize(301);
    }
}
