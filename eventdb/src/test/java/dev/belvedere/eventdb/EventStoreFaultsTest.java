package dev.belvedere.eventdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.testkit.events.RandomEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What disks and power do to the store, and what it still answers.
final class EventStoreFaultsTest {

    private static final Tenant TENANT = Tenant.DEFAULT;
    private static final long START = 1_772_431_200_000_000_000L;
    private static final Path ROOT = Path.of("/data");
    private static final Labels STREAM = Labels.of("app", "api");

    private static LogRecord record(int number) {
        return LogRecord.of(STREAM, START + number, "line " + number);
    }

    private static List<String> lines(EventStoreFixture fixture) {
        LogRequest all =
                new LogRequest(List.of(), Long.MIN_VALUE, Long.MAX_VALUE, LogRequest.Direction.FORWARD, List.of());
        List<String> lines = new ArrayList<>();
        try (LogCursor cursor = fixture.store.logs().select(TENANT, all, QueryBudget.unlimited())) {
            while (cursor.next()) {
                lines.add(cursor.entry().line());
            }
        }
        return lines;
    }

    private static List<String> numbered(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            lines.add("line " + i);
        }
        return lines;
    }

    /// A disk on which eight records lie in the log, a frame each.
    private static MemoryDisk diskWithEightFrames() {
        MemoryDisk disk = new MemoryDisk();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            for (int i = 0; i < 8; i++) {
                fixture.store.logs().append(TENANT, List.of(record(i)));
            }
        }
        return disk;
    }

    private static Path logFile(MemoryDisk disk) throws IOException {
        for (int partition = 0; partition < EventStoreFixture.PARTITIONS; partition++) {
            List<Path> files = disk.list(ROOT.resolve("wal/logs/%04d".formatted(partition)));
            if (!files.isEmpty()) {
                return files.getFirst();
            }
        }
        throw new IllegalStateException("no log file");
    }

    private static long size(MemoryDisk disk, Path path) throws IOException {
        try (DiskFile file = disk.openReadOnly(path)) {
            return file.size();
        }
    }

    @Test
    void a_log_cut_at_any_byte_opens_with_the_frames_before_the_cut() throws IOException {
        MemoryDisk disk = diskWithEightFrames();
        Path path = logFile(disk);
        long size = size(disk, path);
        int most = 0;
        for (long cut = 0; cut < size; cut++) {
            MemoryDisk torn = disk.kill();
            try (DiskFile file = torn.open(path)) {
                file.truncate(cut);
            }
            try (EventStoreFixture fixture = new EventStoreFixture(torn, ROOT)) {
                List<String> lines = lines(fixture);
                assertThat(lines).as("cut at %d", cut).isEqualTo(numbered(0, lines.size()));
                assertThat(lines.size()).as("cut at %d", cut).isBetween(most, most + 1);
                most = lines.size();
                fixture.store.logs().append(TENANT, List.of(record(100)));
                assertThat(lines(fixture)).contains("line 100");
            }
        }
        assertThat(most).isEqualTo(7);
    }

    @Test
    void a_log_with_a_flipped_bit_loses_only_the_frame_it_hit() throws IOException {
        MemoryDisk disk = diskWithEightFrames();
        Path path = logFile(disk);
        long size = size(disk, path);
        Set<String> lost = new HashSet<>();
        for (long at = 0; at < size; at++) {
            MemoryDisk flipped = disk.kill();
            flipped.flipBit(path, at, (int) (at % 8));
            try (EventStoreFixture fixture = new EventStoreFixture(flipped, ROOT)) {
                List<String> missing = new ArrayList<>(numbered(0, 8));
                List<String> lines = lines(fixture);
                assertThat(missing).containsAll(lines);
                missing.removeAll(lines);
                assertThat(missing).as("flipped at %d", at).hasSizeLessThanOrEqualTo(1);
                lost.addAll(missing);
            }
        }
        assertThat(lost).hasSize(8);
    }

    @Test
    void a_failed_sync_is_not_acknowledged_and_a_retry_is_seen_once() {
        MemoryDisk disk = new MemoryDisk();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            fixture.store.logs().append(TENANT, List.of(record(0)));
            disk.failSyncs(0, 1);
            assertThatThrownBy(() -> fixture.store.logs().append(TENANT, List.of(record(1))))
                    .isInstanceOfSatisfying(
                            OperationException.class, e -> assertThat(e.code()).isEqualTo("io_error"));
            fixture.store.logs().append(TENANT, List.of(record(1)));
            fixture.store.logs().append(TENANT, List.of(record(2)));
            assertThat(lines(fixture)).isEqualTo(numbered(0, 3));
        }
        try (EventStoreFixture fixture = new EventStoreFixture(disk.crash(new SplittableRandom(1)), ROOT)) {
            assertThat(lines(fixture)).isEqualTo(numbered(0, 3));
            fixture.store.flush();
            assertThat(lines(fixture)).isEqualTo(numbered(0, 3));
        }
    }

    @Test
    void a_full_disk_refuses_writes_keeps_answering_and_resumes() {
        MemoryDisk disk = new MemoryDisk();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            for (int i = 0; i < 20; i++) {
                fixture.store.logs().append(TENANT, List.of(record(i)));
            }
            disk.limitCapacity(1);
            // The log has room of its own for some more.
            int written = appendUntilRefused(fixture, 20);
            assertThatThrownBy(fixture.store::flush)
                    .isInstanceOfSatisfying(
                            OperationException.class, e -> assertThat(e.code()).isEqualTo("disk_full"));
            assertThat(lines(fixture)).isEqualTo(numbered(0, written));
            disk.limitCapacity(Long.MAX_VALUE);
            fixture.store.logs().append(TENANT, List.of(record(written)));
            fixture.store.flush();
            assertThat(lines(fixture)).isEqualTo(numbered(0, written + 1));
            assertThat(fixture.catalog.state().segments("logs")).hasSize(2);
        }
    }

    /// @return the number of the record that was refused, because the disk is full
    private static int appendUntilRefused(EventStoreFixture fixture, int from) {
        for (int number = from; number < from + 50; number++) {
            try {
                fixture.store.logs().append(TENANT, List.of(record(number)));
            } catch (OperationException e) {
                assertThat(e.code()).isEqualTo("disk_full");
                assertThat(e.fault()).isEqualTo(Fault.OVERLOAD);
                return number;
            }
        }
        throw new AssertionError("a full disk refuses nothing");
    }

    @Test
    void writers_are_refused_when_segments_cannot_be_written_and_memory_is_full() {
        MemoryDisk disk = new MemoryDisk();
        EventStoreOptions small = new EventStoreOptions(
                EventStoreFixture.OPTIONS.logsRetention(),
                EventStoreFixture.OPTIONS.spansRetention(),
                2_000,
                EventStoreFixture.OPTIONS.flushAge(),
                4_000,
                1 << 20);
        RefusingSegments segments = new RefusingSegments(new LocalSegmentStore(disk, ROOT.resolve("segments")));
        try (EventStoreFixture fixture =
                new EventStoreFixture(disk, ROOT, small, new ManualTime(START / 1_000_000), segments)) {
            int written = 0;
            String code = "";
            while (code.isEmpty() && written < 500) {
                try {
                    fixture.store.logs().append(TENANT, List.of(record(written)));
                    written++;
                } catch (OperationException e) {
                    code = e.code();
                    assertThat(e).hasMessageContaining("data.maxEventHeadBytes");
                }
            }
            assertThat(code).isEqualTo("overloaded");
            assertThat(lines(fixture)).isEqualTo(numbered(0, written));
            segments.isRefusing = false;
            fixture.store.logs().append(TENANT, List.of(record(written)));
            assertThat(lines(fixture)).isEqualTo(numbered(0, written + 1));
        }
    }

    /// An object store that takes nothing new for a while.
    private static final class RefusingSegments implements SegmentStore {

        private final SegmentStore behind;
        private boolean isRefusing = true;

        RefusingSegments(SegmentStore behind) {
            this.behind = behind;
        }

        @Override
        public long put(String key, Content content) {
            if (isRefusing) {
                throw new OperationException("io_error", Fault.DEPENDENCY, "the store takes nothing");
            }
            return behind.put(key, content);
        }

        @Override
        public SegmentReader open(String key) {
            return behind.open(key);
        }

        @Override
        public void delete(String key) {
            behind.delete(key);
        }

        @Override
        public List<String> list(String prefix) {
            return behind.list(prefix);
        }
    }

    @Test
    void a_crash_between_segment_and_catalog_loses_nothing_and_shows_nothing_twice() throws IOException {
        for (int syncs = 0; syncs < 8; syncs++) {
            MemoryDisk disk = diskWithEightFrames();
            try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
                disk.failSyncs(syncs, 1);
                try {
                    fixture.store.flush();
                } catch (OperationException e) {
                    assertThat(e.code()).isEqualTo("io_error");
                }
                assertThat(lines(fixture)).as("%d syncs", syncs).isEqualTo(numbered(0, 8));
                MemoryDisk after = disk.crash(new SplittableRandom(syncs));
                try (EventStoreFixture reopened = new EventStoreFixture(after, ROOT)) {
                    assertThat(lines(reopened)).as("%d syncs", syncs).isEqualTo(numbered(0, 8));
                    assertThat(reopened.segments.list("logs/"))
                            .hasSameSizeAs(reopened.catalog.state().segments("logs"));
                }
                fixture.store.flush();
                assertThat(lines(fixture)).as("%d syncs", syncs).isEqualTo(numbered(0, 8));
            }
        }
    }

    @Test
    void whatever_happens_in_between_acknowledged_events_are_there_once() {
        long first = Long.getLong("seed", 1);
        int seeds = Integer.getInteger("seeds", 40);
        for (long seed = first; seed < first + seeds; seed++) {
            try (Life life = new Life(seed)) {
                life.live(25);
            }
        }
    }

    /// A store that is written to, flushed, compacted, failed and killed at random.
    private static final class Life implements AutoCloseable {

        private final long seed;
        private final SplittableRandom random;
        private final RandomEvents events;
        private final Set<String> attempted = new HashSet<>();
        private final Set<String> acknowledged = new HashSet<>();
        private final List<Span> acknowledgedSpans = new ArrayList<>();
        private MemoryDisk disk = new MemoryDisk();
        private EventStoreFixture fixture = new EventStoreFixture(disk, ROOT);
        private int next;

        Life(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.events = new RandomEvents(random);
        }

        void live(int steps) {
            for (int step = 0; step < steps; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> attempt(fixture.store::flush);
                    case 1 -> fixture.store.maintain();
                    case 2 -> disk.failSyncs(random.nextInt(4), 1);
                    case 3 -> restart(random.nextBoolean() ? disk.crash(random) : disk.kill());
                    default -> append();
                }
                check();
            }
            restart(disk.crash(random));
            check();
        }

        private void append() {
            List<LogRecord> records = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                records.add(LogRecord.of(events.stream(5), START + random.nextInt(1000), "line " + next++));
            }
            records.forEach(record -> attempted.add(record.line()));
            for (int tries = random.nextInt(2); tries >= 0; tries--) {
                attempt(() -> {
                    fixture.store.logs().append(TENANT, records);
                    records.forEach(record -> acknowledged.add(record.line()));
                });
            }
            List<Span> spans = events.spans(START, next, 3);
            next += 3;
            attempt(() -> {
                fixture.store.traces().append(TENANT, spans);
                acknowledgedSpans.addAll(spans);
            });
        }

        private static void attempt(Runnable action) {
            try {
                action.run();
            } catch (OperationException e) {
                assertThat(e.code()).isEqualTo("io_error");
            }
        }

        private void restart(MemoryDisk after) {
            fixture.close();
            disk = after;
            fixture = new EventStoreFixture(disk, ROOT);
        }

        private void check() {
            List<String> lines = lines(fixture);
            assertThat(lines).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(new HashSet<>(lines)).as("seed %d", seed).containsAll(acknowledged);
            assertThat(attempted).as("seed %d", seed).containsAll(lines);
            TraceStore traces = fixture.store.traces();
            Set<TraceId> ids = new HashSet<>();
            acknowledgedSpans.forEach(span -> ids.add(span.traceId()));
            List<Span> found = new ArrayList<>();
            ids.forEach(id -> found.addAll(traces.trace(TENANT, id, QueryBudget.unlimited())));
            assertThat(found).as("seed %d", seed).containsAll(acknowledgedSpans).doesNotHaveDuplicates();
        }

        @Override
        public void close() {
            fixture.close();
        }
    }

    @Test
    void a_damaged_segment_is_named_and_never_answers_wrongly() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        RandomEvents events = new RandomEvents(new SplittableRandom(5));
        List<LogRecord> records = events.records(START, 15);
        List<String> expected;
        String key;
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            fixture.store.logs().append(TENANT, records);
            fixture.store.flush();
            expected = lines(fixture);
            key = fixture.catalog.state().segments("logs").getFirst().key();
        }
        Path path = ROOT.resolve("segments").resolve(key);
        long size = size(disk, path);
        int refused = 0;
        for (long at = 0; at < size; at++) {
            MemoryDisk flipped = disk.kill();
            flipped.flipBit(path, at, (int) (at % 8));
            try (EventStoreFixture fixture = new EventStoreFixture(flipped, ROOT)) {
                assertThat(lines(fixture)).as("flipped at %d", at).isEqualTo(expected);
            } catch (OperationException e) {
                refused++;
                assertThat(e.code()).isEqualTo("corrupt_segment");
                assertThat(e.fault()).isEqualTo(Fault.CORRUPT);
                assertThat(e).hasMessageContaining(key).hasMessageContaining("backup");
            }
            if (at >= 4) {
                // All but the magic at the front, which no reader looks at.
                assertThatThrownBy(() -> verify(flipped, key))
                        .as("flipped at %d", at)
                        .isInstanceOf(OperationException.class);
            }
        }
        assertThat(refused).as("damage that a full read must meet").isGreaterThan((int) (size * 3 / 4));
        for (long cut = 0; cut < size; cut += 7) {
            MemoryDisk torn = disk.kill();
            try (DiskFile file = torn.open(path)) {
                file.truncate(cut);
            }
            try (EventStoreFixture fixture = new EventStoreFixture(torn, ROOT)) {
                assertThatThrownBy(() -> lines(fixture))
                        .isInstanceOfSatisfying(
                                OperationException.class,
                                e -> assertThat(e.code()).isEqualTo("corrupt_segment"));
            }
        }
    }

    private static void verify(MemoryDisk disk, String key) {
        try (SegmentFile file = SegmentFile.open(new LocalSegmentStore(disk, ROOT.resolve("segments")), key)) {
            file.verify();
        }
    }

    @Test
    void an_unreadable_frame_is_counted_and_skipped() {
        MemoryDisk disk = new MemoryDisk();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            fixture.store.logs().append(TENANT, List.of(record(0)));
            for (int partition = 0; partition < EventStoreFixture.PARTITIONS; partition++) {
                fixture.logs.append(partition, ByteBuffer.wrap(new byte[] {1, 1, 99, 7}));
            }
            fixture.store.logs().append(TENANT, List.of(record(1)));
        }
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            assertThat(lines(fixture)).isEqualTo(numbered(0, 2));
            assertThat(fixture.metrics
                            .counter("belvedere_events_unreadable_frames_total", "", "signal", "logs")
                            .value())
                    .isEqualTo(EventStoreFixture.PARTITIONS);
        }
    }

    @Test
    void a_log_that_lost_its_end_below_the_checkpoint_forgets_no_later_write() throws IOException {
        MemoryDisk disk = diskWithEightFrames();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            fixture.store.flush();
        }
        Path path = logFile(disk);
        try (DiskFile file = disk.open(path)) {
            file.truncate(size(disk, path) / 2);
        }
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            fixture.store.logs().append(TENANT, List.of(record(8)));
            assertThat(lines(fixture)).isEqualTo(numbered(0, 9));
        }
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            assertThat(lines(fixture)).isEqualTo(numbered(0, 9));
        }
    }

    @Test
    void the_log_gives_up_what_segments_hold() {
        MemoryDisk disk = new MemoryDisk();
        try (EventStoreFixture fixture = new EventStoreFixture(disk, ROOT)) {
            long before = 0;
            for (int i = 0; i < 200; i++) {
                String padding = "x".repeat(2_000);
                fixture.store.logs().append(TENANT, List.of(LogRecord.of(STREAM, START + i, padding + i)));
                before = Math.max(before, fixture.logs.startOffset(0) + fixture.logs.startOffset(1));
            }
            assertThat(before).isZero();
            fixture.store.flush();
            assertThat(fixture.logs.startOffset(0) + fixture.logs.startOffset(1))
                    .isGreaterThan(100);
            for (SegmentRecord segment : fixture.catalog.state().segments("logs")) {
                assertThat(segment.endOffset()).isEqualTo(200);
            }
        }
    }
}
