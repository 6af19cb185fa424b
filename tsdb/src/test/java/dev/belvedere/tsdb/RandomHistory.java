package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// What happens to one store, and to a store of maps beside it: targets that come, change and go, samples in order,
/// late, twice and far too old, deletions, flushes, maintenance and restarts. All of it follows from a seed.
final class RandomHistory implements AutoCloseable {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long START = 20_000L * 24 * HOUR;
    private static final int MAX_SAMPLES_OF_A_STEP = 4000;
    private static final long[] SPANS = {HOUR, 6 * HOUR, 24 * HOUR};

    private final long seed;
    private final SplittableRandom random;
    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(START);
    private final TsdbOptions options;
    private final MemoryMetricStore twin = new MemoryMetricStore(TsdbOptions.DEFAULT.outOfOrderWindowMillis());
    private final List<RandomTarget> targets = new ArrayList<>();
    private StoreOnDisk opened;
    private String what = "open";
    private int comparedSamples;

    RandomHistory(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        options = TsdbOptions.DEFAULT
                .withRetention(100_000 * HOUR, Long.MAX_VALUE)
                .withBlockSpan(SPANS[random.nextInt(SPANS.length)])
                .withHead(random.nextLong(HOUR / 4, 2 * HOUR), 1L << random.nextInt(14, 21));
        opened = open();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            targets.add(new RandomTarget(random, targets.size()));
        }
    }

    private StoreOnDisk open() {
        return StoreOnDisk.open(disk, Path.of("/data"), 1 + (int) (seed % 3), options, time);
    }

    /// Goes on by so many steps, each with a question behind it.
    ///
    /// @return how many samples were compared
    int live(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            ask();
        }
        what += ", at the end";
        compare(StoreInMemory.EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
        return comparedSamples;
    }

    private String where() {
        return "seed " + seed + ", " + what;
    }

    private void step() {
        int choice = random.nextInt(100);
        TsdbStore store = opened.store();
        if (choice < 40) {
            what = "scrapes";
            scrape(random.nextInt(1, 1 << random.nextInt(1, 8)));
        } else if (choice < 55) {
            what = "late";
            late(random.nextInt(20) == 0 ? AppendOptions.BACKFILL : AppendOptions.ACKNOWLEDGED);
        } else if (choice < 61) {
            what = "change";
            target().change();
        } else if (choice < 68) {
            what = "flush";
            store.flush();
        } else if (choice < 78) {
            what = "maintenance";
            time.advance(Duration.ofMinutes(random.nextInt(1, 90)));
            readAcross(store::maintain);
        } else if (choice < 84) {
            what = "restart";
            opened.close();
            opened = open();
        } else if (choice < 88) {
            what = "deletion";
            delete();
        } else if (choice < 90) {
            what = "clean-up";
            readAcross(store::cleanTombstones);
        } else {
            what = "question";
        }
    }

    private RandomTarget target() {
        return targets.get(random.nextInt(targets.size()));
    }

    private void scrape(int wanted) {
        int series = targets.stream().mapToInt(RandomTarget::seriesCount).sum();
        int rounds = Math.clamp(MAX_SAMPLES_OF_A_STEP / (series + 1), 1, wanted);
        for (int round = 0; round < rounds; round++) {
            time.advance(Duration.ofMillis(random.nextInt(8) == 0 ? random.nextInt(1, 90_000) : 15_000));
            for (RandomTarget target : targets) {
                if (random.nextInt(30) > 0) {
                    send(target.scrape(time.currentMillis()));
                }
            }
        }
    }

    /// Mostly all at once; else a flush cuts through them.
    private void send(List<RandomTarget.Sent> samples) {
        int cut = random.nextInt(60) == 0 ? random.nextInt(samples.size() + 1) : samples.size();
        append(samples.subList(0, cut), AppendOptions.ACKNOWLEDGED_LATER);
        if (cut < samples.size()) {
            opened.store().flush();
            append(samples.subList(cut, samples.size()), AppendOptions.ACKNOWLEDGED_LATER);
        }
    }

    /// Some are too late, and some have times that the series has a sample of already.
    private void late(AppendOptions append) {
        long back = append.takesAnyAge() ? 60 * HOUR : HOUR + MINUTE;
        for (int round = random.nextInt(1, 12); round > 0; round--) {
            long at = Math.max(START, time.currentMillis() - random.nextLong(back));
            append(target().scrape(random.nextBoolean() ? at : at / 15_000 * 15_000), append);
        }
    }

    private void append(List<RandomTarget.Sent> samples, AppendOptions append) {
        AppendOutcome outcome = append(opened.store(), samples, append);
        AppendOutcome expected = append(twin, samples, append);
        assertThat(outcome.accepted()).as("%s: %s", where(), outcome).isEqualTo(expected.accepted());
        assertThat(outcome.rejected()).as(where()).isEqualTo(expected.rejected());
    }

    private static AppendOutcome append(MetricStore store, List<RandomTarget.Sent> samples, AppendOptions append) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, append)) {
            for (RandomTarget.Sent sent : samples) {
                long ref = appender.series(sent.labels());
                Read sample = sent.sample();
                NativeHistogram histogram = sample.histogram();
                if (histogram != null) {
                    appender.append(ref, sent.timestampMillis(), sample.startMillis(), histogram);
                } else {
                    double value = Double.longBitsToDouble(sample.bits());
                    appender.append(ref, sent.timestampMillis(), sample.startMillis(), value);
                }
            }
            return appender.commit();
        }
    }

    private void delete() {
        long from = moment();
        TimeRange range = new TimeRange(from, from + random.nextLong(3 * HOUR));
        List<LabelMatcher> matchers = target().selector();
        opened.store().deleteSeries(Tenant.DEFAULT, matchers, range);
        twin.deleteSeries(Tenant.DEFAULT, matchers, range);
    }

    /// Mostly one of which there are samples, and often at their very times.
    private long moment() {
        long ago = random.nextLong(time.currentMillis() - START + MINUTE) >> random.nextInt(6);
        long moment = time.currentMillis() - ago;
        return random.nextBoolean() ? moment : moment / 15_000 * 15_000;
    }

    private void ask() {
        List<LabelMatcher> matchers = random.nextInt(8) == 0 ? StoreInMemory.EVERYTHING : target().selector();
        long from = moment();
        if (random.nextBoolean()) {
            compare(matchers, from, from + (random.nextLong(6 * HOUR) >> random.nextInt(24)));
        } else {
            long step = random.nextLong(1, 2 * HOUR) >> random.nextInt(12);
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                compareNewest(matchers, from + i * step, random.nextLong(10 * MINUTE));
            }
        }
    }

    private void compare(List<LabelMatcher> matchers, long from, long to) {
        TreeMap<Labels, TreeMap<Long, Read>> expected = SampleReader.read(twin, Tenant.DEFAULT, matchers, from, to);
        requireSame(SampleReader.read(opened.store(), Tenant.DEFAULT, matchers, from, to), expected, matchers);
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            // The store goes by chunks: what had samples before or behind may be among them.
            assertThat(querier.series(matchers, new TimeRange(from, to), 0))
                    .as("%s: %s", where(), matchers)
                    .containsAll(expected.keySet());
        }
    }

    private void compareNewest(List<LabelMatcher> matchers, long at, long lookbackMillis) {
        long from = at - lookbackMillis;
        requireSame(
                SampleReader.readNewest(opened.store(), Tenant.DEFAULT, matchers, from, at),
                SampleReader.newest(SampleReader.read(twin, Tenant.DEFAULT, matchers, from, at)),
                matchers);
    }

    /// What a querier has selected stays, whatever becomes of it before it is read.
    private void readAcross(Runnable change) {
        List<LabelMatcher> matchers = target().selector();
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            SelectRequest request = SelectRequest.samples(matchers, START, Long.MAX_VALUE);
            List<SeriesCursor> cursors = querier.select(request);
            change.run();
            requireSame(
                    SampleReader.read(cursors, START, Long.MAX_VALUE),
                    SampleReader.read(twin, Tenant.DEFAULT, matchers, START, Long.MAX_VALUE),
                    matchers);
        }
    }

    /// Says what differs first: all of it is too much to read.
    private void requireSame(
            TreeMap<Labels, TreeMap<Long, Read>> read,
            TreeMap<Labels, TreeMap<Long, Read>> expected,
            List<LabelMatcher> matchers) {
        assertThat(read.keySet()).as("%s: %s", where(), matchers).isEqualTo(expected.keySet());
        expected.forEach((labels, samples) -> {
            comparedSamples += samples.size();
            TreeMap<Long, Read> found = read.get(labels);
            if (!samples.equals(found)) {
                assertThat(found).as("%s: %s of %s", where(), labels, matchers).isEqualTo(samples);
            }
        });
    }

    @Override
    public void close() {
        opened.close();
    }
}
