package dev.belvedere.agent.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LogTailerTest {

    private static final Path LOG = Path.of("/var/log/app.log");
    private static final Path POSITIONS = Path.of("/data/agent/positions");

    private MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(1_750_000_000_000L);
    private final MetricRegistry registry = new MetricRegistry();
    private final List<LogRecord> accepted = new ArrayList<>();
    private boolean isFromEnd;
    private int maxLineBytes = 100;

    private LogTailer tailer() throws IOException {
        return tailer(accepted::addAll);
    }

    private LogTailer tailer(LogSink sink) throws IOException {
        LogFiles source = new LogFiles(
                List.of(GlobPattern.of("/var/log/*.log")),
                List.of(GlobPattern.of("/var/log/noise*")),
                Map.of("job", "app"),
                isFromEnd);
        TailOptions options =
                new TailOptions(POSITIONS, Duration.ofSeconds(5), Duration.ofMillis(250), maxLineBytes, 10);
        return new LogTailer(List.of(source), Labels.of("node", "node-1"), options, disk, time, sink, registry);
    }

    private void append(Path path, String text) throws IOException {
        append(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private void append(Path path, byte[] bytes) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.write(ByteBuffer.wrap(bytes), file.size());
        }
    }

    private void truncate(Path path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.truncate(0);
        }
    }

    private void scanAndPass(LogTailer tailer) throws InterruptedException {
        time.advance(Duration.ofSeconds(6));
        tailer.pass();
    }

    private List<String> lines() {
        return accepted.stream().map(LogRecord::line).toList();
    }

    @Test
    void whole_lines_are_handed_on_with_labels_and_rising_times() throws Exception {
        append(LOG, "one\r\ntwo\n\nthree");
        LogTailer tailer = tailer();
        tailer.pass();
        assertThat(lines()).containsExactly("one", "two");
        assertThat(accepted.getFirst().stream())
                .isEqualTo(Labels.of(
                        "filename", "/var/log/app.log", "job", "app", "node", "node-1", "service_name", "app"));
        assertThat(accepted.get(0).timestampNanos()).isEqualTo(time.currentNanos());
        assertThat(accepted.get(1).timestampNanos())
                .isGreaterThan(accepted.get(0).timestampNanos());
        append(LOG, " and a half\n");
        tailer.pass();
        assertThat(lines()).containsExactly("one", "two", "three and a half");
        assertThat(tailer.pass()).isFalse();
    }

    @Test
    void bytes_that_are_not_utf_8_come_through_unharmed() throws Exception {
        append(LOG, new byte[] {'a', (byte) 0xff, 'b', '\n'});
        tailer().pass();
        assertThat(lines()).containsExactly("a\uDCFFb");
    }

    @Test
    void a_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start() throws Exception {
        append(LOG, "old 1\n");
        LogTailer tailer = tailer();
        tailer.pass();
        append(LOG, "old 2\nold 3, without an end");
        disk.rename(LOG, Path.of("/var/log/app.log.1"));
        append(LOG, "new 1\n");
        scanAndPass(tailer);
        scanAndPass(tailer);
        assertThat(lines()).containsExactlyInAnyOrder("old 1", "old 2", "old 3, without an end", "new 1");
        assertThat(openFiles()).isEqualTo(1);
    }

    @Test
    void a_file_renamed_to_a_name_that_matches_too_is_not_read_twice() throws Exception {
        append(LOG, "old\n");
        LogTailer tailer = tailer();
        tailer.pass();
        disk.rename(LOG, Path.of("/var/log/app-1.log"));
        append(LOG, "new\n");
        scanAndPass(tailer);
        assertThat(lines()).containsExactly("old", "new");
    }

    @Test
    void a_truncated_file_is_read_from_its_start() throws Exception {
        append(LOG, "before the truncation\n");
        LogTailer tailer = tailer();
        tailer.pass();
        truncate(LOG);
        append(LOG, "after\n");
        tailer.pass();
        assertThat(lines()).containsExactly("before the truncation", "after");
    }

    @Test
    void a_truncated_file_that_has_outgrown_its_position_is_known_by_its_beginning() throws Exception {
        append(LOG, "short\n");
        LogTailer tailer = tailer();
        tailer.pass();
        truncate(LOG);
        append(LOG, "another beginning\nand more\n");
        tailer.pass();
        assertThat(lines()).containsExactly("short", "another beginning", "and more");
    }

    @Test
    void a_restart_goes_on_where_the_sink_had_accepted() throws Exception {
        append(LOG, "one\ntwo\nthr");
        tailer().pass();
        append(LOG, "ee\nfour\n");
        disk = disk.kill();
        tailer().pass();
        assertThat(lines()).containsExactly("one", "two", "three", "four");
    }

    @Test
    void a_file_in_the_place_of_a_removed_one_is_read_from_its_start_even_with_its_inode() throws Exception {
        append(LOG, "one\n");
        tailer().pass();
        truncate(LOG);
        append(LOG, "two of another file\n");
        tailer().pass();
        assertThat(lines()).containsExactly("one", "two of another file");
    }

    @Test
    void damaged_positions_are_told_and_files_are_read_anew() throws Exception {
        append(LOG, "one\n");
        tailer().pass();
        disk.flipBit(POSITIONS, 20, 3);
        tailer().pass();
        assertThat(lines()).containsExactly("one", "one");
    }

    @Test
    void every_bit_of_the_positions_is_guarded() throws Exception {
        append(LOG, "one\n");
        tailer().pass();
        int size = disk.readAll(POSITIONS, 1000).length;
        for (int bit = 0; bit < 8 * size; bit++) {
            disk.flipBit(POSITIONS, bit / 8, bit % 8);
            assertThat(TailPositions.open(disk, POSITIONS).get(disk.identity(LOG)))
                    .as("bit " + bit)
                    .isEmpty();
            disk.flipBit(POSITIONS, bit / 8, bit % 8);
        }
        assertThat(TailPositions.open(disk, POSITIONS).get(disk.identity(LOG))).isPresent();
    }

    @Test
    void a_line_that_is_too_long_is_cut_once_and_marked() throws Exception {
        append(LOG, "x".repeat(100) + "\n" + "y".repeat(350) + "\nshort\n");
        LogTailer tailer = tailer();
        tailer.pass();
        assertThat(lines()).containsExactly("x".repeat(100), "y".repeat(100), "short");
        assertThat(accepted.stream().map(record -> record.attributes().text("log.truncated")))
                .containsExactly("", "true", "");
    }

    @Test
    void the_rest_of_a_cut_line_may_come_later() throws Exception {
        append(LOG, "y".repeat(150));
        LogTailer tailer = tailer();
        tailer.pass();
        append(LOG, "y".repeat(500));
        tailer.pass();
        append(LOG, "y\nnext\n");
        tailer.pass();
        assertThat(lines()).containsExactly("y".repeat(100), "next");
    }

    @Test
    void files_there_at_the_first_start_may_be_read_from_their_end_but_later_ones_are_whole() throws Exception {
        isFromEnd = true;
        append(LOG, "long ago\n");
        LogTailer tailer = tailer();
        tailer.pass();
        append(LOG, "now\n");
        append(Path.of("/var/log/new.log"), "first\n");
        scanAndPass(tailer);
        assertThat(lines()).containsExactlyInAnyOrder("now", "first");
        append(LOG, "while away\n");
        tailer().pass();
        assertThat(lines()).containsExactlyInAnyOrder("now", "first", "while away");
    }

    @Test
    void excluded_compressed_and_unmatched_files_are_left_alone() throws Exception {
        append(Path.of("/var/log/noise.log"), "no\n");
        append(Path.of("/var/log/app.txt"), "no\n");
        append(Path.of("/var/log/sub/app.log"), "no\n");
        LogFiles all = new LogFiles(List.of(GlobPattern.of("/var/log/**/{app,old}*")), List.of(), Map.of(), false);
        append(Path.of("/var/log/sub/old.log.gz"), "no\n");
        tailer().pass();
        assertThat(lines()).isEmpty();
        new LogTailer(List.of(all), Labels.EMPTY, TailOptions.of(POSITIONS), disk, time, accepted::addAll, registry)
                .pass();
        assertThat(accepted.stream().map(record -> record.stream().get("filename")))
                .containsExactlyInAnyOrder("/var/log/app.txt", "/var/log/sub/app.log");
    }

    @Test
    void patterns_that_cannot_be_are_refused_with_the_reason() {
        assertThatThrownBy(() -> GlobPattern.of("logs/*.log")).hasMessageContaining("must be absolute");
        assertThatThrownBy(() -> GlobPattern.of("/var/log/[a")).hasMessageContaining("is not a valid pattern");
    }

    @Test
    void many_lines_go_in_bounded_batches_and_in_order() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2500; i++) {
            text.append("line ").append(i).append('\n');
        }
        append(LOG, text.toString());
        tailer(batch -> {
                    sizes.add(batch.size());
                    accepted.addAll(batch);
                })
                .pass();
        assertThat(sizes).containsExactly(1000, 1000, 500);
        assertThat(lines()).first().isEqualTo("line 0");
        assertThat(lines()).last().isEqualTo("line 2499");
        assertThat(lines()).doesNotHaveDuplicates().hasSize(2500);
    }

    @Test
    void a_sink_that_is_overloaded_gets_the_same_batch_again_and_nothing_is_saved_before_it_accepts() throws Exception {
        append(LOG, "one\n");
        BlockingQueue<List<LogRecord>> offered = new LinkedBlockingQueue<>();
        boolean[] isOpen = {false};
        LogTailer tailer = tailer(batch -> {
            offered.add(batch);
            if (!isOpen[0]) {
                throw new OperationException("busy", Fault.OVERLOAD, "too busy");
            }
        });
        Thread thread = Thread.ofVirtual().start(tailer::run);
        List<LogRecord> first = offered.poll(60, TimeUnit.SECONDS);
        time.awaitSleepers(1);
        assertThat(disk.exists(POSITIONS)).isFalse();
        isOpen[0] = true;
        time.advance(Duration.ofSeconds(1));
        assertThat(offered.poll(60, TimeUnit.SECONDS)).isEqualTo(first);
        time.awaitSleepers(1);
        assertThat(disk.exists(POSITIONS)).isTrue();
        tailer.stop();
        thread.interrupt();
        thread.join();
        tailer().pass();
        assertThat(accepted).isEmpty();
    }

    @Test
    void a_batch_that_is_refused_for_good_is_dropped_and_counted() throws Exception {
        append(LOG, "one\n");
        LogTailer tailer = tailer(batch -> {
            throw new OperationException("bad", Fault.USER, "line too long");
        });
        tailer.pass();
        append(LOG, "two\n");
        tailer.pass();
        assertThat(counter("belvedere_agent_log_lines_dropped_total")).isEqualTo(2);
    }

    @Test
    void no_more_files_are_opened_than_allowed() throws Exception {
        for (int i = 0; i < 12; i++) {
            append(Path.of("/var/log/" + (char) ('a' + i) + ".log"), "x\n");
        }
        tailer().pass();
        assertThat(openFiles()).isEqualTo(10);
        assertThat(accepted).hasSize(10);
    }

    private double openFiles() {
        return counter("belvedere_agent_log_files");
    }

    private double counter(String name) {
        return registry.collect().stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow()
                .points()
                .getFirst()
                .value();
    }
}
