package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A head that comes back from its log has more rows open than one that is written to: what is read does not differ.
class RestoreTest {

    private static final long SEED = Long.getLong("seed", 20261126L);
    private static final long START = 1_790_000_000_000L;
    private static final long INTERVAL = 15_000;
    private static final int TARGETS = 3;
    private static final int SERIES = 12;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ManualTime time = new ManualTime(START + 500 * INTERVAL);
    private final MemoryMetricStore twin = new MemoryMetricStore();
    private MemoryDisk disk = new MemoryDisk();
    private StoreOnDisk opened = open();

    private StoreOnDisk open() {
        TsdbOptions options = TsdbOptions.DEFAULT.withWindows(1000 * INTERVAL, INTERVAL);
        return StoreOnDisk.open(disk, Path.of("/data"), 2, options, time);
    }

    @Test
    void what_was_sampled_between_starts_is_read_as_before_also_in_blocks() {
        int step = 0;
        for (int rows : new int[] {70, 1, 150, 17, 64, 5}) {
            for (int end = step + rows; step < end; step++) {
                sample(step);
            }
            disk = disk.crash(random);
            opened = open();
            requireSame("after " + step + " rows");
        }
        for (int end = step + 20; step < end; step++) {
            sample(step);
        }
        requireSame("after more rows");
        opened.store().flush();
        requireSame("in blocks");
    }

    /// What one scrape of each target brings to both stores: some series are not there, some samples are late.
    private void sample(int step) {
        for (int target = 0; target < TARGETS; target++) {
            boolean isLate = random.nextInt(20) == 0;
            long at = START + step * INTERVAL - (isLate ? 20 * INTERVAL + 1 : 0);
            long seed = random.nextLong();
            append(opened.store(), target, at, seed);
            append(twin, target, at, seed);
        }
    }

    private static void append(MetricStore store, int target, long at, long seed) {
        SplittableRandom values = new SplittableRandom(seed);
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            int count = 0;
            for (int series = 0; series < SERIES; series++) {
                double value = values.nextInt(1000) / 10.0;
                // Of the last target each series is sampled when it likes.
                if (values.nextInt(10) < (target == TARGETS - 1 ? 6 : 1)) {
                    continue;
                }
                long ref = appender.series(labels(target, series));
                long start = series % 4 == 0 ? START - 5 : 0;
                if (series % 5 == 3) {
                    appender.append(ref, at, start, histogram(value));
                } else {
                    appender.append(ref, at, start, value);
                }
                count++;
            }
            assertThat(appender.commit().accepted()).isEqualTo(count);
        }
    }

    private static Labels labels(int target, int series) {
        return Labels.of("__name__", "m" + series, "instance", "node-" + target, "job", "node");
    }

    private static NativeHistogram histogram(double sum) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                2,
                0.1,
                1,
                7,
                sum,
                new int[] {-3, 2, 4, 1},
                new double[] {1, 2, 3},
                new int[0],
                new double[0],
                new double[0]);
    }

    private void requireSame(String when) {
        assertThat(SampleReader.read(opened.store(), Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE))
                .as("%s, seed %d", when, SEED)
                .isEqualTo(SampleReader.read(twin, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
