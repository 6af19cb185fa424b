package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The ingest log on a disk that tears, forgets, fails and fills up.
final class IngestLogFaultTest {

    private static final Path ROOT = Path.of("/data/wal");
    private static final int CRASHES = 300;

    private final ManualTime time = new ManualTime(0);

    private LocalIngestLog open(Disk disk) {
        return open(disk, 200);
    }

    private LocalIngestLog open(Disk disk, long fileBytes) {
        return new LocalIngestLog(disk, ROOT, 1, new LocalIngestLog.Options(fileBytes, 64), time);
    }

    private static List<IngestLogContract.Frame> read(IngestLog log) {
        return IngestLogContract.read(log, 0, 0);
    }

    private static void assertCode(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void a_power_cut_loses_nothing_that_was_durable_and_repeats_nothing() {
        long seed = Long.getLong("seed", 20_261_125L);
        Random random = new Random(seed);
        MemoryDisk disk = new MemoryDisk();
        List<String> durable = new ArrayList<>();
        int written = 0;
        for (int round = 0; round < CRASHES; round++) {
            try (LocalIngestLog log = open(disk)) {
                int count = random.nextInt(6);
                for (int i = 0; i < count; i++) {
                    String text = "frame " + written++ + "x".repeat(random.nextInt(120));
                    long offset = log.append(0, IngestLogContract.payload(text));
                    if (random.nextBoolean()) {
                        log.awaitDurable(0, offset);
                        durable = new ArrayList<>(texts(log));
                    }
                }
                if (random.nextInt(10) == 0) {
                    log.truncate(0, log.endOffset(0) / 2);
                    durable.retainAll(texts(log));
                }
            }
            disk = random.nextInt(4) == 0 ? disk.kill() : disk.crash(random);
            try (LocalIngestLog log = open(disk)) {
                List<IngestLogContract.Frame> found = read(log);
                assertThat(texts(log))
                        .as("seed %d round %d", seed, round)
                        .doesNotHaveDuplicates()
                        .containsAll(durable);
                assertThat(found)
                        .extracting(IngestLogContract.Frame::offset)
                        .isSorted()
                        .doesNotHaveDuplicates();
                durable = new ArrayList<>(texts(log));
            }
            disk = disk.kill();
        }
    }

    @Test
    void frames_over_zeros_are_read_while_they_are_written_and_after_a_power_cut() {
        long seed = Long.getLong("seed", 20_261_126L);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            MemoryDisk disk = new MemoryDisk();
            LocalIngestLog log = open(disk, 40_000);
            List<String> written = new ArrayList<>();
            List<String> seen = new ArrayList<>();
            int durable = 0;
            try (IngestLogReader reader = log.read(0, 0)) {
                for (int i = random.nextInt(1, 300); i > 0; i--) {
                    String text = "frame " + written.size() + "x".repeat(random.nextInt(400));
                    long offset = log.append(0, IngestLogContract.payload(text));
                    written.add(text);
                    if (random.nextInt(4) == 0) {
                        log.awaitDurable(0, offset);
                        durable = written.size();
                    }
                    while (random.nextBoolean() && reader.next()) {
                        seen.add(StandardCharsets.UTF_8.decode(reader.payload()).toString());
                    }
                }
                while (reader.next()) {
                    seen.add(StandardCharsets.UTF_8.decode(reader.payload()).toString());
                }
            }
            assertThat(seen).as("seed %d round %d", seed, round).isEqualTo(written);
            try (LocalIngestLog again = open(disk.crash(random), 40_000)) {
                assertThat(texts(again))
                        .as("seed %d round %d", seed, round)
                        .containsAll(written.subList(0, durable))
                        .isSubsetOf(written);
                assertThat(again.append(0, IngestLogContract.payload("after"))).isGreaterThanOrEqualTo(durable);
                assertThat(texts(again)).endsWith("after");
            }
            log.close();
        }
    }

