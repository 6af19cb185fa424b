package dev.belvedere.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.time.SystemTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every loop promises, tried on both.
class EventLoopTest {

    private enum Kind {
        SELECTOR,
        MEMORY
    }

    /// For what must come. Only a hang takes so long.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// Between timers. Where setting them takes longer, their order is another, and says nothing.
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final MemoryTransport network = new MemoryTransport();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private EventLoop start(Kind kind) {
        EventLoop loop = switch (kind) {
            case SELECTOR -> SelectorLoop.start("test");
            case MEMORY -> MemoryLoop.start(new SystemTime(), network);
        };
        opened.add(loop);
        return loop;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static <T> T await(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void tasks_run_in_order_and_timers_by_their_time_unless_cancelled(Kind kind) throws InterruptedException {
        EventLoop loop = start(kind);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        BlockingQueue<Long> tookNanos = new LinkedBlockingQueue<>();
        List<String> order;
        do {
            loop.execute(() -> {
                long start = System.nanoTime();
                loop.after(2 * GAP_NANOS, () -> ran.add("late"));
                loop.after(GAP_NANOS, () -> ran.add("cancelled")).cancel();
                loop.after(GAP_NANOS, () -> ran.add("early"));
                loop.after(-1, () -> ran.add("overdue"));
                loop.execute(() -> ran.add("first"));
                loop.execute(() -> ran.add("second"));
                tookNanos.add(System.nanoTime() - start);
            });
            order = List.of(await(ran), await(ran), await(ran), await(ran), await(ran));
        } while (await(tookNanos) >= GAP_NANOS);
        assertThat(order).containsExactly("first", "second", "overdue", "early", "late");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_blocks_runs_aside_and_is_interrupted_when_cancelled(Kind kind) throws InterruptedException {
        EventLoop loop = start(kind);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        BlockingQueue<EventLoop.Pending> pending = new LinkedBlockingQueue<>();
        loop.execute(() -> pending.add(loop.aside(() -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                loop.execute(() -> ran.add("interrupted"));
            }
        })));
        begun.await();
        loop.execute(() -> ran.add("not blocked"));
        assertThat(await(ran)).isEqualTo("not blocked");
        EventLoop.Pending aside = await(pending);
        loop.execute(aside::cancel);
        assertThat(await(ran)).isEqualTo("interrupted");
    }

    private static EventLoop.AnswerHandler telling(BlockingQueue<String> told) {
        return new EventLoop.AnswerHandler() {
            @Override
            public void answered(EventLoop.Answer answer) {
                told.add(answer.status() + " " + answer.header("content-type") + " "
                        + new String(answer.body(), 0, answer.bodyLength(), StandardCharsets.ISO_8859_1));
            }

            @Override
            public void failed(IOException reason) {
                told.add(reason.getClass().getSimpleName() + " " + reason.getMessage());
            }
        };
    }

    private static RepeatedRequest get(String uri, Duration timeout) throws IOException {
        return RepeatedRequest.of(OutboundRequest.get(URI.create(uri), timeout, 1 << 20));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_refused_connection_is_a_failure_that_says_so(Kind kind) throws IOException, InterruptedException {
        EventLoop loop = start(kind);
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String origin = "http://127.0.0.1:" + unused.getLocalPort();
            unused.close();
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            RepeatedRequest request = get(origin + "/metrics", PATIENCE);
            loop.execute(() -> loop.ask(request, telling(told)));
            assertThat(await(told)).containsIgnoringCase("ConnectException connection refused");
        }
    }

    /// Writes its answers in the pieces that it is told, each as soon as the one before is out.
    private ServerSocket serve(String answer, List<Integer> cuts) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        opened.add(server);
        byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> answer(socket, bytes, cuts));
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        return server;
    }

    private static void answer(Socket socket, byte[] bytes, List<Integer> cuts) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            StringBuilder asked = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                asked.append((char) b);
                if (asked.toString().endsWith("\r\n\r\n")) {
                    asked.setLength(0);
                    int from = 0;
                    for (int cut : cuts) {
                        socket.getOutputStream().write(bytes, from, cut - from);
                        from = cut;
                    }
                    socket.getOutputStream().write(bytes, from, bytes.length - from);
                }
            }
        } catch (IOException e) {
            // The loop went away.
        }
    }

    @Test
    void an_answer_is_the_same_in_whatever_pieces_it_comes() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nContent-Type: t/p\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nContent-Type:t/p\nContent-Length: 5\n\nhello",
                "HTTP/1.1 200 OK\r\ncontent-type: t/p\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\n"
                        + "X: y\r\n\r\n");
        EventLoop loop = start(Kind.SELECTOR);
        for (String answer : answers) {
            for (int round = 0; round < 20; round++) {
                List<Integer> cuts = round == 0
                        ? IntStream.range(1, answer.length()).boxed().toList()
                        : random.ints(random.nextInt(5), 0, answer.length())
                                .sorted()
                                .boxed()
                                .toList();
                ServerSocket server = serve(answer, cuts);
                BlockingQueue<String> told = new LinkedBlockingQueue<>();
                RepeatedRequest request = get("http://127.0.0.1:" + server.getLocalPort() + "/", PATIENCE);
                loop.execute(() -> loop.ask(request, telling(told)));
                assertThat(await(told)).as("seed %s cuts %s", seed, cuts).isEqualTo("200 t/p hello");
                loop.execute(() -> loop.ask(request, telling(told)));
                assertThat(await(told)).as("again, seed %s cuts %s", seed, cuts).isEqualTo("200 t/p hello");
            }
        }
    }

    @Test
    void an_exchange_ends_at_its_deadline_or_when_cancelled_and_only_it() throws IOException, InterruptedException {
        EventLoop loop = start(Kind.SELECTOR);
        ServerSocket slow = serve("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhal", List.of());
        ServerSocket good = serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", List.of());
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        BlockingQueue<String> never = new LinkedBlockingQueue<>();
        RepeatedRequest late = get("http://127.0.0.1:" + slow.getLocalPort() + "/", Duration.ofMillis(50));
        RepeatedRequest quick = get("http://127.0.0.1:" + good.getLocalPort() + "/", PATIENCE);
        loop.execute(() -> {
            EventLoop.Pending cancelled = loop.ask(late, telling(never));
            loop.ask(late, telling(told));
            loop.ask(quick, telling(told));
            cancelled.cancel();
        });
        assertThat(List.of(await(told), await(told)))
                .containsExactlyInAnyOrder(
                        "200  ok", HttpTimeoutException.class.getSimpleName() + " no whole answer within 50 ms");
        assertThat(never).isEmpty();
    }

    @Test
    void a_failing_task_or_handler_leaves_the_loop_running() throws IOException, InterruptedException {
        EventLoop loop = start(Kind.SELECTOR);
        ServerSocket good = serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", List.of());
        RepeatedRequest request = get("http://127.0.0.1:" + good.getLocalPort() + "/", PATIENCE);
        CountDownLatch failed = new CountDownLatch(1);
        loop.execute(() -> {
            throw new IllegalStateException("expected in this test");
        });
        loop.execute(() -> loop.ask(request, new EventLoop.AnswerHandler() {
            @Override
            public void answered(EventLoop.Answer answer) {
                failed.countDown();
                throw new IllegalStateException("expected in this test");
            }

            @Override
            public void failed(IOException reason) {
                throw new IllegalStateException(reason);
            }
        }));
        failed.await();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        loop.execute(() -> loop.ask(request, telling(told)));
        assertThat(await(told)).isEqualTo("200  ok");
    }
}
