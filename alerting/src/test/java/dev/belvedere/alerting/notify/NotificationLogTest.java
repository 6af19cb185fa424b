package dev.belvedere.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.notify.NotificationEdit.AlertForgotten;
import dev.belvedere.alerting.notify.NotificationEdit.AlertKept;
import dev.belvedere.alerting.notify.NotificationEdit.Sent;
import dev.belvedere.alerting.notify.NotificationEdit.SentForgotten;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotificationLogTest {

    private static final Path DIRECTORY = Path.of("/data/notifications");
    private static final SentKey KEY = new SentKey("{}:{a=\"é\"}", "team", 1);

    private static Alert alert(int number) {
        return new Alert(
                Labels.of("alertname", "A", "n", Integer.toString(number)),
                Labels.of("summary", "text " + number),
                number,
                Alert.NOT_ENDED,
                "http://x");
    }

    @Test
    void edits_survive_encoding() {
        List<NotificationEdit> edits = List.of(
                new AlertKept(alert(1)),
                new AlertForgotten(alert(2).labels()),
                new Sent(KEY, new SentEntry(5, Set.of(1L, -2L), Set.of())),
                new SentForgotten(KEY));
        assertThat(NotificationCodec.decode(NotificationCodec.encode(edits))).isEqualTo(edits);
    }

    @Test
    void what_was_committed_is_there_after_a_crash() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            MemoryDisk disk = new MemoryDisk();
            NotificationLog log = new NotificationLog(disk, DIRECTORY);
            List<Alert> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                if (!expected.isEmpty() && random.nextInt(3) == 0) {
                    Alert gone = expected.remove(random.nextInt(expected.size()));
                    assertThat(log.commit(List.of(new AlertForgotten(gone.labels()))))
                            .isTrue();
                } else {
                    expected.add(alert(i));
                    assertThat(log.commit(List.of(new AlertKept(alert(i))))).isTrue();
                }
            }
            NotificationLog after = new NotificationLog(disk.crash(random), DIRECTORY);
            assertThat(after.alerts()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void a_flipped_bit_loses_only_its_frame() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        NotificationLog log = new NotificationLog(disk, DIRECTORY);
        for (int i = 0; i < 10; i++) {
            log.commit(List.of(new AlertKept(alert(i))));
        }
        Path file = DIRECTORY.resolve("notifications.log");
        byte[] bytes = disk.readAll(file, 1 << 20);
        for (int at = 20; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            try (DiskFile target = disk.open(file)) {
                target.write(ByteBuffer.wrap(damaged), 0);
            }
            assertThat(new NotificationLog(disk, DIRECTORY).alerts().size())
                    .as("bit flipped at %d", at)
                    .isBetween(9, 10);
        }
        for (int length = 0; length < bytes.length; length++) {
            try (DiskFile target = disk.open(file)) {
                target.truncate(length);
            }
            assertThat(new NotificationLog(disk, DIRECTORY).alerts().size()).isLessThan(11);
            try (DiskFile target = disk.open(file)) {
                target.write(ByteBuffer.wrap(bytes), 0);
            }
        }
    }

    @Test
    void the_file_is_rewritten_when_it_has_grown() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        NotificationLog log = new NotificationLog(disk, DIRECTORY);
        String text = "x".repeat(10_000);
        for (int i = 0; i < 300; i++) {
            Alert alert = new Alert(Labels.of("alertname", "A"), Labels.of("t", text + i), i, 0, "");
            log.commit(List.of(new AlertKept(alert)));
        }
        Path file = DIRECTORY.resolve("notifications.log");
        assertThat(disk.readAll(file, 1 << 24).length).isLessThan(2 << 20);
        assertThat(new NotificationLog(disk, DIRECTORY).alerts()).hasSize(1);
    }

    @Test
    void a_failed_sync_is_told_and_mended_by_the_next_commit() {
        MemoryDisk disk = new MemoryDisk();
        NotificationLog log = new NotificationLog(disk, DIRECTORY);
        assertThat(log.commit(List.of(new AlertKept(alert(0))))).isTrue();
        disk.failSyncs(0, 1);
        assertThat(log.commit(List.of(new AlertKept(alert(1))))).isFalse();
        assertThat(log.commit(List.of(new AlertKept(alert(2))))).isTrue();
        NotificationLog after = new NotificationLog(disk.crash(new Random(1)), DIRECTORY);
        assertThat(after.alerts()).hasSize(3);
        assertThat(after.lastSent(KEY)).isEmpty();
    }
}
