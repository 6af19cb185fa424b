package dev.belvedere.platform.http;

import dev.belvedere.platform.http.EventLoop.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Takes one HTTP/1.1 answer after the other out of the bytes of a connection, in whatever pieces they come.
final class AnswerReader implements Answer {

    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_CHUNK_LINE_BYTES = 1024;

    /// More is only made room for as it arrives, whatever length was promised.
    private static final int MAX_FIRST_BYTES = 1 << 20;

    private static final byte[] NONE = {};

    private enum Stage {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS,
        BODY_UNTIL_CLOSED,
        DONE
    }

    private final SpareBodies spares;
    private Stage stage = Stage.DONE;
    private boolean isBodyless;
    private long maxBodyBytes;
    private byte[] head = new byte[512];
    private int headLength;
    private int status;
    private boolean isReusable;
    private byte[] body = SpareBodies.NONE;
    private int bodyLength;

    /// Bytes of the body, or of the chunk in hand, that are still to come.
    private long missing;

    private byte[] line = NONE;
    private int lineLength;
    private int trailerBytes;

    /// @param spares have room for bodies, each from when it begins to come until [#releaseBody]
    AnswerReader(SpareBodies spares) {
        this.spares = spares;
    }

    /// Begins with the answer to a request.
    void begin(OutboundRequest request) {
        stage = Stage.HEAD;
        isBodyless = request.method().equals("HEAD");
        maxBodyBytes = request.maxResponseBytes();
        headLength = 0;
        status = 0;
        isReusable = false;
        bodyLength = 0;
        lineLength = 0;
        trailerBytes = 0;
    }

    /// Takes bytes; what follows the answer stays in the buffer.
    void feed(ByteBuffer in) throws IOException {
        while (stage != Stage.DONE && in.hasRemaining()) {
            switch (stage) {
                case HEAD -> readHead(in);
                case BODY, CHUNK -> readBody(in);
                case CHUNK_SIZE -> readChunkSize(in);
                case CHUNK_END -> readChunkEnd(in);
                case TRAILERS -> readTrailers(in);
                case BODY_UNTIL_CLOSED -> readUntilClosed(in);
                case DONE -> throw new IllegalStateException("nothing is left to read");
            }
        }
        isReusable &= !in.hasRemaining();
    }

    /// The server closed the connection.
    void end() throws IOException {
        if (stage == Stage.BODY) {
            throw new EOFException("the answer ended after " + bodyLength + " of " + (bodyLength + missing) + " bytes");
        }
        if (stage != Stage.BODY_UNTIL_CLOSED) {
            throw new EOFException("the connection was closed before the answer was whole");
        }
        stage = Stage.DONE;
    }

    boolean isDone() {
        return stage == Stage.DONE;
    }

    /// Whether the server sent anything since [#begin].
    boolean hasBegun() {
        return stage != Stage.HEAD || headLength > 0;
    }

    /// Whether another exchange may follow on the connection.
    boolean isReusable() {
        return isReusable;
    }

    /// Gives back the room of the body.
    void releaseBody() {
        spares.giveBack(body);
        body = SpareBodies.NONE;
        bodyLength = 0;
    }

    private void readHead(ByteBuffer in) throws IOException {
        if (headLength == head.length) {
            if (headLength >= MAX_HEAD_BYTES) {
                throw new IOException("a header of more than " + MAX_HEAD_BYTES + " bytes");
            }
            head = Arrays.copyOf(head, 2 * headLength);
        }
        int count = Math.min(in.remaining(), head.length - headLength);
        int end = headLength + count;
        in.get(head, headLength, count);
        while (headLength < end) {
            if (head[headLength++] != '\n') {
                continue;
            }
            if (status == 0) {
                readStatus();
            } else if (isLineEmpty()) {
                in.position(in.position() - (end - headLength));
                endHead();
                return;
            }
        }
    }

