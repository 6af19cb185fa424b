package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.time.SystemTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes over a connection of HTTP/1.1, byte by byte.
class ConnectionsTest {

    private static final int MAX_BODY_BYTES = 100_000;
    private static final int MAX_CONNECTIONS = 8;
    private static final int FLOOD_PIECES = 4096;
    private static final long NEVER = 3_600_000;
    private static final long SOON = 200;

    private final CompletableFuture<Boolean> release = new CompletableFuture<>();
    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private final CompletableFuture<Boolean> floodEnded = new CompletableFuture<>();
    private final AtomicInteger floodPieces = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private @Nullable HttpServer server;

    private void start(long requestTimeout, long idleTimeout) {
        Routes routes = new Routes();
        routes.face(ErrorRenderer.text())
                .get("/ok", call -> Reply.text(200, "ok"))
                .get("/nothing", call -> Reply.empty())
                .get("/files/{path*}", call -> Reply.text(200, call.path()))
                .post("/echo", call -> Reply.text(200, call.bodyText()))
                .get("/waits", call -> {
                    call.cancellation().onCancel(() -> cancelled.complete(true));
                    release.join();
                    return Reply.text(200, "at last");
                })
                .get("/lines", call -> new Reply.Streamed(200, Reply.TEXT, out -> out.write('x'), List.of()))
                .get("/flood", call -> new Reply.Streamed(200, Reply.TEXT, this::flood, List.of()));
        server = HttpServer.start(
                List.of(new Listener("http", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)),
                new HttpServerOptions(
                        MAX_BODY_BYTES, MAX_CONNECTIONS, 16, requestTimeout, idleTimeout, Set.of(), Optional.empty()),
                (call, route, status, begin, duration) -> answered.incrementAndGet(),
                new SystemTime());
    }

    private void flood(OutputStream out) throws IOException {
        byte[] piece = new byte[1 << 16];
        try {
            for (int i = 0; i < FLOOD_PIECES; i++) {
                out.write(piece);
                floodPieces.incrementAndGet();
            }
        } finally {
            floodEnded.complete(true);
        }
    }

    @AfterEach
    void stop() {
        release.complete(true);
        server().close();
    }

