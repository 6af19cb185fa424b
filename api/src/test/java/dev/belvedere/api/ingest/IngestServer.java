package dev.belvedere.api.ingest;

import dev.belvedere.api.http.HttpServer;
import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.api.http.Listener;
import dev.belvedere.api.http.Routes;
import dev.belvedere.platform.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A real server with the routes of a test, and a client for it.
public final class IngestServer implements AutoCloseable {

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    public IngestServer(Routes routes) {
        server = HttpServer.start(
                List.of(new Listener("http", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)),
                HttpServerOptions.DEFAULT,
                (call, route, status, start, duration) -> {},
                new SystemTime());
    }

    /// @param headers name, value, ...
    public HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
        return send(HttpClient.Version.HTTP_1_1, path, body, headers);
    }

    /// A gRPC call of one message.
    ///
    /// @param flag 1 for a compressed message
    public HttpResponse<byte[]> grpc(String path, int flag, byte[] message, String... headers) {
        byte[] frame = new byte[5 + message.length];
        frame[0] = (byte) flag;
        for (int i = 0; i < 4; i++) {
            frame[1 + i] = (byte) (message.length >>> 24 - 8 * i);
        }
        System.arraycopy(message, 0, frame, 5, message.length);
        return send(HttpClient.Version.HTTP_2, path, frame, headers);
    }

    public HttpResponse<byte[]> get(String path) {
        try {
            return client.send(HttpRequest.newBuilder(uri(path)).GET().build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + server.listeners().getFirst().address().getPort() + path);
    }

    private HttpResponse<byte[]> send(HttpClient.Version version, String path, byte[] body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).version(version).POST(BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    public static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
