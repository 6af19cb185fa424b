package dev.belvedere.tsdb.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.StoreOnDisk;
import dev.belvedere.tsdb.StoreParts;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Bits flip anywhere in a block; what is left is kept, and what is lost is told.
class BlockRepairTest {

    private static final long START = 20_000L * 24 * 3_600_000;
    private static final Path ROOT = Path.of("/data");
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final ManualTime time = new ManualTime(START + 10_000_000);
    private final long seed = Long.getLong("seed", 20261125);
    private final Random random = new Random(seed);

    private StoreOnDisk open(MemoryDisk disk) {
        return StoreOnDisk.open(disk, ROOT, 1, TsdbOptions.DEFAULT, time);
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(TsdbStore store) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Labels series(String name, int number) {
        return number < 0
                ? Labels.of("__name__", name, "job", "b", "instance", "i")
                : Labels.of("__name__", name, "job", "a", "instance", "i", "le", String.valueOf(number));
    }

    /// Two targets, 45 series on three pages, 600 rows in three chunks, a histogram.
    private void fill(TsdbStore store) {
        for (int row = 0; row < 600; row++) {
            try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                long at = START + row * 15_000L;
                for (int i = 0; i < 45; i++) {
                    double value = i < 20 ? (long) row * (i + 1) : Math.sin(row * 0.1 + i) * 1e6;
                    appender.append(appender.series(series("m", i)), at, 0, value);
                }
                appender.append(appender.series(series("g", -1)), at + 7, 0, row % 17);
                appender.append(
                        appender.series(series("h", -1)),
                        at + 7,
                        0,
                        new NativeHistogram(
                                ResetHint.UNKNOWN,
                                3,
                                1e-128,
                                row,
                                3.0 * row,
                                row * 1.5,
                                new int[] {0, 2},
                                new double[] {row, row},
                                new int[0],
                                new double[0],
                                new double[0]));
                assertThat(appender.commit().accepted()).isEqualTo(47);
            }
        }
        store.flush();
    }

    private static void overwrite(MemoryDisk disk, Path path, byte[] content) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
    }

    private record Fixture(MemoryDisk disk, String key, byte[] block, TreeMap<Labels, TreeMap<Long, Read>> expected) {

        Path path() {
            return ROOT.resolve("segments").resolve(key);
        }
    }

    private Fixture fixture() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk writer = open(disk);
        fill(writer.store());
        TreeMap<Labels, TreeMap<Long, Read>> expected = read(writer.store());
        String key = writer.segments().list("metrics/").getFirst();
        writer.close();
        byte[] block = disk.readAll(ROOT.resolve("segments").resolve(key), 10_000_000);
        return new Fixture(disk, key, block, expected);
    }

    private List<String> repair(MemoryDisk disk) {
        List<String> report = new ArrayList<>();
        StoreParts parts = StoreParts.open(disk, ROOT);
        BlockRepair.run(parts.catalog(), parts.segments(), time, report::add);
        parts.catalog().close();
        return report;
    }

    @Test
    void a_healthy_store_is_left_as_it_is() throws IOException {
        Fixture fixture = fixture();
        assertThat(repair(fixture.disk())).isEmpty();
        StoreOnDisk opened = open(fixture.disk());
        assertThat(opened.segments().list("")).containsExactly(fixture.key());
        assertThat(read(opened.store())).isEqualTo(fixture.expected());
        opened.close();
    }

    @Test
    void bits_flipped_anywhere_cost_what_the_report_names_and_nothing_else() throws IOException {
        Fixture fixture = fixture();
        int repaired = 0;
        int whole = 0;
        List<Integer> places = new ArrayList<>(List.of(0, 4, 5, 6, 7, fixture.block().length - 1));
        for (int i = 0; i < 40; i++) {
            places.add(random.nextInt(fixture.block().length));
        }
        for (int at : places) {
            byte[] damaged = fixture.block().clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            MemoryDisk disk = fixture.disk().kill();
            overwrite(disk, fixture.path(), damaged);
            List<String> report = repair(disk);
            assertThat(report).as("seed %d, flip at %d", seed, at).isNotEmpty();
            StoreOnDisk opened = open(disk);
            TreeMap<Labels, TreeMap<Long, Read>> left = read(opened.store());
            requireOnlyLossesMissing(fixture, left, report);
            assertThat(BlockCheck.run(opened.catalog().state(), opened.segments())
                            .isClean())
                    .isTrue();
            assertThat(opened.segments().list("quarantine/")).hasSize(1);
            opened.close();
            assertThat(repair(disk)).isEmpty();
            repaired += left.isEmpty() ? 0 : 1;
            whole += left.equals(fixture.expected()) ? 1 : 0;
        }
        assertThat(repaired).as("blocks of which something was saved").isGreaterThan(25);
        assertThat(whole).as("blocks with nothing but a damaged header").isGreaterThanOrEqualTo(5);
    }

    private void requireOnlyLossesMissing(
            Fixture fixture, TreeMap<Labels, TreeMap<Long, Read>> left, List<String> report) {
        boolean isAllLost = report.getFirst().startsWith("lost: all of metrics/");
        for (Map.Entry<Labels, TreeMap<Long, Read>> series : fixture.expected().entrySet()) {
            TreeMap<Long, Read> kept = left.getOrDefault(series.getKey(), new TreeMap<>());
            int missing = series.getValue().size() - kept.size();
            kept.forEach((at, sample) -> {
                if (!sample.equals(series.getValue().get(at))) {
                    throw new AssertionError(series.getKey() + " at " + at + " is " + sample + ", seed " + seed);
                }
            });
            List<String> told = report.stream()
                    .filter(line -> line.contains(" samples of " + series.getKey() + ","))
                    .toList();
            if (missing > 0 && !isAllLost) {
                assertThat(told)
                        .as("%s misses %d, seed %d", series.getKey(), missing, seed)
                        .hasSize(1);
            } else {
                assertThat(told).isEmpty();
            }
        }
    }

    @Test
    void a_block_that_is_gone_is_named_and_forgotten() throws IOException {
        Fixture fixture = fixture();
        fixture.disk().delete(fixture.path());
        assertThat(repair(fixture.disk())).singleElement().asString().contains("the file is gone");
        assertThat(repair(fixture.disk())).isEmpty();
    }

    @Test
    void a_block_of_a_later_release_is_refused_and_left_alone() throws IOException {
        Fixture fixture = fixture();
        byte[] later = fixture.block().clone();
        later[4] = 9;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(later, 0, 8);
        crc.update(later, later.length - 28, 20);
        ByteBuffer.wrap(later).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(later.length - 8, (int) crc.getValue());
        overwrite(fixture.disk(), fixture.path(), later);
        assertThat(repair(fixture.disk()))
                .singleElement()
                .asString()
                .contains("format version 9")
                .contains("run the release that wrote it");
        assertThatThrownBy(() -> open(fixture.disk()))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("format version 9")
                .hasMessageContaining("run the release that wrote it");
        StoreParts left = StoreParts.open(fixture.disk(), Path.of("/data"));
        assertThat(left.segments().list("")).containsExactly(fixture.key());
        assertThat(left.catalog().state().segments("metrics"))
                .extracting(SegmentRecord::key)
                .containsExactly(fixture.key());
    }
}
