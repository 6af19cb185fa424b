package dev.belvedere.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainHttpTransportTest {

    /// For answers that must come. Only a hang takes so long.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// Answers the n-th request of all, counted from 0; null closes the connection.
    private interface Script {
        @Nullable
        String answer(int request);
    }

    private final List<String> requests = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final MemoryTransport others = new MemoryTransport();
    private final SelectorLoop loop = SelectorLoop.start("test");
    private final PlainHttpTransport transport = new PlainHttpTransport(loop, others);
    private final ServerSocket server;
    private volatile Script script = request -> "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    PlainHttpTransportTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (true) {
                StringBuilder head = new StringBuilder();
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    head.append(line).append('\n');
                }
                if (head.isEmpty()) {
                    return;
                }
                int number;
                synchronized (requests) {
                    number = requests.size();
                    requests.add(head.toString());
                }
                String answer = script.answer(number);
                if (answer == null) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (answer.contains("until closed")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client went away.
        }
    }

    @AfterEach
    void stop() throws IOException {
        loop.close();
        server.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    private String get() throws IOException, InterruptedException {
        OutboundRequest.Response response = transport.send(OutboundRequest.get(uri("/m?x=%20"), PATIENCE, 100));
        return response.status() + " " + new String(response.body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void exchanges_share_a_connection() throws IOException, InterruptedException {
        assertThat(get()).isEqualTo("200 ok");
        assertThat(get()).isEqualTo("200 ok");
        assertThat(connections).hasValue(1);
        assertThat(requests.getFirst())
                .isEqualTo("GET /m?x=%20 HTTP/1.1\nHost: 127.0.0.1:" + server.getLocalPort() + "\n");
    }

    @Test
    void a_connection_that_the_server_closed_meanwhile_is_replaced_without_notice()
            throws IOException, InterruptedException {
        script = request -> request == 1 ? null : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assertThat(get()).isEqualTo("200 ok");
        assertThat(get()).isEqualTo("200 ok");
        assertThat(connections).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK$Transfer-Encoding: chunked$$3;x=y$abc$2$de$0$Trailer: x$$|200 abcde",
                "HTTP/1.0 200 OK$$until closed|200 until closed",
                "HTTP/1.1 100 Continue$$HTTP/1.1 404 Not Found$content-length:  3 $$abc|404 abc",
                "HTTP/1.1 204 No Content$$|204 ",
                "HTTP/1.1 200 OK$Content-Length: 0$$|200 ",
            })
    void every_way_to_end_a_body_is_understood(String answer, String expected)
            throws IOException, InterruptedException {
        script = request -> answer.replace("$", "\r\n");
        assertThat(get().strip()).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSH-2.0 hello$$|the answer is not HTTP/1.1: \"SSH-2.0 hello\"",
                "HTTP/1.1 200 OK$Content-Length: 101$$|body size limit exceeded: more than 100 bytes",
                "HTTP/1.1 200 OK$Transfer-Encoding: chunked$$fff$|body size limit exceeded: more than 100 bytes",
                "HTTP/1.1 200 OK$Content-Length: -1$$|malformed Content-Length \"[-1]\"",
                "HTTP/1.1 200 OK$Content-Length: 1$Content-Length: 2$$|malformed Content-Length \"[1, 2]\"",
                "HTTP/1.1 200 OK$Transfer-Encoding: chunked$$zz$|malformed chunk size \"zz\"",
                "HTTP/1.1 200 OK$Transfer-Encoding: gzip$$|unknown Transfer-Encoding \"gzip\"",
                "HTTP/1.1 200 OK$no colon$$|malformed header \"no colon\"",
                "HTTP/1.1 200 OK$Content-Length: 50$$until closed|the answer ended after 12 of 50 bytes",
            })
    void a_malformed_or_oversized_answer_is_an_error_that_says_what_is_wrong(String answer, String message) {
        script = request -> answer.replace("$", "\r\n");
        assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void bytes_behind_an_answer_are_never_taken_for_the_next() throws IOException, InterruptedException {
        script = request ->
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        assertThat(get()).isEqualTo("200 ok");
        assertThat(get()).isEqualTo("200 ok");
        assertThat(connections).hasValue(2);
    }

    @Test
    void a_silent_server_is_given_up_at_the_deadline_and_an_interrupt_ends_an_exchange_at_once()
            throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch isOver = new CountDownLatch(1);
        script = request -> {
            awaitQuietly(isOver);
            return null;
        };
        assertThatThrownBy(() -> transport.send(OutboundRequest.get(uri("/"), Duration.ofMillis(50), 100)))
                .isInstanceOf(HttpTimeoutException.class)
                .hasMessage("no whole answer within 50 ms");

        script = request -> {
            asked.countDown();
            awaitQuietly(isOver);
            return null;
        };
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                get();
            } catch (IOException | InterruptedException e) {
                thrown.set(e);
            }
        });
        asked.await();
        caller.interrupt();
        caller.join();
        isOver.countDown();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void credentials_do_not_follow_a_redirect_to_another_host_and_https_goes_to_the_other_transport()
            throws IOException, InterruptedException {
        script = request -> "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/x\r\nContent-Length: 0\r\n\r\n";
        others.on("https://elsewhere", request -> MemoryTransport.answer(200, "text/plain", "there"));
        OutboundRequest.Response response = transport.send(new OutboundRequest(
                "GET",
                uri("/"),
                Map.of("Authorization", "Bearer secret", "X-Other", "kept"),
                new byte[0],
                PATIENCE,
                100,
                ConnectionOptions.DEFAULT));
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("there");
        assertThat(requests.getFirst()).contains("Authorization: Bearer secret");
        assertThat(others.sent().getFirst().headers()).isEqualTo(Map.of("X-Other", "kept"));
    }

    @Test
    void a_header_cannot_smuggle_another_in() {
        assertThatThrownBy(() -> transport.send(new OutboundRequest(
                        "GET",
                        uri("/"),
                        Map.of("X-A", "b\r\nX-Evil: 1"),
                        new byte[0],
                        PATIENCE,
                        100,
                        ConnectionOptions.DEFAULT)))
                .hasMessage("the value of header X-A has a line end");
        assertThat(requests).isEmpty();
    }
}
