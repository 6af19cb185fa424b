package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.Retention;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Makes the data directory of the present format that later releases have to read (docs/format/data-directory.md,
/// "Versions"), with a description of every series in it. Run by hand once for each new format:
///
///     GoldenDirectory tsdb/src/test/resources/golden/NAME
///
/// It has compacted blocks and ones as they came from the head, of two partitions and two tenants, one in version 1; a
/// tombstone that is not applied yet; downsampled blocks; and a log with samples that are in no block. The seed is
/// fixed.
public final class GoldenDirectory {

    static final long HOUR = 3_600_000;
    static final long START = 20_000L * 24 * HOUR;
    static final Tenant OTHER = new Tenant("other");

    private static final long SEED = 28;
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final double[] counters = new double[8];
    private final double[] buckets = new double[3];

    private GoldenDirectory() {}

    static TsdbOptions options() {
        return TsdbOptions.DEFAULT
                .withBlockSpan(6 * HOUR)
                .withHead(60_000, 1 << 30)
                .withRetention(new Retention(
                        365 * 24 * HOUR,
                        Long.MAX_VALUE,
                        List.of(),
                        List.of(
                                new Retention.Rollup(300_000, HOUR, 400 * 24 * HOUR),
                                new Retention.Rollup(HOUR, HOUR, 400 * 24 * HOUR))));
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Files.createDirectories(root);
        new GoldenDirectory().make(root);
        try (Stream<Path> files = Files.walk(root)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !name.endsWith(".txt"))
                    .sorted()
                    .toList();
            Files.write(root.resolve("files.txt"), names);
        }
    }

    private void make(Path root) throws IOException {
        ManualTime time = new ManualTime(START);
        StoreOnDisk opened = StoreOnDisk.open(new LocalDisk(), root, 2, options(), time);
        for (int minute = 0; minute < 13 * 60; minute += 2) {
            append(opened.store(), START + minute * 60_000L);
            time.advance(Duration.ofMinutes(2));
            if (minute % 180 == 178) {
                opened.store().flush();
            }
        }
        opened.store().flush();
        time.advance(Duration.ofHours(8));
        append(opened.store(), START + 20 * HOUR);
        opened.store().maintain();
        time.advance(Duration.ofMinutes(2));
        opened.store().maintain();
        opened.store()
                .deleteSeries(
                        Tenant.DEFAULT,
                        List.of(LabelMatcher.equal("__name__", "g"), LabelMatcher.equal("i", "1")),
                        new TimeRange(START + HOUR, START + 2 * HOUR));
        for (int minute = 0; minute < 30; minute += 2) {
            append(opened.store(), START + 21 * HOUR + minute * 60_000L);
        }
        Files.write(root.resolve("series.txt"), describe(opened.store()));
        String first = opened.segments().list("metrics/other/").stream()
                .sorted()
                .findFirst()
                .orElseThrow();
        opened.close();
        makeFirstVersion(root.resolve("segments").resolve(first));
    }

    /// Gives a block the header and footer of version 1.
    private static void makeFirstVersion(Path block) throws IOException {
        byte[] bytes = Files.readAllBytes(block);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.putShort(4, (short) 1).putShort(6, (short) 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes, bytes.length - 28, 20);
        in.putInt(bytes.length - 8, (int) crc.getValue());
        Files.write(block, bytes);
    }

    private void append(TsdbStore store, long at) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < counters.length; i++) {
                counters[i] = random.nextInt(100) == 0 ? 0 : counters[i] + random.nextInt(1000) / 10.0;
                appender.append(appender.series(series("c_total", i)), at, START - i * 1000L, counters[i]);
                boolean isStale = random.nextInt(60) == 0;
                double gauge = random.nextInt(50) == 0 ? Double.NaN : Math.sin(at / 1e7 + i) * 1e-3;
                appender.append(
                        appender.series(series("g", i)),
                        at + i,
                        MetricAppender.NO_START,
                        isStale ? SampleValues.STALE_NAN : SampleValues.canonical(gauge));
            }
            double sum = 0;
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] += random.nextInt(3);
                sum += buckets[i];
                Labels labels = Labels.of("__name__", "b_bucket", "instance", "h0", "job", "j", "le", "0." + i);
                appender.append(appender.series(labels), at, MetricAppender.NO_START, sum);
            }
            appender.append(appender.series(series("h", 0)), at, MetricAppender.NO_START, histogram(at));
            Labels alone = Labels.of("__name__", "pushed", "λ", "a \"quoted\"\nvalue");
            appender.append(appender.series(alone), at, MetricAppender.NO_START, random.nextInt(5));
            appender.commit();
        }
        try (MetricAppender appender = store.appender(OTHER, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(series("up", 0)), at, MetricAppender.NO_START, 1);
            appender.commit();
        }
    }

    private static Labels series(String name, int i) {
        return Labels.of("__name__", name, "i", "" + i, "instance", "h" + i % 3, "job", "j");
    }

    private static NativeHistogram histogram(long at) {
        double step = (at - START) / 60_000.0;
        int schema = step < 300 ? 2 : 1;
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                schema,
                1e-128,
                step,
                6 * step,
                step * 1.5,
                new int[] {0, 2},
                new double[] {2 * step, 3 * step},
                new int[0],
                new double[0],
                new double[0]);
    }

    /// A line for each series: how many samples, the first and the last time, and a hash of all of them.
    static List<String> describe(TsdbStore store) {
        List<String> lines = new ArrayList<>();
        for (Tenant tenant : List.of(Tenant.DEFAULT, OTHER)) {
            TreeMap<Labels, TreeMap<Long, Read>> all =
                    SampleReader.read(store, tenant, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
            all.forEach((labels, samples) -> lines.add(tenant.name() + " "
                    + labels.toString().replace("\n", "\\n") + " " + samples.size() + " " + samples.firstKey() + " "
                    + samples.lastKey() + " " + Long.toHexString(hash(samples))));
        }
        return lines;
    }

    private static long hash(TreeMap<Long, Read> samples) {
        long hash = 0;
        for (Map.Entry<Long, Read> sample : samples.entrySet()) {
            hash = mix(hash, sample.getKey());
            hash = mix(hash, sample.getValue().bits());
            hash = mix(hash, sample.getValue().startMillis());
            NativeHistogram histogram = sample.getValue().histogram();
            if (histogram != null) {
                hash = mix(hash, histogram.schema());
                hash = mix(hash, Double.doubleToLongBits(histogram.count()));
                hash = mix(hash, Double.doubleToLongBits(histogram.sum()));
                hash = mix(hash, Double.doubleToLongBits(histogram.zeroCount()));
                hash = mix(hash, Arrays.hashCode(histogram.positiveCounts()));
            }
        }
        return hash;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }
}
