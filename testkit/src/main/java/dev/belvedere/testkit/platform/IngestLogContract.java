package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.platform.log.SyncListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The ingest log as every engine relies on it.
public abstract class IngestLogContract {

    protected static final int PARTITIONS = 2;

    /// A frame as a reader finds it.
    protected record Frame(long offset, String text) {}

    /// Opens the log under test; a second call opens the same log again after the first was closed.
    protected abstract IngestLog open();

    protected static ByteBuffer payload(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    protected static List<Frame> read(IngestLog log, int partition, long from) {
        List<Frame> frames = new ArrayList<>();
        try (IngestLogReader reader = log.read(partition, from)) {
            while (reader.next()) {
                frames.add(new Frame(
                        reader.offset(),
                        StandardCharsets.UTF_8.decode(reader.payload()).toString()));
            }
        }
        return frames;
    }

    @Test
    void offsets_count_from_zero_in_each_partition() {
        try (IngestLog log = open()) {
            assertThat(log.append(0, payload("a"))).isZero();
            assertThat(log.append(1, payload("b"))).isZero();
            assertThat(log.append(0, payload("c"))).isEqualTo(1);
            assertThat(log.endOffset(0)).isEqualTo(2);
            assertThat(log.endOffset(1)).isEqualTo(1);
        }
    }

    @Test
    void a_reader_finds_the_frames_of_its_partition_in_order_from_any_offset() {
        try (IngestLog log = open()) {
            log.append(0, payload("a"));
            log.append(1, payload("other"));
            log.append(0, payload("b"));
            log.append(0, payload("c"));
            assertThat(read(log, 0, 1)).containsExactly(new Frame(1, "b"), new Frame(2, "c"));
            assertThat(read(log, 0, 3)).isEmpty();
        }
    }

    @Test
    void a_reader_at_the_end_goes_on_with_what_is_written_later() {
        try (IngestLog log = open()) {
            log.append(0, payload("a"));
            try (IngestLogReader reader = log.read(0, 0)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.next()).isFalse();
                log.append(0, payload("b"));
                assertThat(reader.next()).isTrue();
                assertThat(reader.offset()).isEqualTo(1);
            }
        }
    }

    @Test
    void the_payload_is_copied_before_append_returns() {
        try (IngestLog log = open()) {
            byte[] bytes = "before".getBytes(StandardCharsets.UTF_8);
            log.append(0, ByteBuffer.wrap(bytes));
            bytes[0] = 'X';
            assertThat(read(log, 0, 0)).containsExactly(new Frame(0, "before"));
        }
    }

    @Test
    void durable_frames_are_there_after_reopening_and_offsets_go_on() {
        try (IngestLog log = open()) {
            log.awaitDurable(0, log.append(0, payload("a")));
        }
        try (IngestLog log = open()) {
            assertThat(log.endOffset(0)).isEqualTo(1);
            assertThat(log.append(0, payload("b"))).isEqualTo(1);
            assertThat(read(log, 0, 0)).containsExactly(new Frame(0, "a"), new Frame(1, "b"));
        }
    }

    @Test
    void truncation_gives_up_only_frames_below_the_offset() {
        try (IngestLog log = open()) {
            for (int i = 0; i < 10; i++) {
                log.append(0, payload("frame " + i));
            }
            log.truncate(0, 4);
            assertThat(log.startOffset(0)).isLessThanOrEqualTo(4);
            assertThat(read(log, 0, 4)).hasSize(6);
        }
    }

    @Test
    void offsets_below_a_reserved_one_are_never_given_out_again() {
        try (IngestLog log = open()) {
            log.awaitDurable(0, log.append(0, payload("a")));
        }
        try (IngestLog log = open()) {
            log.reserveBelow(0, 10);
            assertThat(log.endOffset(0)).isEqualTo(10);
            assertThat(log.append(0, payload("b"))).isEqualTo(10);
            log.awaitDurable(0, 10);
            log.reserveBelow(0, 5);
            assertThat(log.append(0, payload("c"))).isEqualTo(11);
            log.awaitDurable(0, 11);
        }
        try (IngestLog log = open()) {
            assertThat(read(log, 0, 0)).containsExactly(new Frame(0, "a"), new Frame(10, "b"), new Frame(11, "c"));
            assertThat(read(log, 0, 10)).hasSize(2);
            assertThat(log.endOffset(0)).isEqualTo(12);
        }
    }

    @Test
    void who_asks_is_told_once_when_a_frame_is_durable() throws Exception {
        try (IngestLog log = open()) {
            CompletableFuture<String> first = new CompletableFuture<>();
            CompletableFuture<String> second = new CompletableFuture<>();
            log.append(0, payload("a"));
            log.whenDurable(0, 0, told(first));
            log.whenDurable(0, log.append(0, payload("b")), told(second));
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("synced");
            assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("synced");
            CompletableFuture<String> again = new CompletableFuture<>();
            log.whenDurable(0, 1, told(again));
            assertThat(again).isCompletedWithValue("synced");
        }
    }

    /// Takes what a listener is told: `synced`, or the failure's code.
    protected static SyncListener told(CompletableFuture<String> outcome) {
        return new SyncListener() {
            @Override
            public void synced() {
                tell("synced");
            }

            @Override
            public void failed(OperationException failure) {
                tell(failure.code());
            }

            private void tell(String what) {
                if (!outcome.complete(what)) {
                    outcome.obtrudeValue("told twice");
                }
            }
        };
    }

    @Test
    void an_empty_or_oversized_payload_is_refused() {
        try (IngestLog log = open()) {
            assertThatThrownBy(() -> log.append(0, ByteBuffer.allocate(0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(0, ByteBuffer.allocate(IngestLog.MAX_PAYLOAD_BYTES + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(log.endOffset(0)).isZero();
        }
    }

    @Test
    void threads_that_wait_and_listeners_are_all_told_of_their_frames() throws Exception {
        try (IngestLog log = open()) {
            List<CompletableFuture<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                CompletableFuture<String> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                Thread.startVirtualThread(() -> {
                    long offset = log.append(1, payload("frame"));
                    if (offset % 2 == 0) {
                        log.awaitDurable(1, offset);
                        outcome.complete("synced");
                    } else {
                        log.whenDurable(1, offset, told(outcome));
                    }
                });
            }
            for (CompletableFuture<String> outcome : outcomes) {
                assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("synced");
            }
        }
    }

    @Test
    void writers_of_many_threads_get_offsets_of_their_own() throws InterruptedException {
        try (IngestLog log = open()) {
            ConcurrentLinkedQueue<Frame> written = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                String name = "writer " + t;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 25; i++) {
                        String text = name + " frame " + i;
                        long offset = log.append(1, payload(text));
                        log.awaitDurable(1, offset);
                        written.add(new Frame(offset, text));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(read(log, 1, 0)).hasSize(200).containsExactlyInAnyOrderElementsOf(written);
        }
    }
}
