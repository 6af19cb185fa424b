package dev.belvedere.tsdb.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.tsdb.StoreOnDisk;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import dev.belvedere.tsdb.partition.Quarantine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Damage is found by reading, whoever asks for the block.
class ScrubTest {

    private static final long HOUR = 3_600_000;
    private static final long START = 20_000L * 24 * HOUR;
    private static final int HOURS = 12;

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(START);
    private StoreOnDisk opened = open(48 * HOUR);

    private StoreOnDisk open(long periodMillis) {
        return StoreOnDisk.open(
                disk,
                Path.of("/data"),
                1,
                TsdbOptions.DEFAULT
                        .withBlockSpan(HOUR)
                        .withRetention(10_000 * HOUR, Long.MAX_VALUE)
                        .withScrubPeriod(periodMillis),
                time);
    }

    @AfterEach
    void close() {
        opened.close();
    }

    /// A block each hour.
    private void fill() {
        for (int hour = 0; hour < HOURS; hour++) {
            for (int minute = 0; minute < 60; minute++) {
                try (MetricAppender appender = opened.store().appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
                    for (int host = 0; host < 40; host++) {
                        Labels labels = Labels.of("__name__", "m", "host", "h" + host, "instance", "a", "job", "j");
                        double value = Math.sin(host * 1000.0 + minute);
                        appender.append(appender.series(labels), time.currentMillis(), MetricAppender.NO_START, value);
                    }
                    appender.commit();
                }
                time.advance(Duration.ofMinutes(1));
            }
        }
        opened.store().flush();
        opened.store().maintain();
    }

    private double own(String family) {
        return opened.metrics().collect().stream()
                .filter(each -> each.name().equals(family))
                .flatMap(each -> each.points().stream())
                .mapToDouble(MetricFamily.Point::value)
                .sum();
    }

    private List<SegmentRecord> blocks() {
        return opened.catalog().state().segments(TsdbEnvironment.TOPIC);
    }

    private void flip(SegmentRecord record, long position) throws IOException {
        try (DiskFile file = disk.open(Path.of("/data/segments").resolve(record.key()))) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.readFully(one, position);
            file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 8)}), position);
        }
    }

    private void letPass(long millis) {
        for (long left = millis; left > 0; left -= HOUR) {
            time.advance(Duration.ofMillis(Math.min(left, HOUR)));
            opened.store().maintain();
        }
    }

    private List<String> warnings(SegmentRecord of) {
        try (MetricQuerier querier = opened.store().querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            querier.select(SelectRequest.samples(
                    List.of(LabelMatcher.equal("__name__", "m")), of.minMillis(), of.maxMillis()));
            return querier.warnings();
        }
    }

    @Test
    void each_block_is_read_once_a_period_and_all_of_it() {
        fill();
        long bytes = blocks().stream().mapToLong(SegmentRecord::sizeBytes).sum();
        double before = own("belvedere_tsdb_scrubbed_bytes_total");
        letPass(48 * HOUR);
        assertThat(own("belvedere_tsdb_scrubbed_bytes_total") - before).isEqualTo(bytes);
        letPass(48 * HOUR);
        assertThat(own("belvedere_tsdb_scrubbed_bytes_total") - before).isEqualTo(2.0 * bytes);
        assertThat(own("belvedere_tsdb_scrubbed_blocks_total")).isGreaterThanOrEqualTo(2.0 * HOURS);
        assertThat(own("belvedere_tsdb_scrub_damages_total")).isZero();
    }

    @Test
    void restarts_neither_begin_anew_nor_skip() {
        fill();
        long bytes = blocks().stream().mapToLong(SegmentRecord::sizeBytes).sum();
        double read = 0;
        for (int part = 0; part < 4; part++) {
            opened.close();
            opened = open(48 * HOUR);
            letPass(12 * HOUR);
            read += own("belvedere_tsdb_scrubbed_bytes_total");
        }
        assertThat(read).isEqualTo(bytes);
    }

    @Test
    void a_flipped_bit_that_nobody_reads_is_found_counted_and_told() throws IOException {
        fill();
        opened.close();
        SegmentRecord oldest = blocks().getFirst();
        flip(oldest, oldest.sizeBytes() / 3);
        opened = open(48 * HOUR);
        letPass(48 * HOUR);
        assertThat(own("belvedere_tsdb_scrub_damages_total")).isEqualTo(1);
        assertThat(own("belvedere_tsdb_damaged_chunks")).isEqualTo(1);
        assertThat(warnings(oldest)).singleElement().asString().contains(oldest.key(), "--repair");
        assertThat(opened.catalog().state().contains(oldest.key())).isTrue();
    }

    @Test
    void a_block_whose_index_is_damaged_is_put_aside() throws IOException {
        fill();
        opened.close();
        SegmentRecord oldest = blocks().getFirst();
        flip(oldest, oldest.sizeBytes() - 35);
        opened = open(48 * HOUR);
        letPass(49 * HOUR);
        assertThat(own("belvedere_tsdb_scrub_damages_total")).isEqualTo(1);
        assertThat(own("belvedere_tsdb_missing_blocks")).isEqualTo(1);
        assertThat(opened.catalog().state().contains(Quarantine.PREFIX + oldest.key()))
                .isTrue();
        assertThat(warnings(oldest)).hasSize(1);
    }

    @Test
    void no_more_is_read_in_a_second_than_is_allowed() {
        fill();
        letPass(48 * HOUR);
        double before = own("belvedere_tsdb_scrubbed_bytes_total");
        long largest =
                blocks().stream().mapToLong(SegmentRecord::sizeBytes).max().orElseThrow();
        TsdbEnvironment environment =
                new TsdbEnvironment(opened.log(), opened.catalog(), opened.segments(), time, opened.metrics());
        Scrub slow = new Scrub(environment, opened.store().partitions(), HOUR, largest / 10);
        time.advance(Duration.ofHours(1));
        slow.scrub();
        for (int round = 1; round <= 300; round++) {
            time.advance(Duration.ofSeconds(1));
            slow.scrub();
            double read = own("belvedere_tsdb_scrubbed_bytes_total") - before;
            assertThat(read).isLessThanOrEqualTo((round + 2.0) * largest / 10 + largest);
        }
        assertThat(own("belvedere_tsdb_scrubbed_bytes_total") - before).isGreaterThan(5.0 * largest);
    }

    @Test
    void nothing_is_read_where_it_is_switched_off() {
        opened.close();
        opened = open(0);
        fill();
        letPass(100 * HOUR);
        assertThat(own("belvedere_tsdb_scrubbed_bytes_total")).isZero();
        assertThat(opened.store().blocks(Tenant.DEFAULT)).isNotEmpty();
    }
}
