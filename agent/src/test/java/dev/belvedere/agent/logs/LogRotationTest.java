package dev.belvedere.agent.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tailer on the machine's own file system, where inodes are reused.
final class LogRotationTest {

    @TempDir
    private Path folder;

    private final ManualTime time = new ManualTime(1_750_000_000_000L);
    private final List<String> accepted = Collections.synchronizedList(new ArrayList<>());

    private LogTailer tailer() throws IOException {
        LogFiles source = new LogFiles(List.of(GlobPattern.of(folder + "/app.log")), List.of(), Map.of(), false);
        return new LogTailer(
                List.of(source),
                Labels.EMPTY,
                TailOptions.of(folder.resolve("positions")),
                new LocalDisk(),
                time,
                batch -> batch.stream().map(LogRecord::line).forEach(accepted::add),
                new MetricRegistry());
    }

    private void append(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void no_line_is_lost_or_doubled_over_random_rotations_and_restarts() throws Exception {
        long seed = Long.getLong("seed", 20_261_125L);
        RandomGenerator random = new SplittableRandom(seed);
        Path log = folder.resolve("app.log");
        List<String> written = new ArrayList<>();
        LogTailer tailer = tailer();
        int rotations = 0;
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                String line = "line " + written.size() + " " + "x".repeat(random.nextInt(200));
                written.add(line);
                text.append(line).append('\n');
            }
            append(log, text.toString());
            if (random.nextInt(3) == 0) {
                tailer.pass();
            }
            if (random.nextInt(10) == 0) {
                // At most one rotation between two scans: what comes and goes unseen cannot be read.
                Files.move(log, folder.resolve("app.log." + rotations++));
                time.advance(Duration.ofSeconds(6));
                append(log, "");
                tailer.pass();
            } else if (random.nextInt(20) == 0) {
                tailer.pass();
                tailer = tailer();
                tailer.pass();
            }
        }
        time.advance(Duration.ofSeconds(6));
        tailer.pass();
        tailer.pass();
        assertThat(accepted).as("seed %d", seed).containsExactlyElementsOf(written);
    }

    @Test
    void a_log_that_is_copied_and_truncated_is_read_on() throws Exception {
        Path log = folder.resolve("app.log");
        append(log, "one\ntwo\n");
        LogTailer tailer = tailer();
        tailer.pass();
        Files.copy(log, folder.resolve("app.log.1"));
        Files.write(log, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        append(log, "three\n");
        tailer.pass();
        assertThat(accepted).containsExactly("one", "two", "three");
    }
}
