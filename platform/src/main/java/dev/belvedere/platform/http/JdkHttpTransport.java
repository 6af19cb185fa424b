package dev.belvedere.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The network through the JDK's HTTP client: one client, and so one pool of connections, for each set of options.
///
/// Redirects are followed here and not by the client, so that credentials never reach another host.
public final class JdkHttpTransport implements HttpTransport, AutoCloseable {

    private static final Set<String> CLIENT_HEADERS =
            Set.of("host", "content-length", "connection", "expect", "upgrade");

    private final Map<ConnectionOptions, HttpClient> clients = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @Override
    public OutboundRequest.Response send(OutboundRequest request) throws IOException, InterruptedException {
        HttpClient client = client(request.options());
        long deadline = System.nanoTime() + request.timeout().toNanos();
        return Redirects.follow(request, current -> exchange(client, current, deadline));
    }

    private HttpClient client(ConnectionOptions options) throws IOException {
        HttpClient known = clients.get(options);
        if (known != null) {
            return known;
        }
        HttpClient.Builder builder = HttpClient.newBuilder()
                .executor(executor)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(options.isHttp2Allowed() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
        if (!options.proxyUrl().isEmpty()) {
            URI proxy = URI.create(options.proxyUrl());
            int port = proxy.getPort() >= 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
            builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), port)));
        }
        if (options.tls().isPresent()) {
            builder.sslContext(TlsContexts.create(options.tls().get()));
            builder.sslParameters(TlsContexts.parameters(options.tls().get()));
        }
        HttpClient made = builder.build();
        HttpClient raced = clients.putIfAbsent(options, made);
        return raced == null ? made : raced;
    }

    /// One request and its whole answer, given up at the deadline even while the body is still trickling in.
    private OutboundRequest.Response exchange(HttpClient client, OutboundRequest request, long deadline)
            throws IOException, InterruptedException {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(left)
                .method(
                        request.method(),
                        request.body().length == 0
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach((name, value) -> {
            if (!CLIENT_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                builder.header(name, value);
            }
        });
        // A clear-text upgrade offer confuses exporters: plain HTTP stays on 1.1.
        if (!"https".equals(request.uri().getScheme())) {
            builder.version(HttpClient.Version.HTTP_1_1);
        }
        Future<OutboundRequest.Response> answer = executor.submit(() -> {
            if (ProxyTunnel.isNeeded(request)) {
                return ProxyTunnel.exchange(request);
            }
            HttpResponse<InputStream> response = client.send(builder.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return new OutboundRequest.Response(
                        response.statusCode(),
                        lowerCase(response.headers().map()),
                        readLimited(body, request.maxResponseBytes()));
            }
        });
        try {
            return answer.get(left.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException(
                    "no whole answer within " + request.timeout().toMillis() + " ms");
        } catch (ExecutionException e) {
            throw asIoException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static IOException asIoException(@Nullable Throwable cause) {
        if (cause instanceof IOException io) {
            String message = io.getMessage();
            return message == null || message.isEmpty()
                    ? new IOException(io.getClass().getSimpleName(), io)
                    : io;
        }
        return new IOException(String.valueOf(cause), cause);
    }

    private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
        Map<String, List<String>> result = new TreeMap<>();
        headers.forEach((name, values) -> result.put(name.toLowerCase(Locale.ROOT), values));
        return result;
    }

    private static byte[] readLimited(InputStream body, long maxBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 * 1024];
        int count = body.read(chunk);
        while (count >= 0) {
            if (bytes.size() + (long) count > maxBytes) {
                throw new ResponseTooLargeException(maxBytes);
            }
            bytes.write(chunk, 0, count);
            count = body.read(chunk);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        executor.shutdownNow();
    }
}