    /// Whether the head's last line, which has just ended, is empty.
    private boolean isLineEmpty() {
        int before = headLength - 2;
        return before < 0 || head[before] == '\n' || head[before] == '\r' && (before == 0 || head[before - 1] == '\n');
    }

    private void readStatus() throws IOException {
        int end = trimmedEnd(0, headLength - 1);
        status = end >= 12 && text(0, 7).equals("HTTP/1.") ? number(text(9, 12), 10) : 0;
        if (status < 100 || status == 101) {
            throw new IOException("the answer is not HTTP/1.1: \"" + shortened(text(0, end)) + '"');
        }
    }

    private void endHead() throws IOException {
        if (status < 200) {
            headLength = 0;
            status = 0;
            return;
        }
        boolean isVersion0 = head[7] == '0';
        requireHeaders(lineEnd(0) + 1);
        String connection = header("connection");
        isReusable = isVersion0
                ? connection.equalsIgnoreCase("keep-alive")
                : !connection.toLowerCase(Locale.ROOT).contains("close");
        beginBody();
    }

    private void requireHeaders(int from) throws IOException {
        for (int at = from; at < headLength; ) {
            int end = lineEnd(at);
            int colon = indexOf((byte) ':', at, end);
            if (colon == at || colon < 0 && trimmedEnd(at, end) > at) {
                throw new IOException("malformed header \"" + shortened(text(at, trimmedEnd(at, end))) + '"');
            }
            at = end + 1;
        }
    }

    private void beginBody() throws IOException {
        if (isBodyless || status == 204 || status == 304) {
            stage = Stage.DONE;
            return;
        }
        String encoding = header("transfer-encoding");
        if (!encoding.isEmpty()) {
            if (!encoding.equalsIgnoreCase("chunked")) {
                throw new IOException("unknown Transfer-Encoding \"" + shortened(encoding) + '"');
            }
            stage = Stage.CHUNK_SIZE;
            return;
        }
        String length = header("content-length");
        if (length.isEmpty()) {
            isReusable = false;
            stage = Stage.BODY_UNTIL_CLOSED;
            return;
        }
        missing = isSaidOnce("content-length", length) ? length(length) : -1;
        if (missing < 0) {
            throw new IOException("malformed Content-Length \""
                    + shortened(values("content-length").toString()) + '"');
        }
        requireWithinLimit(missing);
        stage = missing == 0 ? Stage.DONE : Stage.BODY;
    }

    private void requireWithinLimit(long more) throws ResponseTooLargeException {
        if (more > maxBodyBytes - bodyLength || more > Integer.MAX_VALUE - 16 - bodyLength) {
            throw new ResponseTooLargeException(maxBodyBytes);
        }
    }

