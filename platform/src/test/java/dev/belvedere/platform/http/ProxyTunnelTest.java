package dev.belvedere.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTunnelTest {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final BlockingQueue<String> askedOfProxy = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> askedOfServer = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    /// Of a server with a certificate made for this test.
    private SSLContext serverContext() throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-alias",
                        "server",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    private static void accept(ServerSocket server, Service service) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            service.serve(socket);
                        } catch (IOException e) {
                            // The other side is done.
                        }
                    });
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0 && !head.toString().endsWith("\r\n\r\n"); b = in.read()) {
            head.append((char) b);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    private void answer(Socket socket) throws IOException {
        askedOfServer.add(head(socket.getInputStream()));
        socket.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private void tunnel(Socket client, int serverPort) throws IOException {
        String head = head(client.getInputStream());
        askedOfProxy.add(head);
        if (!head.contains("X-Ticket: valid\r\n")) {
            client.getOutputStream().write("HTTP/1.1 407 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return;
        }
        client.getOutputStream().write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            Thread.ofVirtual().start(() -> {
                try {
                    client.getInputStream().transferTo(server.getOutputStream());
                } catch (IOException e) {
                    // The client is done.
                }
            });
            server.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static OutboundRequest request(int proxyPort, int serverPort, String ticket, boolean isTrusting) {
        return new OutboundRequest(
                "GET",
                URI.create("https://localhost:" + serverPort + "/metrics"),
                Map.of("X-Own", "for the server"),
                new byte[0],
                Duration.ofMinutes(1),
                1000,
                new ConnectionOptions(
                        true,
                        true,
                        "http://127.0.0.1:" + proxyPort,
                        Map.of("X-Ticket", List.of(new Secret(ticket))),
                        Optional.of(new ConnectionOptions.TlsOptions("", "", Secret.NONE, "", isTrusting, ""))));
    }

    @Test
    void the_headers_go_to_the_proxy_alone_and_a_refusal_and_an_unknown_certificate_are_told() throws Exception {
        try (ServerSocket server = serverContext()
                        .getServerSocketFactory()
                        .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                JdkHttpTransport transport = new JdkHttpTransport()) {
            accept(server, this::answer);
            accept(proxy, client -> tunnel(client, server.getLocalPort()));
            OutboundRequest good = request(proxy.getLocalPort(), server.getLocalPort(), "valid", true);
            assertThat(new String(transport.send(good).body(), StandardCharsets.US_ASCII))
                    .isEqualTo("ok");
            String authority = "localhost:" + server.getLocalPort();
            assertThat(askedOfProxy.take())
                    .isEqualTo(
                            "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nX-Ticket: valid\r\n\r\n");
            assertThat(askedOfServer.take())
                    .isEqualTo("GET /metrics HTTP/1.1\r\nHost: " + authority + "\r\nX-Own: for the server\r\n\r\n");

            assertThatThrownBy(
                            () -> transport.send(request(proxy.getLocalPort(), server.getLocalPort(), "stale", true)))
                    .hasMessage("the proxy answered the request for a tunnel with HTTP status 407");
            assertThatThrownBy(
                            () -> transport.send(request(proxy.getLocalPort(), server.getLocalPort(), "valid", false)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("certification path");
        }
    }
}