    private HttpServer server() {
        return Objects.requireNonNull(server, "not started");
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = server().listeners().getFirst().address();
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Everything until the server closes.
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /// What the server says until it closes.
    private String exchange(String bytes) throws IOException {
        try (Socket socket = connect()) {
            send(socket, bytes);
            return rest(socket);
        }
    }

    private static String until(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static String get(String target, String... headers) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n";
    }

    @Test
    void requests_sent_ahead_are_answered_in_their_order() throws IOException {
        start(NEVER, NEVER);
        try (Socket socket = connect()) {
            String many = get("/waits");
            for (int i = 0; i < 100; i++) {
                many += "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n" + (1000 + i);
            }
            send(socket, many + get("/ok", "Connection: close"));
            release.complete(true);
            String answers = rest(socket);
            int at = answers.indexOf("at last");
            for (int i = 0; i < 100; i++) {
                int next = answers.indexOf("\r\n\r\n" + (1000 + i), at);
                assertThat(next).as("answer " + i).isGreaterThan(at);
                at = next;
            }
            assertThat(answers).endsWith("\r\n\r\nok");
        }
        assertThat(answered).hasValue(102);
    }

    @Test
    void the_next_request_is_not_begun_before_the_last_is_answered() throws IOException {
        start(NEVER, NEVER);
        try (Socket socket = connect()) {
            send(socket, get("/waits") + get("/waits"));
            while (server().activeRequests() == 0) {
                Thread.onSpinWait();
            }
            try (Socket other = connect()) {
                send(other, get("/ok", "Connection: close"));
                assertThat(rest(other)).endsWith("ok");
            }
            // The other one counts until its thread has seen the answer leave; one begun too early would count for
            // good.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (server().activeRequests() > 1 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(server().activeRequests()).isEqualTo(1);
        }
    }

    @Test
    void a_connection_of_http_1_0_ends_with_its_answer() throws IOException {
        start(NEVER, NEVER);
        assertThat(exchange("GET /ok HTTP/1.0\r\n\r\n")).contains(" 200 ").endsWith("\r\n\r\nok");
        assertThat(exchange("GET /lines HTTP/1.0\r\n\r\n"))
                .doesNotContainIgnoringCase("transfer-encoding")
                .endsWith("\r\n\r\nx");
    }

    @Test
    void a_streamed_answer_is_chunked_and_one_without_content_has_no_length() throws IOException {
        start(NEVER, NEVER);
        assertThat(exchange(get("/lines") + get("/nothing", "Connection: close")))
                .containsIgnoringCase("transfer-encoding: chunked")
                .contains("1\r\nx\r\n0\r\n\r\nHTTP/1.1 204")
                .doesNotContain("content-length");
    }

    @Test
    void a_body_in_chunks_is_read_and_its_size_is_limited() throws IOException {
        start(NEVER, NEVER);
        String head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(exchange(head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" + get("/ok", "Connection: close")))
                .contains("\r\n\r\nabcde");
        String piece = "fff0\r\n" + "x".repeat(0xfff0) + "\r\n";
        assertThat(exchange(head + piece + piece + "0\r\n\r\n" + get("/ok", "Connection: close")))
                .startsWith("HTTP/1.1 413 ")
                .contains("raise server.maxBodyBytes")
                .endsWith("\r\n\r\nok");
        assertThat(exchange(head + piece + piece + "no size\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void a_client_that_asks_before_it_sends_is_told_to_go_on_or_not() throws IOException {
        start(NEVER, NEVER);
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
                            + "Connection: close\r\n\r\n");
            assertThat(until(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            send(socket, "ab");
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 ").endsWith("ab");
        }
        assertThat(exchange("POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 100001\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .containsIgnoringCase("connection: close");
    }

    @ParameterizedTest
    @CsvSource({
        "/files/a/../b, 400, the path leads upwards",
        "/files/%2e%2e/b, 400, the path leads upwards",
        "/files/a%5c..%5cb, 400, the path leads upwards",
        "/files/%00, 400, NUL",
        "/files/%zz, 400, write %25",
        "/files/a..b, 200, /files/a..b",
        "http://localhost/files/c, 200, /files/c",
        "http://evil.example/files/c, 400, server.allowedHosts",
        "files, 400, does not begin with /",
        "*, 404, nothing is served"
    })
    void a_target_is_what_is_served_or_says_why_it_is_not(String target, int status, String told) throws IOException {
        start(NEVER, NEVER);
        assertThat(exchange(get(target, "Connection: close")))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains(told);
    }

    @Test
    void what_is_not_http_is_told_so_and_closed() throws IOException {
        start(NEVER, NEVER);
        assertThat(exchange("\u0016\u0003\u0001 this is TLS\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange(get("/ok", "Host : x"))).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange(get("/files/" + "x".repeat(70_000))))
                .startsWith("HTTP/1.1 400 ")
                .contains("too long");
        assertThat(exchange(get("/ok", "a: " + "x".repeat(70_000)))).contains("too long");
    }

    @Test
    void a_long_query_in_the_first_line_is_read() throws IOException {
        start(NEVER, NEVER);
        assertThat(exchange(get("/ok?query=" + "x".repeat(50_000), "Connection: close")))
                .endsWith("ok");
    }

    @Test
    void a_request_that_drips_in_is_ended_in_time() throws IOException {
        start(SOON, NEVER);
        assertThat(exchange("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"))
                .startsWith("HTTP/1.1 503 ")
                .contains("raise server.requestTimeout")
                .containsIgnoringCase("connection: close");
    }

    @Test
    void an_answer_that_takes_too_long_is_cancelled() throws IOException {
        start(SOON, NEVER);
        assertThat(exchange(get("/waits"))).startsWith("HTTP/1.1 503 ").contains("raise server.requestTimeout");
        assertThat(cancelled.join()).isTrue();
    }

    @Test
    void a_connection_without_requests_is_closed() throws IOException {
        start(NEVER, SOON);
        assertThat(exchange("")).isEmpty();
        assertThat(exchange("GET /ok HTTP/1.1\r\nHost: ")).isEmpty();
        assertThat(exchange(get("/ok"))).endsWith("ok");
        assertThat(exchange("PRI * HT")).isEmpty();
    }

    @Test
    void a_streamed_answer_waits_for_its_reader_and_ends_when_he_goes() throws IOException {
        start(NEVER, NEVER);
        try (Socket socket = connect()) {
            send(socket, get("/flood"));
            until(socket, "\r\n\r\n");
            int before = -1;
            while (floodPieces.get() > before) {
                before = floodPieces.get();
                until(socket, "\0");
            }
            assertThat(floodPieces.get()).isLessThan(FLOOD_PIECES);
        }
        assertThat(floodEnded.join()).isTrue();
        assertThat(floodPieces.get()).isLessThan(FLOOD_PIECES);
    }

    @Test
    void connections_beyond_the_limit_are_closed_and_their_places_come_back() throws IOException {
        start(NEVER, NEVER);
        Socket[] sockets = new Socket[MAX_CONNECTIONS];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = connect();
            send(sockets[i], get("/ok"));
            until(sockets[i], "ok");
        }
        try (Socket tooMany = connect()) {
            assertThat(restOrReset(tooMany)).isEmpty();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        String answer = "";
        while (answer.isEmpty()) {
            try (Socket socket = connect()) {
                send(socket, get("/ok", "Connection: close"));
                answer = restOrReset(socket);
            }
        }
        assertThat(answer).endsWith("ok");
    }

    private static String restOrReset(Socket socket) throws IOException {
        try {
            return rest(socket);
        } catch (SocketException e) {
            return "";
        }
    }
}
