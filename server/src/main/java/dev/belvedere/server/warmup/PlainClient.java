package dev.belvedere.server.warmup;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Asks one server over a bare socket, from the thread that calls: a question costs the client three system calls and
/// no change of thread. What the training run loads is resident in every server later, and the JDK's client would bring
/// TLS and certificates with it: 5 MB.
public final class PlainClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int MAX_LINE_BYTES = 8192;
    private static final String STATUS = "http/1.1 2";
    private static final String LENGTH = "content-length:";
    private static final byte[] NO_BODY = {};

    private final URI server;
    private final Socket kept;
    private final InputStream answers;

    public PlainClient(URI server) throws IOException {
        this.server = server;
        this.kept = connect();
        this.answers = new BufferedInputStream(kept.getInputStream());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /// Over a connection of its own, to the end of the answer.
    public void getOnce(String path) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head("GET", path) + "connection: close\r\n\r\n", NO_BODY);
            InputStream answer = socket.getInputStream();
            requireSuccess(path, new String(answer.readNBytes(STATUS.length()), StandardCharsets.US_ASCII));
            answer.transferTo(OutputStream.nullOutputStream());
        }
    }

    /// Over one connection for all. The answer has to come in one piece.
    ///
    /// @param headers lines of the head, each with its end
    void get(String path, String headers) throws IOException {
        send(kept, head("GET", path) + headers + "\r\n", NO_BODY);
        skipAnswer(path);
    }

    /// Over one connection for all. The answer has to come in one piece.
    public void post(String path, String contentType, byte[] body) throws IOException {
        send(
                kept,
                head("POST", path) + "content-type: " + contentType + "\r\n" + LENGTH + " " + body.length + "\r\n\r\n",
                body);
        skipAnswer(path);
    }

    private void skipAnswer(String path) throws IOException {
        requireSuccess(path, line());
        long length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.startsWith(LENGTH)) {
                length = Long.parseLong(line.substring(LENGTH.length()).strip());
            }
        }
        answers.skipNBytes(length);
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nhost: " + server.getAuthority() + "\r\n";
    }

    private static void send(Socket socket, String head, byte[] body) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private static void requireSuccess(String path, String statusLine) throws IOException {
        if (!statusLine.toLowerCase(Locale.ROOT).startsWith(STATUS)) {
            throw new IOException(path + " was answered with " + statusLine);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = answers.read(); read != '\n'; read = answers.read()) {
            if (read < 0 || line.length() == MAX_LINE_BYTES) {
                throw new EOFException("the server's answer ends within its head");
            }
            line.append((char) read);
        }
        return line.toString().strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() throws IOException {
        kept.close();
    }
}
