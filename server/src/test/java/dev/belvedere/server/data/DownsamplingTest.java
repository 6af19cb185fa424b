package dev.belvedere.server.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.Value.MatrixSeries;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.ResolutionLimit;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Downsampled windows answer as the samples do where the query's windows are made of whole ones.
class DownsamplingTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long SPAN = 6 * HOUR;
    private static final long START = 20_000L * 24 * HOUR;
    private static final long SAMPLES_END = START + 13 * HOUR;

    /// Everything that a window's ends, sums, extremes and counts are enough for.
    private static final List<String> EXACT = List.of(
            "rate(c[%s])",
            "increase(c[%s])",
            "delta(g[%s])",
            "sum_over_time(g[%s])",
            "avg_over_time(g[%s])",
            "count_over_time(g[%s])",
            "count_over_time(m[%s])",
            "count_over_time(h[%s])",
            "min_over_time(g[%s])",
            "max_over_time(g[%s])",
            "last_over_time(g[%s])",
            "present_over_time(m[%s])",
            "sum by (i) (rate(b_bucket[%s]))",
            "histogram_quantile(0.9, rate(b_bucket[%s]))",
            "increase(h[%s])",
            "histogram_quantile(0.5, rate(h[%s]))",
            "sum_over_time(h[%s])",
            "avg_over_time(h[%s])",
            "rate(m[%s])",
            "rate(c[%1$s]) / increase(c[%1$s])",
            "g",
            "sum(h)",
            "absent_over_time(nothing[%s])");

    private final long seed = Long.getLong("seed", 20261125);
    private final Random random = new Random(seed);
    private final ManualTime time = new ManualTime(START);
    private final MemoryMetricStore reference = new MemoryMetricStore();
    private final MemoryDisk disk = new MemoryDisk();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final LocalIngestLog log =
            new LocalIngestLog(disk, Path.of("/d/wal"), 2, new LocalIngestLog.Options(4 << 20, 0), time);
    private final LocalCatalog catalog = new LocalCatalog(disk, Path.of("/d/catalog"));
    private final LocalSegmentStore segments = new LocalSegmentStore(disk, Path.of("/d/segments"));
    private TsdbStore store = open(List.of());

    private TsdbStore open(List<Retention.Rule> rules) {
        Retention retention = new Retention(
                48 * HOUR,
                Long.MAX_VALUE,
                rules,
                List.of(
                        new Retention.Rollup(5 * MINUTE, HOUR, 1000 * HOUR),
                        new Retention.Rollup(HOUR, HOUR, 2000 * HOUR)));
        return TsdbStore.open(
                TsdbOptions.DEFAULT
                        .withBlockSpan(SPAN)
                        .withHead(MINUTE, 1 << 20)
                        .withRetention(retention),
                new TsdbEnvironment(log, catalog, segments, time, new MetricRegistry()));
    }

    private static Labels series(String name, int i) {
        return Labels.of("__name__", name, "i", String.valueOf(i), "instance", "host" + i % 2, "job", "j");
    }

    private interface Sample {
        void append(MetricAppender appender, long ref);
    }

    private void append(Labels labels, Sample sample) {
        for (MetricStore each : new MetricStore[] {store, reference}) {
            try (MetricAppender appender = each.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                sample.append(appender, appender.series(labels));
                assertThat(appender.commit().rejected()).isEqualTo(Map.of());
            }
        }
    }

    private void appendHistogram(Labels labels, long at, NativeHistogram histogram) {
        append(labels, (appender, ref) -> appender.append(ref, at, 0, histogram));
    }

    private void appendFloat(Labels labels, long at, double value) {
        append(labels, (appender, ref) -> appender.append(ref, at, 0, value));
    }

    /// 13 hours: counters that are reset, gauges with gaps, stale markers and NaN, classic and native histograms, and a
    /// series of both kinds.
    private void fill() {
        double[] counters = new double[4];
        double[] buckets = new double[4];
        double[] counts = new double[3];
        int schema = 2;
        for (long at = START; at <= SAMPLES_END; at += 30_000) {
            for (int i = 0; i < counters.length; i++) {
                counters[i] = random.nextInt(150) == 0 ? random.nextInt(5) : counters[i] + random.nextInt(100) / 10.0;
                if (random.nextInt(20) > 0 || i < 2) {
                    appendFloat(series("c", i), at + (i < 2 ? 0 : random.nextInt(9000)), counters[i]);
                }
                if (at / HOUR % 4 != i) {
                    appendFloat(series("g", i), at + 7 * i, gauge(at, i));
                }
                buckets[i] += random.nextInt(3);
                appendFloat(
                        Labels.of("__name__", "b_bucket", "i", "0", "instance", "host0", "job", "j", "le", "" + i),
                        at,
                        sum(buckets, i));
            }
            if (random.nextInt(200) == 0) {
                counts = new double[3];
                schema = 3 - schema % 2;
            }
            counts[random.nextInt(3)] += random.nextInt(4);
            appendHistogram(series("h", 0), at, histogram(schema, counts.clone()));
            if (at / HOUR % 3 == 0) {
                appendHistogram(series("m", 0), at, histogram(1, counts.clone()));
            } else {
                appendFloat(series("m", 0), at, counts[0]);
            }
            time.advance(Duration.ofSeconds(30));
            if (at % HOUR == 0) {
                store.maintain();
            }
        }
        tick(START + 30 * HOUR);
    }

    private double gauge(long at, int i) {
        if (random.nextInt(100) == 0) {
            return SampleValues.STALE_NAN;
        }
        return random.nextInt(60) == 0 ? SampleValues.NORMAL_NAN : Math.sin(at / 1e7 + i) * (1 << i);
    }

    /// Time goes on, and so do samples.
    private void tick(long at) {
        time.advance(Duration.ofMillis(at - time.currentMillis()));
        appendFloat(series("tick", 0), at, 1);
        store.flush();
        store.maintain();
    }

    private List<String> kinds() {
        return catalog.state().segments("metrics").stream()
                .filter(record -> record.minMillis() < SAMPLES_END)
                .map(record -> record.kind() + record.properties().getOrDefault("resolution", ""))
                .distinct()
                .sorted()
                .toList();
    }

    private static double sum(double[] values, int to) {
        double sum = 0;
        for (int i = 0; i <= to; i++) {
            sum += values[i];
        }
        return sum;
    }

    private static NativeHistogram histogram(int schema, double[] counts) {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                schema,
                1e-128,
                0,
                counts[0] + counts[1] + counts[2],
                counts[0] + 2 * counts[1] + 3 * counts[2],
                new int[] {0, 1, 2, 2},
                counts,
                new int[0],
                new double[0],
                new double[0]);
    }

    private record Range(long start, long end, long step) {}

    private QueryAnswer ask(MetricStore of, String query, Range range) {
        return engine.range(
                of,
                Tenant.DEFAULT,
                engine.parse(query),
                range.start(),
                range.end(),
                range.step(),
                QueryBudget.unlimited());
    }

    private static String duration(long millis) {
        return millis / MINUTE + "m";
    }

    @ParameterizedTest
    @ValueSource(longs = {5 * MINUTE, HOUR})
    void whole_windows_give_the_answer_of_the_samples_with_and_without_them(long resolution) {
        fill();
        assertThat(kinds()).containsExactly("block", "rollup300000", "rollup3600000");
        compare(resolution);
        tick(START + 70 * HOUR);
        assertThat(kinds()).containsExactly("rollup300000", "rollup3600000");
        compare(resolution);
    }

    @Test
    void damaged_windows_give_way_to_samples_and_are_made_anew_from_them() throws IOException {
        fill();
        List<SegmentRecord> windows = catalog.state().segments("metrics").stream()
                .filter(record ->
                        record.properties().getOrDefault("resolution", "").equals("3600000")
                                && record.minMillis() > START
                                && record.minMillis() < SAMPLES_END)
                .toList();
        for (SegmentRecord each : windows) {
            try (DiskFile file = disk.open(Path.of("/d/segments").resolve(each.key()))) {
                for (long at = each.sizeBytes() / 6; at < each.sizeBytes() / 2; at += 50) {
                    file.write(ByteBuffer.wrap(new byte[] {-1}), at);
                }
            }
        }
        Range range = new Range(START + HOUR, SAMPLES_END, HOUR);
        for (String query : EXACT) {
            String text = query.formatted(duration(HOUR));
            for (SegmentRecord each : windows) {
                try {
                    ask(store, text, range);
                } catch (OperationException e) {
                    assertThat(e.code()).as(each.key()).isEqualTo("corrupt_block");
                }
            }
            requireSame(text, ask(reference, text, range), ask(store, text, range));
        }
        store.maintain();
        assertThat(kinds()).containsExactly("block", "rollup300000", "rollup3600000");
        assertThat(catalog.state().segments("metrics").containsAll(windows)).isFalse();
        compare(HOUR);
    }

    private void compare(long resolution) {
        long read = 0;
        long readOfSamples = 0;
        for (String query : EXACT) {
            for (int factor : new int[] {1, 2, 6}) {
                for (int stepFactor : new int[] {1, 3}) {
                    String text = query.formatted(duration(factor * resolution));
                    Range range = new Range(START + resolution, SAMPLES_END, stepFactor * resolution);
                    QueryAnswer expected = ask(reference, text, range);
                    QueryAnswer actual = ask(store, text, range);
                    requireSame(text + " every " + duration(range.step()), expected, actual);
                    read += actual.statistics().decodedSamples();
                    readOfSamples += expected.statistics().decodedSamples();
                }
            }
        }
        assertThat(read).isLessThan(resolution == HOUR ? readOfSamples / 4 : readOfSamples);
    }

    private void requireSame(String what, QueryAnswer expected, QueryAnswer actual) {
        TreeMap<Labels, MatrixSeries> left = byLabels(expected);
        TreeMap<Labels, MatrixSeries> right = byLabels(actual);
        assertThat(right.keySet()).as("%s, seed %d", what, seed).isEqualTo(left.keySet());
        for (Map.Entry<Labels, MatrixSeries> each : left.entrySet()) {
            MatrixSeries e = each.getValue();
            MatrixSeries a = Objects.requireNonNull(right.get(each.getKey()));
            String name = what + " of " + each.getKey() + ", seed " + seed;
            assertThat(a.timestamps()).as(name).isEqualTo(e.timestamps());
            assertThat(a.histogramTimestamps()).as(name).isEqualTo(e.histogramTimestamps());
            for (int i = 0; i < e.values().length; i++) {
                requireClose(name + " at " + e.timestamps()[i], e.values()[i], a.values()[i]);
            }
            for (int i = 0; i < e.histograms().length; i++) {
                requireClose(name, e.histograms()[i].count(), a.histograms()[i].count());
                requireClose(name, e.histograms()[i].sum(), a.histograms()[i].sum());
                assertThat(a.histograms()[i].schema()).isEqualTo(e.histograms()[i].schema());
            }
        }
    }

    private static void requireClose(String what, double expected, double actual) {
        boolean isSame = Double.compare(expected, actual) == 0
                || Math.abs(expected - actual) <= 1e-9 * Math.max(1e-6, Math.abs(expected));
        assertThat(isSame).as("%s: expected %s, got %s", what, expected, actual).isTrue();
    }

    private static TreeMap<Labels, MatrixSeries> byLabels(QueryAnswer answer) {
        TreeMap<Labels, MatrixSeries> series = new TreeMap<>();
        ((MatrixValue) answer.value()).series().forEach(each -> series.put(each.labels(), each));
        return series;
    }

    @Test
    void other_windows_are_answered_from_samples_while_there_are_any() {
        fill();
        Range range = new Range(START + HOUR + 17_000, SAMPLES_END, 11 * MINUTE);
        List<String> queries = new ArrayList<>(EXACT);
        queries.addAll(List.of(
                "irate(c[%s])",
                "quantile_over_time(0.5, g[%s])",
                "stddev_over_time(g[%s])",
                "timestamp(g)",
                "changes(g[%s])",
                "resets(c[%s])",
                "first_over_time(g[%s])",
                "deriv(g[%s])"));
        for (String query : queries) {
            String text = query.formatted("23m");
            requireSame(text, ask(reference, text, range), ask(store, text, range));
        }
        String raw = "sum_over_time(g[1h])";
        Range whole = new Range(START + HOUR, SAMPLES_END, HOUR);
        QueryAnswer forced = ask(new ResolutionLimit(store, 0), raw, whole);
        requireSame(raw, ask(reference, raw, whole), forced);
        assertThat(forced.statistics().decodedSamples())
                .isGreaterThan(10 * ask(store, raw, whole).statistics().decodedSamples());
    }

    @Test
    void series_that_a_rule_keeps_longer_are_exact_in_all_windows_and_the_others_in_whole_ones() {
        store.close();
        store = open(List.of(new Retention.Rule(
                List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", "c|b_bucket|m")), 900 * HOUR)));
        fill();
        for (long at = START + 36 * HOUR; at <= START + 72 * HOUR; at += SPAN) {
            tick(at);
        }
        assertThat(kinds()).containsExactly("block", "rollup300000", "rollup3600000");
        compare(5 * MINUTE);
        compare(HOUR);
        Range range = new Range(START + HOUR + 17_000, SAMPLES_END, 11 * MINUTE);
        for (String query : List.of(
                "rate(c[%s])",
                "increase(c[%s])",
                "irate(c[%s])",
                "avg_over_time(c[%s])",
                "max_over_time(c[%s])",
                "count_over_time(m[%s])",
                "sum by (i) (rate(b_bucket[%s]))",
                "last_over_time(c[%s])",
                "sum_over_time(m[%s])",
                "rate(m[%s])",
                "c")) {
            String text = query.formatted("23m");
            requireSame(text, ask(reference, text, range), ask(store, text, range));
        }
        assertThat(byLabels(ask(store, "g", range))).hasSize(4);
    }

    @Test
    void without_samples_other_windows_are_near_and_samples_only_finds_nothing() {
        fill();
        tick(START + 70 * HOUR);
        Range range = new Range(START + 4 * HOUR + 17_000, START + 12 * HOUR, 7 * MINUTE);
        String rate = "rate(c{i=\"0\"}[2h])";
        MatrixSeries expected =
                byLabels(ask(reference, rate, range)).firstEntry().getValue();
        MatrixSeries actual = byLabels(ask(store, rate, range)).firstEntry().getValue();
        assertThat(actual.timestamps()).isEqualTo(expected.timestamps());
        for (int i = 0; i < expected.values().length; i++) {
            assertThat(actual.values()[i]).isCloseTo(expected.values()[i], Percentage.withPercentage(15));
        }
        assertThat(byLabels(ask(store, "c", range))).hasSize(4);
        assertThat(byLabels(ask(new ResolutionLimit(store, 0), "c", range))).isEmpty();
    }

    @Test
    void deleted_series_and_late_samples_are_seen_in_windows_too() {
        fill();
        store.deleteSeries(
                Tenant.DEFAULT,
                List.of(LabelMatcher.equal("__name__", "c"), LabelMatcher.equal("i", "1")),
                TimeRange.ALWAYS);
        Range whole = new Range(START + HOUR, SAMPLES_END, HOUR);
        assertThat(byLabels(ask(store, "increase(c[1h])", whole))).hasSize(3);
        store.cleanTombstones();
        store.maintain();
        assertThat(byLabels(ask(store, "increase(c[1h])", whole))).hasSize(3);
        assertThat(catalog.state().segments("metrics"))
                .noneMatch(record -> record.kind().equals("tombstone"));
        for (long at = START + HOUR; at < START + 5 * HOUR; at += MINUTE) {
            appendFloat(series("late", 0), at, at % 1000);
        }
        String late = "sum_over_time(late[1h])";
        requireSame(late, ask(reference, late, whole), ask(store, late, whole));
        store.flush();
        store.maintain();
        requireSame(late, ask(reference, late, whole), ask(store, late, whole));
        tick(START + 70 * HOUR);
        requireSame(late, ask(reference, late, whole), ask(store, late, whole));
        appendFloat(series("later", 0), START + 2 * HOUR, 5);
        store.flush();
        store.maintain();
        store.maintain();
        String later = "sum_over_time(later[1h])";
        requireSame(later, ask(reference, later, whole), ask(store, later, whole));
        requireSame(late, ask(reference, late, whole), ask(store, late, whole));
        assertThat(kinds()).containsExactly("rollup300000", "rollup3600000");
    }
}
