package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.platform.time.SystemTime;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {

    private static final HttpServerOptions OPTIONS = new HttpServerOptions(
            1 << 20,
            64,
            16,
            60_000,
            60_000,
            Set.of("metrics.example"),
            Optional.of(AnchoredRegex.compile("https?://.+\\.example")));

    /// Of many lines, so that a piece that is lost or repeated is seen.
    private static final byte[] LASTING = IntStream.range(0, 200_000)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.US_ASCII);

    private final Routes routes = new Routes();
    private final List<String> observed = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void start() {
        routes.face(ErrorRenderer.text())
                .get("/label/{name}/values", call -> Reply.text(200, call.pathParameter("name")))
                .get("/label/fixed/values", call -> Reply.text(200, "fixed route"))
                .get("/files/{path*}", call -> Reply.text(200, call.pathParameter("path")))
                .getOrPost(
                        "/query",
                        call -> Reply.text(
                                200, String.join(",", call.parameters().all("q"))))
                .post("/echo", call -> Reply.bytes(200, "application/octet-stream", bytes(call)))
                .get("/fails", call -> {
                    throw new OperationException("disk_full", Fault.OVERLOAD, "no room");
                })
                .get("/bug", call -> {
                    throw new IllegalStateException("secret detail");
                })
                .get("/lasting", call -> Reply.lastingJson(200, LASTING))
                .get("/large", call -> Reply.text(200, "x".repeat(100_000)))
                .get(
                        "/stream",
                        call -> new Reply.Streamed(
                                200,
                                Reply.TEXT,
                                out -> {
                                    for (int i = 0; i < 1000; i++) {
                                        out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                                    }
                                },
                                List.of()))
                .get("/hangs", call -> {
                    call.cancellation().onCancel(() -> cancelled.complete(true));
                    cancelled.join();
                    return Reply.empty();
                })
                .post("/later", later(call -> Reply.text(200, call.body().length() + " bytes")))
                .post("/later/fails", later(call -> {
                    throw new OperationException("disk_full", Fault.OVERLOAD, "no room");
                }))
                .post("/later/bug", later(call -> Reply.empty(), reply -> {
                    throw new IllegalStateException("secret detail");
                }))
                .post("/Service/Export", call -> new Reply.Grpc(0, "", bytes(call)))
                .post("/Service/Refuse", call -> new Reply.Grpc(3, "bad — input", new byte[0]));
        routes.face(failure -> new Reply.Grpc(8, failure.getMessage(), new byte[0]))
                .post("/Service/Limited", call -> Reply.empty());
        server = HttpServer.start(
                List.of(new Listener("http", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)),
                OPTIONS,
                (call, route, status, start, duration) -> observed.add(route + " " + status),
                new SystemTime());
    }

    /// Answers from another thread, after its own has gone.
    private static Handler later(Handler handler) {
        return later(handler, UnaryOperator.identity());
    }

    /// @param made is what that thread does with the reply before it gives it
    private static Handler later(Handler handler, UnaryOperator<Reply> made) {
        return new Handler() {
            @Override
            public Reply handle(Call call) {
                throw new IllegalStateException("not prompt");
            }

            @Override
            public void handle(Call call, Consumer<Supplier<Reply>> answer) {
                Reply reply = handler.handle(call);
                Thread.startVirtualThread(() -> answer.accept(() -> made.apply(reply)));
            }

            @Override
            public Optional<Executor> threads() {
                return Optional.of(task -> Thread.ofPlatform().name("shared").start(task));
            }
        };
    }

    private static byte[] bytes(Call call) {
        return Arrays.copyOf(call.body().array(), call.body().length());
    }

    @AfterEach
    void stop() {
        cancelled.complete(false);
        server.close();
        client.close();
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + server.listeners().getFirst().address().getPort() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    @Test
    void path_parts_are_decoded_and_fixed_parts_win() throws Exception {
        assertThat(get("/label/job/values").body()).isEqualTo("job");
        assertThat(get("/label/a%2Fb%20c/values").body()).isEqualTo("a/b c");
        assertThat(get("/label/fixed/values").body()).isEqualTo("fixed route");
        assertThat(get("/files/a/b.txt").body()).isEqualTo("a/b.txt");
        assertThat(observed).contains("/label/{name}/values 200", "/files/{path*} 200");
    }

    @Test
    void a_handler_may_answer_later_and_fail_at_once() throws Exception {
        assertThat(post("/later", "x".repeat(100_000)).body()).isEqualTo("100000 bytes");
        assertThat(post("/later", "x").body()).isEqualTo("1 bytes");
        HttpResponse<String> failed = post("/later/fails", "x");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).contains("no room");
        assertThat(observed).contains("/later 200", "/later/fails 503");
        awaitNoRequest();
    }

    @Test
    void a_bug_that_shows_while_a_later_answer_is_made_is_answered_and_gives_the_place_back() throws Exception {
        HttpResponse<String> failed = post("/later/bug", "x");
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("internal error").doesNotContain("secret");
        assertThat(observed).contains("/later/bug 500");
        awaitNoRequest();
    }

    private void awaitNoRequest() {
        while (server.activeRequests() > 0) {
            Thread.onSpinWait();
        }
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void parameters_come_from_the_query_and_from_a_form() throws Exception {
        assertThat(get("/query?q=up%7Ba%3D%22b%22%7D&q=1+2").body()).isEqualTo("up{a=\"b\"},1 2");
        HttpRequest form = HttpRequest.newBuilder(uri("/query?q=first"))
                .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString("q=second%2B"))
                .build();
        assertThat(client.send(form, BodyHandlers.ofString()).body()).isEqualTo("second+,first");
    }

    @Test
    void a_broken_escape_in_a_parameter_is_refused() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(uri("/query"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("q=50%"))
                .build();
        HttpResponse<String> answer = client.send(form, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("broken percent escape in \"50%\": write %25");
    }

    @Test
    void unknown_paths_and_methods_say_so() throws Exception {
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        HttpResponse<String> wrongMethod =
                client.send(HttpRequest.newBuilder(uri("/query")).DELETE().build(), BodyHandlers.ofString());
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.body()).contains("GET, HEAD, OPTIONS, POST");
        assertThat(wrongMethod.headers().firstValue("allow")).hasValue("GET, HEAD, OPTIONS, POST");
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void options_tells_the_methods_of_a_path() throws Exception {
        HttpResponse<String> echo = send("OPTIONS", "/echo");
        assertThat(echo.statusCode()).isEqualTo(204);
        assertThat(echo.headers().firstValue("allow")).hasValue("OPTIONS, POST");
        assertThat(send("OPTIONS", "/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void a_path_of_any_length_is_unknown_to_other_methods() throws Exception {
        assertThat(send("GET", "/files/a/b").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/files/a/b").statusCode()).isEqualTo(404);
    }

    @Test
    void pages_of_named_origins_may_read_answers_and_no_others() throws Exception {
        HttpResponse<String> named = send("GET", "/query?q=1", "origin", "https://a.example");
        assertThat(named.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        assertThat(named.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
        assertThat(named.headers().allValues("vary")).contains("Origin");
        HttpResponse<String> asked = send("OPTIONS", "/query", "origin", "https://a.example");
        assertThat(asked.headers().firstValue("access-control-allow-methods")).hasValue("GET, POST, OPTIONS");
        for (String other : new String[] {"https://a.example.evil", "null", "https://example"}) {
            HttpResponse<String> answer = send("GET", "/query?q=1", "origin", other);
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void an_answer_is_compressed_only_where_gzip_has_a_weight() throws Exception {
        for (String accepted : new String[] {"gzip", "br, GZIP;q=0.5", "*", "deflate, gzip;q=1.0, *;q=0"}) {
            HttpResponse<String> answer = send("GET", "/large", "accept-encoding", accepted);
            assertThat(answer.headers().firstValue("content-encoding"))
                    .as(accepted)
                    .hasValue("gzip");
        }
        for (String refused : new String[] {"gzip;q=0", "identity", "*, gzip; q=0.00", "zstd, br", "*;q=0"}) {
            HttpResponse<String> answer = send("GET", "/large", "accept-encoding", refused);
            assertThat(answer.headers().firstValue("content-encoding"))
                    .as(refused)
                    .isEmpty();
            assertThat(answer.headers().allValues("vary")).as(refused).contains("Accept-Encoding");
        }
    }

    @Test
    void head_has_the_headers_of_get_and_no_body() throws Exception {
        HttpResponse<String> head = send("HEAD", "/large");
        assertThat(head.headers().firstValue("content-length")).hasValue("100000");
        assertThat(head.body()).isEmpty();
        assertThat(send("HEAD", "/stream").body()).isEmpty();
    }

    @Test
    void failures_are_rendered_and_bugs_tell_nothing() throws Exception {
        assertThat(get("/fails").statusCode()).isEqualTo(503);
        assertThat(get("/fails").body()).isEqualTo("no room\n");
        HttpResponse<String> bug = get("/bug");
        assertThat(bug.statusCode()).isEqualTo(500);
        assertThat(bug.body()).doesNotContain("secret detail");
    }

    @Test
    void a_body_beyond_the_limit_is_413_and_the_server_goes_on() throws Exception {
        HttpRequest tooLarge = HttpRequest.newBuilder(uri("/echo"))
                .POST(BodyPublishers.ofByteArray(new byte[2 << 20]))
                .build();
        assertThat(client.send(tooLarge, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        assertThat(get("/query?q=1").statusCode()).isEqualTo(200);
    }

    @Test
    void a_body_beyond_the_limit_is_answered_as_its_face_does() throws Exception {
        HttpRequest tooLarge = HttpRequest.newBuilder(uri("/Service/Limited"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(BodyPublishers.ofByteArray(new byte[2 << 20]))
                .build();
        HttpResponse<String> answer = client.send(tooLarge, BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("grpc-status")).hasValue("8");
        assertThat(answer.headers().firstValue("grpc-message").orElse("")).contains("raise server.maxBodyBytes");
    }

    @Test
    void an_answer_that_lasts_is_whole_every_time() throws Exception {
        String whole = new String(LASTING, StandardCharsets.US_ASCII);
        for (int i = 0; i < 4; i++) {
            assertThat(get("/lasting").body()).isEqualTo(whole);
        }
        HttpResponse<String> head = send("HEAD", "/lasting");
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(LASTING.length);
        HttpResponse<byte[]> compressed = client.send(
                HttpRequest.newBuilder(uri("/lasting"))
                        .header("accept-encoding", "gzip")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.body())))
                .hasBinaryContent(LASTING);
        assertThat(get("/lasting").body()).isEqualTo(whole);
    }

    @Test
    void large_answers_are_compressed_for_those_who_accept_gzip() throws Exception {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(uri("/large"))
                        .header("accept-encoding", "gzip")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
                .hasSize(100_000);
        assertThat(get("/large").headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void a_streamed_answer_arrives_whole() throws Exception {
        assertThat(get("/stream").body())
                .startsWith("line 0\n")
                .endsWith("line 999\n")
                .hasLineCount(1000);
    }

    @Test
    void grpc_answers_carry_their_status_in_trailers() throws Exception {
        HttpRequest call = HttpRequest.newBuilder(uri("/Service/Export"))
                .version(HttpClient.Version.HTTP_2)
                .header("content-type", "application/grpc")
                .POST(BodyPublishers.ofByteArray(new byte[] {1, 2}))
                .build();
        HttpResponse<byte[]> answer = client.send(call, BodyHandlers.ofByteArray());
        assertThat(answer.body()).containsExactly(0, 0, 0, 0, 2, 1, 2);
        HttpRequest refused = HttpRequest.newBuilder(uri("/Service/Refuse"))
                .version(HttpClient.Version.HTTP_2)
                .POST(BodyPublishers.ofByteArray(new byte[] {1}))
                .build();
        HttpResponse<byte[]> refusal = client.send(refused, BodyHandlers.ofByteArray());
        assertThat(refusal.headers().firstValue("grpc-status")).hasValue("3");
        assertThat(refusal.headers().firstValue("grpc-message")).hasValue("bad %E2%80%94 input");
    }

    @Test
    void a_foreign_host_name_is_refused() throws Exception {
        assertThat(statusForHost("evil.example:9090")).isEqualTo(400);
        assertThat(statusForHost("metrics.example")).isEqualTo(200);
        assertThat(statusForHost("localhost:1")).isEqualTo(200);
    }

    private int statusForHost(String host) throws Exception {
        InetSocketAddress address = server.listeners().getFirst().address();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET /query?q=1 HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void a_client_that_leaves_cancels_its_request() throws Exception {
        InetSocketAddress address = server.listeners().getFirst().address();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /hangs HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (server.activeRequests() == 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(cancelled.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_address_in_use_is_named() {
        Listener taken = server.listeners().getFirst();
        assertThatThrownBy(() -> HttpServer.start(
                        List.of(taken), OPTIONS, (call, route, status, start, duration) -> {}, new SystemTime()))
                .isInstanceOf(OperationException.class)
                .hasMessageContaining("127.0.0.1:" + taken.address().getPort());
    }
}