    @Test
    void a_closed_log_has_no_zeros_behind_its_frames() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk, 40_000)) {
            for (int i = 0; i < 30; i++) {
                log.append(0, IngestLogContract.payload("x".repeat(100)));
            }
            assertThat(sizeOfFirst(disk)).isGreaterThan(20 + 30 * 120);
        }
        assertThat(sizeOfFirst(disk)).isEqualTo(20 + 30 * 120);
    }

    private static int sizeOfFirst(MemoryDisk disk) throws IOException {
        return disk.readAll(disk.list(ROOT.resolve("0000")).getFirst(), 1 << 20).length;
    }

    private static List<String> texts(IngestLog log) {
        return read(log).stream().map(IngestLogContract.Frame::text).toList();
    }

    @Test
    void a_log_cut_at_any_byte_opens_and_keeps_every_frame_before_the_cut() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        Path file = writeFive(whole);
        int size = whole.readAll(file, 1 << 20).length;
        for (int cut = 0; cut <= size; cut++) {
            MemoryDisk disk = whole.kill();
            disk.open(file).truncate(cut);
            try (LocalIngestLog log = open(disk)) {
                assertThat(texts(log)).as("cut at %d", cut).isEqualTo(FIVE.subList(0, framesBefore(cut)));
                log.awaitDurable(0, log.append(0, IngestLogContract.payload("after")));
                assertThat(texts(log)).as("cut at %d", cut).endsWith("after").hasSize(framesBefore(cut) + 1);
            }
        }
    }

    @Test
    void a_bit_flipped_anywhere_costs_at_most_the_frame_it_hit() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        Path file = writeFive(whole);
        int size = whole.readAll(file, 1 << 20).length;
        for (int position = 0; position < size; position++) {
            MemoryDisk disk = whole.kill();
            disk.flipBit(file, position, position % 8);
            try (LocalIngestLog log = open(disk)) {
                Set<String> lost = FIVE.stream().collect(Collectors.toSet());
                texts(log).forEach(lost::remove);
                Set<String> hit =
                        position < HEADER ? Set.of() : Set.of(FIVE.get(Math.min(4, (position - HEADER) / FRAME)));
                assertThat(hit).as("bit flipped at %d", position).containsAll(lost);
            }
        }
    }

    private static final int HEADER = 20;
    private static final int FRAME = 20 + 5;
    private static final List<String> FIVE = List.of("aaaaa", "bbbbb", "ccccc", "ddddd", "eeeee");

    private static int framesBefore(int cut) {
        return Math.max(0, Math.min(5, (cut - HEADER) / FRAME));
    }

    private Path writeFive(MemoryDisk disk) {
        try (LocalIngestLog log = open(disk)) {
            FIVE.forEach(text -> log.awaitDurable(0, log.append(0, IngestLogContract.payload(text))));
        }
        return disk.list(ROOT.resolve("0000")).getFirst();
    }

    @Test
    void a_failed_sync_refuses_its_frames_and_later_ones_are_durable_again() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk)) {
            log.awaitDurable(0, log.append(0, IngestLogContract.payload("good")));
            disk.failSyncs(0, 1);
            long refused = log.append(0, IngestLogContract.payload("refused"));
            assertCode("io_error", () -> log.awaitDurable(0, refused));
            assertCode("io_error", () -> log.awaitDurable(0, refused));
            long later = log.append(0, IngestLogContract.payload("later"));
            log.awaitDurable(0, later);
            assertThat(later).isGreaterThan(refused);
        }
        try (LocalIngestLog log = open(disk.crash(new Random(1)))) {
            assertThat(texts(log)).contains("good", "later");
        }
    }

    @Test
    void frames_of_a_process_that_was_killed_are_durable_only_once_they_are_synced() {
        for (int seed = 0; seed < 20; seed++) {
            MemoryDisk disk = new MemoryDisk();
            LocalIngestLog killed = open(disk);
            for (int i = 0; i < 5; i++) {
                killed.append(0, IngestLogContract.payload(i + "x".repeat(90)));
            }
            List<String> written;
            try (LocalIngestLog log = open(disk)) {
                written = texts(log);
                log.awaitDurable(0, 4);
            }
            assertThat(written).hasSize(5);
            try (LocalIngestLog log = open(disk.crash(new Random(seed)))) {
                assertThat(texts(log)).as("seed %d", seed).isEqualTo(written);
            }
        }
    }

    @Test
    void a_failed_sync_is_told_to_all_whose_frames_it_was_for_and_to_no_others() {
        MemoryDisk disk = new MemoryDisk();
        ArrayDeque<Runnable> syncs = new ArrayDeque<>();
        LocalIngestLog.Options options = new LocalIngestLog.Options(200, 64, syncs::add);
        try (LocalIngestLog log = new LocalIngestLog(disk, ROOT, 1, options, time)) {
            List<CompletableFuture<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                CompletableFuture<String> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                log.whenDurable(
                        0, log.append(0, IngestLogContract.payload("frame " + i)), IngestLogContract.told(outcome));
                if (i == 2) {
                    assertThat(syncs).as("one sync for all that wait").hasSize(1);
                    disk.failSyncs(0, 1);
                    syncs.remove().run();
                }
            }
            assertThat(outcomes.subList(0, 3)).allSatisfy(o -> assertThat(o).isCompletedWithValue("io_error"));
            assertThat(outcomes.subList(3, 5)).noneMatch(CompletableFuture::isDone);
            log.awaitDurable(0, 3);
            assertThat(outcomes.subList(3, 5)).allSatisfy(o -> assertThat(o).isCompletedWithValue("synced"));
            syncs.remove().run();
            assertThat(syncs).isEmpty();
        }
    }

    @Test
    void a_log_whose_threads_have_ended_tells_those_who_ask() {
        LocalIngestLog.Options options = new LocalIngestLog.Options(200, 64, sync -> {
            throw new RejectedExecutionException("ended");
        });
        try (LocalIngestLog log = new LocalIngestLog(new MemoryDisk(), ROOT, 1, options, time)) {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            log.whenDurable(0, log.append(0, IngestLogContract.payload("a")), IngestLogContract.told(outcome));
            assertThat(outcome).isCompletedWithValue("io_error");
            log.awaitDurable(0, 0);
        }
    }

    @Test
    void a_frame_that_leans_on_lost_ones_is_not_written() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk)) {
            long before = log.losses(0);
            assertThat(log.appendUnlessLost(0, IngestLogContract.payload("good"), before))
                    .isZero();
            log.awaitDurable(0, 0);
            disk.failSyncs(0, 1);
            long refused = log.appendUnlessLost(0, IngestLogContract.payload("refused"), before);
            assertCode("io_error", () -> log.awaitDurable(0, refused));
            long end = log.endOffset(0);
            assertThat(log.appendUnlessLost(0, IngestLogContract.payload("leans"), before))
                    .isEqualTo(-1);
            assertThat(log.endOffset(0)).isEqualTo(end);
            assertThat(log.appendUnlessLost(0, IngestLogContract.payload("new"), log.losses(0)))
                    .isEqualTo(end);
        }
    }

    @Test
    void a_log_that_is_given_up_whole_takes_no_room_and_goes_on_where_it_was() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk)) {
            log.awaitDurable(0, log.append(0, IngestLogContract.payload("x".repeat(150))));
            log.truncate(0, 1);
            assertThat(log.sizeBytes()).isLessThan(100);
            assertThat(log.startOffset(0)).isEqualTo(1);
            log.truncate(0, 1);
        }
        try (LocalIngestLog log = open(disk.crash(new Random(3)))) {
            assertThat(log.endOffset(0)).isEqualTo(1);
            assertThat(log.append(0, IngestLogContract.payload("after"))).isEqualTo(1);
        }
    }

    @Test
    void a_full_disk_refuses_writes_answers_reads_and_takes_writes_again_when_there_is_room() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = open(disk)) {
            log.awaitDurable(0, log.append(0, IngestLogContract.payload("before")));
            disk.limitCapacity(100);
            time.advance(Duration.ofSeconds(1));
            assertCode("disk_full", () -> log.append(0, IngestLogContract.payload("x".repeat(90))));
            assertThat(texts(log)).containsExactly("before");
            disk.limitCapacity(10_000);
            time.advance(Duration.ofSeconds(1));
            log.awaitDurable(0, log.append(0, IngestLogContract.payload("after")));
            assertThat(texts(log)).containsExactly("before", "after");
        }
    }

    @Test
    void a_disk_that_fills_up_within_a_frame_leaves_no_part_of_it() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalIngestLog log = new LocalIngestLog(disk, ROOT, 1, new LocalIngestLog.Options(200, 0), time)) {
            log.append(0, IngestLogContract.payload("before"));
            disk.limitCapacity(80);
            assertCode("disk_full", () -> log.append(0, IngestLogContract.payload("y".repeat(100))));
            disk.limitCapacity(10_000);
            assertThat(log.append(0, IngestLogContract.payload("after"))).isEqualTo(1);
            assertThat(texts(log)).containsExactly("before", "after");
        }
    }
}
