package dev.belvedere.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.maintenance.BlockCheck;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is left of blocks after crashes and damage; [ReliabilityTest] does the same to log and disk.
class CrashTest {

    private static final long START = 1_790_000_000_000L;
    private static final Path ROOT = Path.of("/data");
    private static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final ManualTime time = new ManualTime(START + 3_600_000);

    private StoreOnDisk open(MemoryDisk disk) {
        return StoreOnDisk.open(disk, ROOT, 1, TsdbOptions.DEFAULT, time);
    }

    private static Labels series(int number) {
        return Labels.of("__name__", "m", "job", "j", "instance", "i", "n", Integer.toString(number));
    }

    /// One sample for each of some series.
    private static AppendOutcome commit(TsdbStore store, int series, long timestampMillis, double value) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < series; i++) {
                appender.append(appender.series(series(i)), timestampMillis, MetricAppender.NO_START, value + i);
            }
            return appender.commit();
        }
    }

    private static TreeMap<Labels, TreeMap<Long, Read>> read(TsdbStore store) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static byte[] content(MemoryDisk disk, Path path) throws IOException {
        try (DiskFile file = disk.openReadOnly(path)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
            file.readFully(buffer, 0);
            return buffer.array();
        }
    }

    private static void overwrite(MemoryDisk disk, Path path, byte[] content) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content), 0);
            file.sync();
        }
    }

    /// A disk with 12 frames of 3 series in the log, one timestamp each.
    private MemoryDisk diskWithLog() {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk opened = open(disk);
        for (int i = 0; i < 12; i++) {
            commit(opened.store(), 3, START + i * 1000L, i);
        }
        opened.close();
        return disk;
    }

    private static Path onlyFile(MemoryDisk disk, String below) throws IOException {
        List<Path> files = disk.list(ROOT.resolve(below));
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    @Test
    void a_block_that_was_never_published_is_removed() throws IOException {
        MemoryDisk disk = diskWithLog();
        overwrite(disk, ROOT.resolve("segments/metrics"), new byte[0]);
        disk.delete(ROOT.resolve("segments/metrics"));
        StoreOnDisk opened = open(disk);
        opened.segments().put("metrics/default/0000/00000000000000ff", sink -> sink.write(ByteBuffer.allocate(9)));
        opened.close();
        StoreOnDisk reopened = open(disk.kill());
        assertThat(reopened.segments().list("metrics/")).isEmpty();
        assertThat(read(reopened.store()).firstEntry().getValue()).hasSize(12);
    }

    @Test
    void nothing_appears_twice_where_the_log_was_not_truncated_after_a_flush() throws IOException {
        MemoryDisk disk = diskWithLog();
        Path logFile = onlyFile(disk, "wal/0000");
        byte[] log = content(disk, logFile);
        StoreOnDisk opened = open(disk);
        opened.store().flush();
        opened.close();
        MemoryDisk after = disk.kill();
        overwrite(after, logFile, log);
        StoreOnDisk reopened = open(after);
        assertThat(reopened.store()
                        .statistics(Tenant.DEFAULT, 10, QueryBudget.unlimited())
                        .sampleCount())
                .isZero();
        assertThat(read(reopened.store()).firstEntry().getValue()).hasSize(12);
    }

    @Test
    void R05_what_of_a_block_is_whole_is_served_and_what_is_damaged_is_told() throws IOException {
        MemoryDisk whole = diskWithLog();
        StoreOnDisk writer = open(whole);
        writer.store().flush();
        TreeMap<Labels, TreeMap<Long, Read>> expected = read(writer.store());
        String key = writer.segments().list("metrics/").getFirst();
        writer.close();
        Path path = ROOT.resolve("segments").resolve(key);
        byte[] block = content(whole, path);
        assertThat(BlockCheck.run(writer.catalog().state(), writer.segments()).problems())
                .isEmpty();
        for (int at = 0; at < block.length; at++) {
            byte[] damaged = block.clone();
            damaged[at] ^= 0x10;
            MemoryDisk disk = whole.kill();
            overwrite(disk, path, damaged);
            StoreOnDisk opened = open(disk);
            if (opened.segments().list("quarantine/").isEmpty()) {
                TreeMap<Labels, TreeMap<Long, Read>> left = read(opened.store());
                assertThat(left).as("flip at %d of %d", at, block.length).isNotEqualTo(expected);
                left.forEach((labels, samples) -> samples.forEach((millis, sample) -> assertThat(sample)
                        .isEqualTo(
                                expected.getOrDefault(labels, new TreeMap<>()).get(millis))));
                assertThat(warnings(opened.store(), START, START))
                        .singleElement()
                        .satisfies(warning -> assertThat(warning).contains(key, "damaged in part"));
                assertThat(warnings(opened.store(), START + 7_000_000, START + 7_000_000))
                        .isEmpty();
                assertThat(BlockCheck.run(opened.catalog().state(), opened.segments())
                                .isClean())
                        .as("flip at %d", at)
                        .isFalse();
            } else {
                requirePutAside(opened, key, damaged);
            }
            opened.close();
        }
        for (int length = 0; length < block.length; length += 3) {
            MemoryDisk disk = whole.kill();
            overwrite(disk, path, java.util.Arrays.copyOf(block, length));
            StoreOnDisk opened = open(disk);
            requirePutAside(opened, key, java.util.Arrays.copyOf(block, length));
            assertThat(commit(opened.store(), 1, START + 7_000_000, 1).accepted())
                    .isEqualTo(1);
            opened.close();
        }
    }

    /// What is told of a time range.
    private static List<String> warnings(TsdbStore store, long fromMillis, long toMillis) {
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            for (SeriesCursor cursor : querier.select(SelectRequest.samples(EVERYTHING, fromMillis, toMillis))) {
                while (cursor.next()) {
                    cursor.group().read(0, new SampleColumn());
                }
            }
            return querier.warnings();
        }
    }

    private static void requirePutAside(StoreOnDisk opened, String key, byte[] bytes) {
        assertThat(read(opened.store())).isEmpty();
        assertThat(warnings(opened.store(), START, START))
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains(key, "was left out"));
        assertThat(opened.catalog().state().segments("metrics"))
                .extracting(SegmentRecord::kind)
                .containsExactly("quarantine");
        assertThat(BlockCheck.run(opened.catalog().state(), opened.segments()).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("quarantine/" + key));
        assertThat(opened.segments().list("")).containsExactly("quarantine/" + key);
        try (SegmentReader kept = opened.segments().open("quarantine/" + key)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) kept.size());
            kept.read(0, buffer);
            assertThat(buffer.array()).isEqualTo(bytes);
        }
    }

    /// Two targets of 40 series, so that pages and chunks can be hit one by one.
    private static AppendOutcome commitWide(TsdbStore store, long timestampMillis) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < 80; i++) {
                Labels labels = Labels.of("__name__", "m", "job", "j", "instance", "i" + i % 2, "n", "" + i);
                appender.append(appender.series(labels), timestampMillis, 0, i * 7 + timestampMillis / 1000 % 13);
            }
            return appender.commit();
        }
    }

    @Test
    void a_damaged_page_costs_its_series_alone_and_compaction_leaves_the_block_alone() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        StoreOnDisk writer = open(disk);
        for (int i = 0; i < 20; i++) {
            commitWide(writer.store(), START + i * 15_000L);
        }
        writer.store().flush();
        TreeMap<Labels, TreeMap<Long, Read>> expected = read(writer.store());
        String key = writer.segments().list("metrics/").getFirst();
        writer.close();
        Path path = ROOT.resolve("segments").resolve(key);
        byte[] block = content(disk, path);
        block[block.length / 3] ^= 1;
        overwrite(disk, path, block);
        StoreOnDisk opened = open(disk);
        TreeMap<Labels, TreeMap<Long, Read>> left = read(opened.store());
        assertThat(left.size()).isBetween(40, 79);
        assertThat(expected).containsAllEntriesOf(left);
        commitWide(opened.store(), START + 20 * 15_000L);
        opened.store().flush();
        assertThat(opened.segments().list("metrics/")).contains(key).hasSize(2);
        assertThat(gauge(opened, "belvedere_tsdb_damaged_chunks")).isEqualTo(1);
        assertThat(read(opened.store())).hasSize(80);
        opened.close();
    }

    private static double gauge(StoreOnDisk of, String name) {
        return of.metrics().collect().stream()
                .filter(family -> family.name().equals(name))
                .flatMap(family -> family.points().stream())
                .mapToDouble(MetricFamily.Point::value)
                .sum();
    }

    @Test
    void a_late_sample_beside_a_damaged_part_is_taken() throws IOException {
        MemoryDisk disk = diskWithLog();
        StoreOnDisk writer = open(disk);
        writer.store().flush();
        String key = writer.segments().list("metrics/").getFirst();
        writer.close();
        Path path = ROOT.resolve("segments").resolve(key);
        byte[] block = content(disk, path);
        block[30] ^= 1;
        overwrite(disk, path, block);
        StoreOnDisk opened = open(disk);
        assertThat(commit(opened.store(), 3, START + 500, 1).accepted()).isEqualTo(3);
        assertThat(read(opened.store())).hasSize(3);
        opened.close();
    }

    @Test
    void a_block_that_was_put_aside_is_told_until_its_bytes_are_gone() throws IOException {
        MemoryDisk disk = diskWithLog();
        StoreOnDisk writer = open(disk);
        writer.store().flush();
        String key = writer.segments().list("metrics/").getFirst();
        writer.close();
        overwrite(disk, ROOT.resolve("segments").resolve(key), new byte[99]);
        open(disk).close();
        StoreOnDisk again = open(disk);
        assertThat(warnings(again.store(), START, START)).hasSize(1);
        assertThat(gauge(again, "belvedere_tsdb_missing_blocks")).isEqualTo(1);
        again.segments().delete("quarantine/" + key);
        again.close();
        StoreOnDisk last = open(disk);
        assertThat(warnings(last.store(), START, START)).isEmpty();
        assertThat(last.catalog().state().segments("metrics")).isEmpty();
        last.close();
    }
}
