package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Commits of whole scrapes, of parts of them, repeated, late, with samples of other kinds in between, beside a map.
class CommitRunsTest {

    private static final long SEED = Long.getLong("seed", 20261126);
    private static final long START = 1_790_000_000_000L;
    private static final int SERIES = 1500;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final MemoryDisk disk = new MemoryDisk();
    private final List<Labels> series = new ArrayList<>();
    private final TreeMap<Labels, TreeMap<Long, Read>> expected = new TreeMap<>();
    private int expectedAccepted;
    private int expectedRejected;

    private StoreOnDisk open() {
        return StoreOnDisk.open(disk, Path.of("/data"), 2, TsdbOptions.DEFAULT, new ManualTime(START + 86_400_000));
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

    private void add(MetricAppender appender, long ref, int number, long millis) {
        int kind = random.nextInt(200);
        long start = kind == 1 || kind == 2 ? START - 1000 : 0;
        double value = random.nextInt(3) == 0 ? random.nextDouble() : random.nextInt(100);
        if (kind == 0 || kind == 1) {
            NativeHistogram histogram = histogram(random.nextInt(50));
            appender.append(ref, millis, start, histogram);
            expect(number, millis, new Read(0, histogram, start));
        } else {
            appender.append(ref, millis, start, value);
            expect(number, millis, new Read(Double.doubleToRawLongBits(value), null, start));
        }
    }

    private void expect(int number, long millis, Read read) {
        TreeMap<Long, Read> samples = expected.computeIfAbsent(series.get(number), key -> new TreeMap<>());
        Read present = samples.get(millis);
        boolean isSame = present != null
                && present.bits() == read.bits()
                && Objects.equals(present.histogram(), read.histogram());
        boolean isLate =
                !samples.isEmpty() && samples.lastKey() - millis > TsdbOptions.DEFAULT.outOfOrderWindowMillis();
        if (isSame) {
            expectedAccepted++;
        } else if (present != null || isLate) {
            expectedRejected++;
        } else {
            samples.put(millis, read);
            expectedAccepted++;
        }
    }

    private void commit(TsdbStore store, long[] refs, int step) {
        expectedAccepted = 0;
        expectedRejected = 0;
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            for (int part = random.nextInt(1, 5); part > 0; part--) {
                int from = random.nextInt(SERIES);
                int to = Math.min(SERIES, from + random.nextInt(1, 1500));
                int stride = random.nextInt(4) == 0 ? 3 : 1;
                long millis = START + (step - (random.nextInt(40) == 0 ? 245 : random.nextInt(3))) * 15_000L;
                for (int number = from; number < to; number += stride) {
                    if (refs[number] < 0) {
                        refs[number] = appender.series(series.get(number));
                    }
                    add(appender, refs[number], number, millis + (random.nextInt(500) == 0 ? 7 : 0));
                }
            }
            assertThat(appender.commit())
                    .satisfies(outcome -> assertThat(outcome.accepted()).isEqualTo(expectedAccepted))
                    .satisfies(outcome -> assertThat(outcome.rejectedCount()).isEqualTo(expectedRejected));
        }
    }

    @Test
    void commits_of_runs_keep_what_commits_of_single_samples_would() {
        System.out.println("seed " + SEED);
        for (int number = 0; number < SERIES; number++) {
            series.add(Labels.of(
                    "__name__", "m", "job", "j", "instance", "i" + number / 1200, "n", Integer.toString(number)));
        }
        for (int life = 0; life < 3; life++) {
            StoreOnDisk opened = open();
            long[] refs = new long[SERIES];
            Arrays.fill(refs, -1);
            for (int step = 0; step < 20; step++) {
                commit(opened.store(), refs, life * 20 + step);
            }
            if (life == 1) {
                opened.store().flush();
            }
            Map<Labels, TreeMap<Long, Read>> read =
                    SampleReader.read(opened.store(), Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
            assertThat(read).isEqualTo(expected);
            opened.close();
        }
    }
}
