package dev.belvedere.platform.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The network for those who ask many servers often: clear-text HTTP/1.1 over connections that are kept, with blocking
/// reads on the caller's virtual thread. What needs TLS or a proxy goes to another transport.
///
/// An exchange costs three system calls and no thread but the caller's; the JDK's client takes several times the CPU.
/// An interrupt ends it at once if the caller is a virtual thread.
public final class PlainHttpTransport implements HttpTransport, AutoCloseable {

    /// Servers close connections that are idle for longer than this sooner or later.
    private static final long MAX_IDLE_NANOS = 90_000_000_000L;

    private static final int MAX_IDLE_CONNECTIONS = 10_000;

    private static final Set<String> OWN_HEADERS =
            Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

    private final HttpTransport others;
    private final Deadlines deadlines = new Deadlines();

    /// By host and port, the one used last in front.
    @GuardedBy("this")
    private final Map<String, Deque<PlainConnection>> idle = new HashMap<>();

    @GuardedBy("this")
    private int idleCount;

    @GuardedBy("this")
    private long sweptNanos = System.nanoTime();

    @GuardedBy("this")
    private boolean isClosed;

    /// @param others for https and proxies; not closed by this
    public PlainHttpTransport(HttpTransport others) {
        this.others = others;
        deadlines.start();
    }

    @Override
    public OutboundRequest.Response send(OutboundRequest request) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + request.timeout().toNanos();
        return Redirects.follow(request, current -> {
            boolean isPlain = "http".equals(current.uri().getScheme())
                    && current.options().proxyUrl().isEmpty();
            return isPlain ? exchange(current, deadlineNanos) : others.send(withoutRedirects(current));
        });
    }

    /// So that a redirect to clear text comes back here.
    private static OutboundRequest withoutRedirects(OutboundRequest request) {
        ConnectionOptions options = request.options();
        return new OutboundRequest(
                request.method(),
                request.uri(),
                request.headers(),
                request.body(),
                request.timeout(),
                request.maxResponseBytes(),
                new ConnectionOptions(false, options.isHttp2Allowed(), options.proxyUrl(), options.tls()));
    }

    private OutboundRequest.Response exchange(OutboundRequest request, long deadlineNanos)
            throws IOException, InterruptedException {
        byte[] head = head(request);
        String origin = request.uri().getRawAuthority();
        boolean isRepeatable =
                request.method().equals("GET") || request.method().equals("HEAD");
        Optional<PlainConnection> kept = isRepeatable ? borrow(origin) : Optional.empty();
        if (kept.isPresent()) {
            PlainConnection connection = kept.get();
            try {
                return on(connection, request, head, deadlineNanos);
            } catch (HttpTimeoutException | ResponseTooLargeException e) {
                throw e;
            } catch (IOException e) {
                // The server may have closed the connection while it was idle; then nothing of this request was read.
                if (connection.hasAnswered()) {
                    throw e;
                }
            }
        }
        return on(connect(request, deadlineNanos), request, head, deadlineNanos);
    }

    private static PlainConnection connect(OutboundRequest request, long deadlineNanos)
            throws IOException, InterruptedException {
        try {
            return new PlainConnection(request.uri(), deadlineNanos);
        } catch (SocketTimeoutException e) {
            throw new HttpTimeoutException(
                    "no connection within " + request.timeout().toMillis() + " ms");
        } catch (IOException e) {
            throw interruptedOr(e);
        }
    }

    private OutboundRequest.Response on(
            PlainConnection connection, OutboundRequest request, byte[] head, long deadlineNanos)
            throws IOException, InterruptedException {
        boolean isDone = false;
        connection.beginExchange(deadlineNanos);
        deadlines.begin(connection);
        try {
            OutboundRequest.Response response = connection.exchange(request, head);
            isDone = connection.isReusable();
            return response;
        } catch (HttpTimeoutException e) {
            throw new HttpTimeoutException(
                    "no whole answer within " + request.timeout().toMillis() + " ms");
        } catch (IOException e) {
            throw interruptedOr(e);
        } finally {
            deadlines.end(connection);
            if (isDone) {
                giveBack(request.uri().getRawAuthority(), connection);
            } else {
                connection.close();
            }
        }
    }

    /// A blocked virtual thread that is interrupted finds its socket closed.
    private static IOException interruptedOr(IOException failure) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted during an exchange");
        }
        return failure;
    }

    private static byte[] head(OutboundRequest request) throws IOException {
        URI uri = request.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder head =
                new StringBuilder(512).append(request.method()).append(' ').append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        String authority = uri.getRawAuthority();
        head.append(" HTTP/1.1\r\nHost: ")
                .append(authority.substring(authority.lastIndexOf('@') + 1))
                .append("\r\n");
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            if (!OWN_HEADERS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                head.append(header.getKey())
                        .append(": ")
                        .append(checked(header.getKey(), header.getValue()))
                        .append("\r\n");
            }
        }
        if (request.body().length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A line end in a header would let its value write headers of its own.
    private static String checked(String name, String value) throws IOException {
        boolean isName = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            isName &= c > ' ' && c != ':' && c < 0x7f;
        }
        if (!isName) {
            throw new IOException("not a header name: \"" + name + '"');
        }
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
            throw new IOException("the value of header " + name + " has a line end");
        }
        return value;
    }

    private synchronized Optional<PlainConnection> borrow(String origin) {
        Deque<PlainConnection> connections = idle.get(origin);
        PlainConnection newest = connections == null ? null : connections.pollFirst();
        if (newest == null) {
            return Optional.empty();
        }
        idleCount--;
        if (System.nanoTime() - newest.idleSinceNanos > MAX_IDLE_NANOS) {
            newest.close();
            return Optional.empty();
        }
        return Optional.of(newest);
    }

    private synchronized void giveBack(String origin, PlainConnection connection) {
        connection.idleSinceNanos = System.nanoTime();
        if (isClosed || idleCount >= MAX_IDLE_CONNECTIONS) {
            connection.close();
            return;
        }
        idleCount++;
        idle.computeIfAbsent(origin, key -> new ArrayDeque<>(1)).addFirst(connection);
        if (connection.idleSinceNanos - sweptNanos > MAX_IDLE_NANOS) {
            sweptNanos = connection.idleSinceNanos;
            sweepLocked();
        }
    }

    @GuardedBy("this")
    private void sweepLocked() {
        for (Iterator<Deque<PlainConnection>> origins = idle.values().iterator(); origins.hasNext(); ) {
            Deque<PlainConnection> connections = origins.next();
            PlainConnection oldest = connections.peekLast();
            while (oldest != null && sweptNanos - oldest.idleSinceNanos > MAX_IDLE_NANOS) {
                connections.removeLast();
                oldest.close();
                idleCount--;
                oldest = connections.peekLast();
            }
            if (connections.isEmpty()) {
                origins.remove();
            }
        }
    }

    @Override
    public void close() {
        deadlines.close();
        synchronized (this) {
            isClosed = true;
            idle.values().forEach(connections -> connections.forEach(PlainConnection::close));
            idle.clear();
            idleCount = 0;
        }
    }
}
