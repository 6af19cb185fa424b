package dev.belvedere.eventdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The work in the background, step by step on a clock that stands still.
final class EventStoreMaintenanceTest {

    private static final Tenant TENANT = Tenant.DEFAULT;
    private static final long NOW_MILLIS = 1_772_431_200_000L;
    private static final Labels STREAM = Labels.of("app", "api");

    private final ManualTime time = new ManualTime(NOW_MILLIS);
    private final MemoryDisk disk = new MemoryDisk();
    private final EventStoreOptions options = EventStoreOptions.DEFAULT
            .withRetention(Duration.ofDays(2), Duration.ofDays(1))
            .withFlush(20_000, Duration.ofMinutes(15));
    private final EventStoreFixture fixture = new EventStoreFixture(disk, Path.of("/data"), options, time);

    private void append(Duration age, String line) {
        long nanos = NOW_MILLIS * 1_000_000 - age.toNanos();
        fixture.store.logs().append(TENANT, List.of(LogRecord.of(STREAM, nanos, line)));
    }

    private int segments() {
        return fixture.catalog.state().segments("logs").size();
    }

    private long records() {
        return fixture.store.logs().statistics(TENANT).recordCount();
    }

    @Test
    void a_head_is_flushed_once_it_is_large_or_old() {
        append(Duration.ZERO, "x".repeat(30_000));
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
        append(Duration.ZERO, "small");
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
        time.advance(Duration.ofMinutes(15));
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(2);
        assertThat(records()).isEqualTo(2);
    }

    @Test
    void segments_beyond_retention_are_removed_with_their_files() {
        append(Duration.ofDays(3), "old");
        append(Duration.ofDays(1), "young");
        fixture.store.flush();
        assertThat(segments()).isEqualTo(2);
        time.advance(Duration.ofMinutes(11));
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
        assertThat(fixture.segments.list("logs/")).hasSize(1);
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void a_clock_that_jumps_removes_nothing() {
        append(Duration.ofDays(1), "young");
        fixture.store.flush();
        time.advance(Duration.ofMinutes(11));
        fixture.store.maintain();
        time.jumpTo(NOW_MILLIS + Duration.ofDays(3650).toMillis());
        fixture.store.maintain();
        time.advance(Duration.ofMinutes(9));
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
        time.jumpTo(NOW_MILLIS + Duration.ofMinutes(20).toMillis());
        fixture.store.maintain();
        time.advance(Duration.ofMinutes(11));
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
    }

    @Test
    void four_small_segments_of_a_day_become_one() {
        for (int i = 0; i < 4; i++) {
            append(Duration.ofSeconds(i), "line " + i);
            fixture.store.flush();
        }
        assertThat(segments()).isEqualTo(4);
        fixture.store.maintain();
        assertThat(segments()).isEqualTo(1);
        assertThat(fixture.segments.list("logs/")).hasSize(1);
        assertThat(records()).isEqualTo(4);
    }

    @Test
    void a_reader_keeps_the_segments_it_reads() {
        for (int i = 0; i < 4; i++) {
            append(Duration.ofSeconds(i), "line " + i);
            fixture.store.flush();
        }
        LogRequest all =
                new LogRequest(List.of(), Long.MIN_VALUE, Long.MAX_VALUE, LogRequest.Direction.FORWARD, List.of());
        try (LogCursor cursor = fixture.store.logs().select(TENANT, all, QueryBudget.unlimited())) {
            assertThat(cursor.next()).isTrue();
            fixture.store.maintain();
            assertThat(segments()).isEqualTo(1);
            assertThat(fixture.segments.list("logs/")).hasSize(5);
            int count = 1;
            while (cursor.next()) {
                count++;
            }
            assertThat(count).isEqualTo(4);
        }
        assertThat(fixture.segments.list("logs/")).hasSize(1);
    }

    @Test
    void records_of_many_days_in_one_flush_make_few_files() {
        for (int day = 0; day < 40; day++) {
            append(Duration.ofDays(day), "day " + day);
        }
        fixture.store.flush();
        assertThat(segments()).isEqualTo(16);
        assertThat(records()).isEqualTo(40);
    }
}
