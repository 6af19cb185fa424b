package dev.belvedere.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One connection that speaks HTTP/1.1 in clear text, an exchange at a time, with blocking reads. Who exchanges has
/// [Deadlines] watch it.
final class PlainConnection implements AutoCloseable {

    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_CHUNK_LINE_BYTES = 1024;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int limit;
    private volatile long deadlineNanos;
    private volatile boolean isExpired;
    private boolean hasAnswered;
    private boolean isReusable;

    /// When it was last put back, for whoever keeps idle connections.
    long idleSinceNanos;

    PlainConnection(URI target, long deadlineNanos) throws IOException {
        this.deadlineNanos = deadlineNanos;
        int port = target.getPort() < 0 ? 80 : target.getPort();
        String host = target.getHost();
        if (host == null) {
            throw new UnknownHostException("no host in " + target);
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetSocketAddress address = new InetSocketAddress(bare, port);
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + bare);
        }
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, millisLeft());
            in = socket.getInputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Whether the exchange in hand should have ended.
    boolean isPast(long nowNanos) {
        return nowNanos - deadlineNanos > 0;
    }

    /// Ends the exchange in hand.
    void expire() {
        isExpired = true;
        close();
    }

    /// Whether the server sent anything since the last request.
    boolean hasAnswered() {
        return hasAnswered;
    }

    /// Whether another exchange may follow.
    boolean isReusable() {
        return isReusable;
    }

    /// To be told before [#exchange].
    void beginExchange(long newDeadlineNanos) {
        deadlineNanos = newDeadlineNanos;
    }

    /// @param head the request's line and headers, with the empty line
    OutboundRequest.Response exchange(OutboundRequest request, byte[] head) throws IOException {
        hasAnswered = false;
        isReusable = false;
        byte[] whole = head;
        if (request.body().length > 0) {
            whole = Arrays.copyOf(head, head.length + request.body().length);
            System.arraycopy(request.body(), 0, whole, head.length, request.body().length);
        }
        socket.getOutputStream().write(whole);
        int status = 100;
        String version = "";
        Map<String, List<String>> headers = Map.of();
        while (status >= 100 && status < 200) {
            String line = line(MAX_HEAD_BYTES);
            version = line.length() >= 12 && line.startsWith("HTTP/1.") ? line.substring(0, 8) : "";
            status = version.isEmpty() ? 0 : number(line.substring(9, 12), 10);
            if (status < 100 || status == 101) {
                throw new IOException("the answer is not HTTP/1.1: \"" + shortened(line) + '"');
            }
            headers = headers();
        }
        if (version.equals("HTTP/1.0")) {
            isReusable = header(headers, "connection").equalsIgnoreCase("keep-alive");
        }
        byte[] body = body(request, status, headers);
        // What stands behind an answer belongs to no request.
        isReusable &= position == limit;
        return new OutboundRequest.Response(status, headers, body);
    }

    private static String shortened(String line) {
        return line.length() > 40 ? line.substring(0, 40) + "..." : line;
    }

    private static int number(String digits, int radix) {
        try {
            return Integer.parseInt(digits.strip(), radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        int left = MAX_HEAD_BYTES;
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            left -= line.length() + 2;
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("malformed header \"" + shortened(line) + '"');
            }
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                    .add(line.substring(colon + 1).strip());
        }
        isReusable = !header(headers, "connection").toLowerCase(Locale.ROOT).contains("close");
        return headers;
    }

    private static String header(Map<String, List<String>> headers, String name) {
        List<String> found = headers.getOrDefault(name, List.of());
        return found.isEmpty() ? "" : found.getFirst();
    }

    private byte[] body(OutboundRequest request, int status, Map<String, List<String>> headers) throws IOException {
        if (request.method().equals("HEAD") || status == 204 || status == 304) {
            return new byte[0];
        }
        String encoding = header(headers, "transfer-encoding").toLowerCase(Locale.ROOT);
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        if (!encoding.isEmpty()) {
            if (!encoding.equals("chunked")) {
                throw new IOException("unknown Transfer-Encoding \"" + shortened(encoding) + '"');
            }
            return chunks(request.maxResponseBytes());
        }
        if (!lengths.isEmpty()) {
            long length = lengths.stream().distinct().count() == 1 ? length(lengths.getFirst()) : -1;
            if (length < 0) {
                throw new IOException("malformed Content-Length \"" + shortened(lengths.toString()) + '"');
            }
            if (length > request.maxResponseBytes()) {
                throw new ResponseTooLargeException(request.maxResponseBytes());
            }
            return exactly((int) Math.min(length, Integer.MAX_VALUE - 16));
        }
        isReusable = false;
        return untilClosed(request.maxResponseBytes());
    }

    private static long length(String digits) {
        try {
            return digits.startsWith("+") ? -1 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// Grows with what arrives, not with what was promised.
    private byte[] exactly(int length) throws IOException {
        byte[] body = new byte[Math.min(length, 1 << 20)];
        int size = Math.min(limit - position, body.length);
        System.arraycopy(buffer, position, body, 0, size);
        position += size;
        while (size < length) {
            if (size == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(length, 2L * size));
            }
            int read = read(body, size, body.length - size);
            if (read < 0) {
                throw new EOFException("the answer ended after " + size + " of " + length + " bytes");
            }
            size += read;
        }
        return body;
    }

    private byte[] chunks(long maxBytes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(MAX_CHUNK_LINE_BYTES);
            int semicolon = line.indexOf(';');
            int size = number(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size < 0) {
                throw new IOException("malformed chunk size \"" + shortened(line) + '"');
            }
            if (size == 0) {
                break;
            }
            if (body.size() + (long) size > maxBytes) {
                throw new ResponseTooLargeException(maxBytes);
            }
            body.writeBytes(exactly(size));
            if (!line(2).isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
        }
        int left = MAX_HEAD_BYTES;
        for (String trailer = line(left); !trailer.isEmpty(); trailer = line(left)) {
            left -= trailer.length() + 2;
        }
        return body.toByteArray();
    }

    private byte[] untilClosed(long maxBytes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        do {
            if (body.size() + (long) (limit - position) > maxBytes) {
                throw new ResponseTooLargeException(maxBytes);
            }
            body.write(buffer, position, limit - position);
            position = limit;
        } while (fill());
        return body.toByteArray();
    }

    /// A line without its end.
    private String line(int maxBytes) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, start, position - start, StandardCharsets.ISO_8859_1));
            if (line.length() > maxBytes + 1) {
                throw new IOException("a header of more than " + maxBytes + " bytes");
            }
            if (position < limit) {
                position++;
                int end = line.length();
                return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
            }
            if (!fill()) {
                throw new EOFException("the connection was closed before the answer was whole");
            }
        }
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, read(buffer, 0, buffer.length));
        return limit > 0;
    }

    private int read(byte[] into, int from, int length) throws IOException {
        try {
            int read = in.read(into, from, length);
            hasAnswered |= read > 0;
            return read;
        } catch (IOException e) {
            if (isExpired) {
                throw new HttpTimeoutException("no whole answer in time");
            }
            throw e;
        }
    }

    private int millisLeft() throws HttpTimeoutException {
        long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new HttpTimeoutException("no whole answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }
}
