package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.NotPromptException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SmallAnswersTest {

    private static final Question HOUR = new Question("up", 1000, 60);

    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile long costNanos;
    private final HttpServer server = serve();

    /// Time stands still but for what answers cost.
    private final class Clock implements TimeSource {

        private final TimeSource system = new SystemTime();

        @Override
        public long currentMillis() {
            return system.currentMillis();
        }

        @Override
        public long currentNanos() {
            return system.currentNanos();
        }

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            system.sleep(duration);
        }
    }

    /// Tells who answers, and gives up a prompt call that costs more than it may.
    private final class Teller implements Handler {

        @Override
        public Reply handle(Call call) {
            if (call.isPrompt() && costNanos > call.promptNanos()) {
                throw new NotPromptException();
            }
            nanos.addAndGet(costNanos);
            return Reply.text(
                    200,
                    (call.isPrompt() ? "prompt" : "not prompt") + " by a "
                            + (Thread.currentThread().isVirtual() ? "thread" : "loop"));
        }

        @Override
        public Optional<Question> question(Call call) {
            if (!call.parameters().first("broken").isEmpty()) {
                throw new IllegalStateException("a question that cannot be told");
            }
            return Optional.of(HOUR);
        }
    }

    private HttpServer serve() {
        Routes routes = new Routes();
        routes.face(ErrorRenderer.text()).getOrPost("/teller", new Teller()).get("/hangs", call -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Reply.empty();
        });
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return HttpServer.start(
                List.of(new Listener("http", address, routes)),
                HttpServerOptions.DEFAULT,
                (call, route, status, start, duration) -> {},
                new Clock());
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.close();
        client.close();
    }

    private HttpRequest request(String path) {
        InetSocketAddress address = server.listeners().getFirst().address();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .build();
    }

    /// Asks while no other request is in hand.
    private String ask() throws Exception {
        while (server.activeRequests() > 0) {
            Thread.yield();
        }
        return client.send(request("/teller"), BodyHandlers.ofString()).body();
    }

    @Test
    void what_was_answered_quickly_is_known_for_the_same_time_and_newer() {
        SmallAnswers small = new SmallAnswers();
        small.note(HOUR, SmallAnswers.MAX_KNOWN_NANOS);
        assertThat(small.isKnown(HOUR)).isTrue();
        assertThat(small.isKnown(new Question("up", 2000, 59))).isTrue();
        assertThat(small.isKnown(new Question("up", 999, 60))).isFalse();
        assertThat(small.isKnown(new Question("up", 1000, 61))).isFalse();
        assertThat(small.isKnown(new Question("down", 1000, 60))).isFalse();
        small.note(new Question("up", 2000, 60), SmallAnswers.MAX_KNOWN_NANOS + 1);
        assertThat(small.isKnown(HOUR)).isFalse();
    }

    @Test
    void the_loop_answers_what_was_answered_quickly_until_it_takes_long() throws Exception {
        assertThat(ask()).isEqualTo("not prompt by a thread");
        assertThat(ask()).isEqualTo("prompt by a loop");
        costNanos = SmallAnswers.MAX_KNOWN_NANOS + 1;
        assertThat(ask()).isEqualTo("prompt by a loop");
        assertThat(ask()).isEqualTo("not prompt by a thread");
    }

    @Test
    void a_prompt_call_that_gives_up_is_answered_by_a_thread() throws Exception {
        assertThat(ask()).isEqualTo("not prompt by a thread");
        costNanos = SmallAnswers.MAX_NANOS + 1;
        assertThat(ask()).isEqualTo("not prompt by a thread");
        costNanos = 0;
        assertThat(ask()).isEqualTo("not prompt by a thread");
        assertThat(ask()).isEqualTo("prompt by a loop");
    }

    @Test
    void a_bug_before_the_handler_is_told_and_leaves_nothing_behind() throws Exception {
        assertThat(client.send(request("/teller?broken=yes"), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(500);
        assertThat(ask()).isEqualTo("not prompt by a thread");
    }

    @Test
    void the_loop_answers_nothing_while_another_request_is_in_hand() throws Exception {
        assertThat(ask()).isEqualTo("not prompt by a thread");
        client.sendAsync(request("/hangs"), BodyHandlers.ofString());
        while (server.activeRequests() == 0) {
            Thread.yield();
        }
        assertThat(client.send(request("/teller"), BodyHandlers.ofString()).body())
                .isEqualTo("not prompt by a thread");
    }

    @Test
    void a_client_that_sends_a_thousand_questions_ahead_gets_all_answers_in_order() throws Exception {
        assertThat(ask()).isEqualTo("not prompt by a thread");
        int count = 1000;
        InetSocketAddress address = server.listeners().getFirst().address();
        StringBuilder sent = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            sent.append("GET /teller HTTP/1.1\r\nHost: localhost\r\n")
                    .append(i == count ? "Connection: close\r\n" : "")
                    .append("\r\n");
        }
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(sent.toString().getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(count + 1);
            assertThat(all.split("prompt by a loop", -1).length).isGreaterThan(count / 2);
        }
    }
}
