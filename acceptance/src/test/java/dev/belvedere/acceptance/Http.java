package dev.belvedere.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A plain HTTP client, and waiting for what a server will say soon.
final class Http {

    /// For what must come, also on a machine that is slow or has much else to do. Only a hang takes so long.
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Http() {}

    record Answer(int status, String body, HttpHeaders headers) {

        /// The value of a header, `""` where it is absent.
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /// Something that may not hold yet; an exception of the network means: not yet.
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /// @param headers name, value, ...; those without a value are left out
    static Answer get(String url, String... headers) throws IOException, InterruptedException {
        return send(withHeaders(HttpRequest.newBuilder(URI.create(url)).GET(), headers));
    }

    /// Any method, without a body.
    static Answer ask(String method, String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        return send(withHeaders(request.method(method, HttpRequest.BodyPublishers.noBody()), headers));
    }

    /// The body of a successful answer.
    static byte[] bytes(String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                withHeaders(HttpRequest.newBuilder(URI.create(url)).GET(), headers);
        HttpResponse<byte[]> response =
                CLIENT.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode());
        }
        return response.body();
    }

    /// The body of a successful answer.
    static byte[] postForBytes(String url, String contentType, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .headers("content-type", contentType, "content-encoding", "snappy")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }

    private static HttpRequest.Builder withHeaders(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            if (!headers[i + 1].isEmpty()) {
                request.header(headers[i], headers[i + 1]);
            }
        }
        return request;
    }

    static Answer post(String url, String contentType, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = CLIENT.send(
                request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), response.body(), response.headers());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The first value of an instant PromQL query; absent where nothing was found.
    static @Nullable String value(ServerProcess server, String promql) throws IOException, InterruptedException {
        JsonNode result =
                get(server.url("/api/v1/query?query=" + encoded(promql))).json().at("/data/result");
        return result.isEmpty() ? null : result.at("/0/value/1").asText();
    }

    static void eventually(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "never asked";
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
                last = "it did not hold";
            } catch (IOException e) {
                last = e.toString();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE.toMinutes() + " minutes: " + last);
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