    private static long length(String digits) {
        try {
            return digits.startsWith("+") ? -1 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void readBody(ByteBuffer in) {
        int count = (int) Math.min(in.remaining(), missing);
        append(in, count, missing);
        missing -= count;
        if (missing == 0) {
            stage = stage == Stage.BODY ? Stage.DONE : Stage.CHUNK_END;
        }
    }

    private void readUntilClosed(ByteBuffer in) throws IOException {
        requireWithinLimit(in.remaining());
        append(in, in.remaining(), in.remaining());
    }

    /// @param promised how much will follow, `count` included
    private void append(ByteBuffer in, int count, long promised) {
        if (body.length == 0) {
            body = spares.lend();
        }
        if (body.length - bodyLength < count) {
            long wanted = bodyLength + Math.min(promised, MAX_FIRST_BYTES);
            long grown = Math.max(wanted, Math.min(2L * bodyLength, bodyLength + promised));
            body = Arrays.copyOf(body, (int) Math.max(grown, bodyLength + count));
        }
        in.get(body, bodyLength, count);
        bodyLength += count;
    }

    private void readChunkSize(ByteBuffer in) throws IOException {
        if (!readLine(in, MAX_CHUNK_LINE_BYTES)) {
            return;
        }
        String text = takeLine();
        int semicolon = text.indexOf(';');
        int size = number(semicolon < 0 ? text : text.substring(0, semicolon), 16);
        if (size < 0) {
            throw new IOException("malformed chunk size \"" + shortened(text) + '"');
        }
        requireWithinLimit(size);
        missing = size;
        stage = size == 0 ? Stage.TRAILERS : Stage.CHUNK;
    }

    private void readChunkEnd(ByteBuffer in) throws IOException {
        if (readLine(in, 2)) {
            if (!takeLine().isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
            stage = Stage.CHUNK_SIZE;
        }
    }

    private void readTrailers(ByteBuffer in) throws IOException {
        if (readLine(in, MAX_HEAD_BYTES - trailerBytes)) {
            trailerBytes += lineLength + 2;
            if (takeLine().isEmpty()) {
                stage = Stage.DONE;
            }
        }
    }

    /// @return whether the line is whole
    private boolean readLine(ByteBuffer in, int maxBytes) throws IOException {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                return true;
            }
            if (lineLength > maxBytes) {
                throw new IOException("a header of more than " + maxBytes + " bytes");
            }
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, Math.max(32, 2 * lineLength));
            }
            line[lineLength++] = b;
        }
        return false;
    }

    private String takeLine() {
        int end = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        return new String(line, 0, end, StandardCharsets.ISO_8859_1);
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    private static int number(String digits, int radix) {
        try {
            return Integer.parseInt(digits.strip(), radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// Where the head's line that begins at `from` has its line feed.
    private int lineEnd(int from) {
        int end = indexOf((byte) '\n', from, headLength);
        return end < 0 ? headLength : end;
    }

    private int indexOf(byte wanted, int from, int to) {
        for (int at = from; at < to; at++) {
            if (head[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private int trimmedEnd(int from, int end) {
        return end > from && head[end - 1] == '\r' ? end - 1 : end;
    }

    private String text(int from, int to) {
        return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean isNamed(String lowerCaseName, int from) {
        int length = lowerCaseName.length();
        if (from + length >= headLength || head[from + length] != ':') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int c = head[from + i];
            if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != lowerCaseName.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private List<String> values(String lowerCaseName) {
        List<String> found = new ArrayList<>(1);
        for (int at = find(lowerCaseName, lineEnd(0) + 1); at >= 0; at = find(lowerCaseName, lineEnd(at) + 1)) {
            found.add(valueAt(at));
        }
        return found;
    }

    private boolean isSaidOnce(String lowerCaseName, String value) {
        int first = find(lowerCaseName, lineEnd(0) + 1);
        boolean isAgain = first >= 0 && find(lowerCaseName, lineEnd(first) + 1) >= 0;
        return !isAgain || values(lowerCaseName).stream().allMatch(value::equals);
    }

    /// Where the next line of a header begins, -1 if there is none.
    private int find(String lowerCaseName, int from) {
        for (int at = from; at < headLength; at = lineEnd(at) + 1) {
            if (isNamed(lowerCaseName, at)) {
                return at;
            }
        }
        return -1;
    }

    private String valueAt(int lineFrom) {
        int end = lineEnd(lineFrom);
        return text(indexOf((byte) ':', lineFrom, end) + 1, end).strip();
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String header(String lowerCaseName) {
        int at = find(lowerCaseName, lineEnd(0) + 1);
        return at < 0 ? "" : valueAt(at);
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public int bodyLength() {
        return bodyLength;
    }

    @Override
    public OutboundRequest.Response copy() {
        Map<String, List<String>> headers = new TreeMap<>();
        for (int at = lineEnd(0) + 1; at < headLength; ) {
            int end = lineEnd(at);
            int colon = indexOf((byte) ':', at, end);
            if (colon > at) {
                headers.computeIfAbsent(text(at, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                        .add(text(colon + 1, end).strip());
            }
            at = end + 1;
        }
        return new OutboundRequest.Response(status, headers, Arrays.copyOf(body, bodyLength));
    }
}
