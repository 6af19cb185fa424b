package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.belvedere.api.ingest.BodyPool;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.SnappyBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Bodies of many clients at once, whose arrays serve one request after the other: each handler sees its own body as
/// long as it runs.
class RequestBodiesTest {

    private static final int MAX_BODY_BYTES = 150_000;
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 60;
    private static final long SEED = Long.getLong("seed", 20_261_126);

    private final BodyPool unpacked = new BodyPool(IngestLimits.DEFAULT);
    private final HttpServer server = HttpServer.start(
            List.of(new Listener("http", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes())),
            new HttpServerOptions(MAX_BODY_BYTES, 100, 100, 60_000, 60_000, Set.of(), Optional.empty()),
            (call, route, status, begin, duration) -> {},
            new SystemTime());

    private Routes routes() {
        Routes routes = new Routes();
        routes.face(ErrorRenderer.text()).post("/sum", call -> {
            String first = sum(call);
            for (int i = 0; i < 20; i++) {
                Thread.yield();
            }
            return Reply.text(sum(call).equals(first) ? 200 : 500, first);
        });
        return routes;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String sum(Call call) {
        return unpacked.unpacked(
                call,
                call.header("content-encoding"),
                body -> body.length() + " " + crc(body.array(), body.length()) + " " + call.header("about"));
    }

    private static long crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    @Test
    void concurrent_clients_each_have_their_own_body_read() throws Exception {
        System.out.println("-Dseed=" + SEED);
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(SEED + client);
                clients.add(threads.submit(() -> {
                    new Client(random).run();
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    /// Sends bodies of all sizes, encodings and framings, some too large, and goes away within some.
    private final class Client {

        private final Random random;
        private Socket socket = new Socket();
        private int number;

        Client(Random random) {
            this.random = random;
        }

        void run() throws IOException {
            reconnect();
            for (number = 0; number < REQUESTS; number++) {
                byte[] content = content();
                switch (random.nextInt(10)) {
                    case 0 -> goAwayWithin(content);
                    case 1 -> sendTooLarge();
                    default -> sendAndCompare(content);
                }
            }
            socket.close();
        }

        private void reconnect() throws IOException {
            socket.close();
            InetSocketAddress address = server.listeners().getFirst().address();
            socket = new Socket(address.getAddress(), address.getPort());
        }

        private byte[] content() {
            byte[] content = new byte[random.nextInt(1 << random.nextInt(1, 17))];
            byte[] word = new byte[64];
            for (int at = 0; at < content.length; at += word.length) {
                if (at % 512 == 0) {
                    random.nextBytes(word);
                }
                System.arraycopy(word, 0, content, at, Math.min(word.length, content.length - at));
            }
            return content;
        }

        private void goAwayWithin(byte[] content) throws IOException {
            write(
                    "POST /sum HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + (content.length + 1) + "\r\n\r\n",
                    content);
            reconnect();
        }

        private void sendTooLarge() throws IOException {
            byte[] content = new byte[MAX_BODY_BYTES + 1];
            if (random.nextBoolean()) {
                write(
                        "POST /sum HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length + "\r\n\r\n",
                        content);
            } else {
                write("POST /sum HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", chunked(content));
            }
            assertThat(answer()).contains(" 413 ", "raise server.maxBodyBytes");
        }

        private void sendAndCompare(byte[] content) throws IOException {
            String encoding = List.of("", "snappy", "gzip", "zstd").get(random.nextInt(4));
            byte[] body = encoded(content, encoding);
            String head = "POST /sum HTTP/1.1\r\nHost: localhost\r\nabout: " + number + "\r\nContent-Encoding: "
                    + encoding + "\r\n";
            if (random.nextInt(3) == 0) {
                write(head + "Transfer-Encoding: chunked\r\n\r\n", chunked(body));
            } else {
                write(head + "Content-Length: " + body.length + "\r\n\r\n", body);
            }
            assertThat(answer())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\n" + content.length + " " + crc(content, content.length) + " " + number);
        }

        private byte[] encoded(byte[] content, String encoding) throws IOException {
            return switch (encoding) {
                case "snappy" -> SnappyBlock.compress(content, 0, content.length);
                case "zstd" -> Zstd.compress(content);
                case "gzip" -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    try (OutputStream out = new GZIPOutputStream(bytes)) {
                        out.write(content);
                    }
                    yield bytes.toByteArray();
                }
                default -> content;
            };
        }

        private byte[] chunked(byte[] body) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int at = 0; at < body.length; ) {
                int count = Math.min(body.length - at, 1 + random.nextInt(50_000));
                bytes.writeBytes((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                bytes.write(body, at, count);
                bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
                at += count;
            }
            bytes.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return bytes.toByteArray();
        }

        private void write(String head, byte[] body) throws IOException {
            byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().write(body);
        }

        /// One answer with a `Content-Length`.
        private String answer() throws IOException {
            StringBuilder read = new StringBuilder();
            int wanted = Integer.MAX_VALUE;
            while (read.length() < wanted) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("closed after: " + read);
                }
                read.append((char) next);
                if (wanted == Integer.MAX_VALUE && read.toString().endsWith("\r\n\r\n")) {
                    String head = read.toString();
                    int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
                    wanted = read.length() + Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
                }
            }
            return read.toString();
        }
    }
}
