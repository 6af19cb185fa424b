package dev.belvedere.platform.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A request in clear text with the bytes that go over the wire, made once and sent often.
public final class RepeatedRequest {

    private static final Set<String> OWN_HEADERS =
            Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

    private final OutboundRequest request;
    private final byte[] bytes;

    private RepeatedRequest(OutboundRequest request, byte[] bytes) {
        this.request = request;
        this.bytes = bytes;
    }

    /// Whether a request can be sent this way: neither TLS nor a proxy is needed.
    public static boolean isPossible(OutboundRequest request) {
        return "http".equals(request.uri().getScheme())
                && request.options().proxyUrl().isEmpty();
    }

    /// @throws IOException if it has no host, or a header would write headers of its own
    public static RepeatedRequest of(OutboundRequest request) throws IOException {
        if (!isPossible(request)) {
            throw new IllegalArgumentException("not in clear text, or through a proxy: " + request.uri());
        }
        if (request.uri().getHost() == null) {
            throw new IOException("no host in " + request.uri());
        }
        return new RepeatedRequest(request, bytes(request));
    }

    /// Head and body as they go over the wire.
    static byte[] bytes(OutboundRequest request) throws IOException {
        byte[] head = head(request);
        byte[] body = request.body();
        byte[] bytes = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, bytes, head.length, body.length);
        return bytes;
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
                appendHeader(head, header.getKey(), header.getValue());
            }
        }
        if (request.body().length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    static void appendHeader(StringBuilder head, String name, String value) throws IOException {
        head.append(name).append(": ").append(checked(name, value)).append("\r\n");
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

    public OutboundRequest request() {
        return request;
    }

    /// Head and body.
    byte[] bytes() {
        return bytes;
    }

    /// Host and port: requests of the same origin share connections.
    String origin() {
        return request.uri().getRawAuthority();
    }

    /// Whether it may be sent again when nobody knows whether it arrived.
    boolean isIdempotent() {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }
}
