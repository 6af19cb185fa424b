package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.belvedere.acceptance.Load.Reply;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// R11 of docs/reliability.md: small requests that ask for much.
final class BombsTest {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";
    private static final String GRPC = "application/grpc";
    private static final String GRPC_PATH = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private static final String INVALID_ARGUMENT = "3";
    private static final String RESOURCE_EXHAUSTED = "8";
    private static final String UNIMPLEMENTED = "12";
    private static final long MIB = 1 << 20;

    /// Twice what a body may unpack to.
    private static final long MAX_EXTRA_BYTES = 2 * 64 * MIB;

    /// Of the whole process, its compiler and collector included.
    private static final long MAX_CPU_MILLIS = 3000;

    private static final int ZEROS = 128 << 20;

    private record Bomb(String name, String path, String contentType, String encoding, byte[] body) {}

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream packing = new GZIPOutputStream(packed)) {
            packing.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] repeated(byte[] bytes, int times) {
        ByteBuffer all = ByteBuffer.allocate(times * bytes.length);
        for (int i = 0; i < times; i++) {
            all.put(bytes);
        }
        return all.array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] remoteWrite(Labels labels) {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(labels, System.currentTimeMillis(), 1);
        return writer.drain();
    }

    private static Labels manyLabels() {
        Labels.Builder labels = new Labels.Builder().set("__name__", "m");
        for (int i = 0; i < 10_000; i++) {
            labels.set("label_" + i, "x");
        }
        return labels.build();
    }

    /// A metric whose attribute is an array in an array, and so on.
    private static byte[] deepValue(int depth) {
        byte[] value = new byte[0];
        for (int i = 0; i < depth; i++) {
            ProtobufWriter out = new ProtobufWriter(value.length + 16);
            int array = out.beginMessage(5);
            out.bytes(1, value);
            out.endMessage(array);
            value = out.toByteArray();
        }
        ProtobufWriter out = new ProtobufWriter(value.length + 64);
        int resourceMetrics = out.beginMessage(1);
        int resource = out.beginMessage(1);
        int attribute = out.beginMessage(1);
        out.string(1, "deep");
        out.bytes(2, value);
        out.endMessage(attribute);
        out.endMessage(resource);
        out.endMessage(resourceMetrics);
        return out.toByteArray();
    }

    private static List<Bomb> bombs() throws IOException {
        byte[] zeros = new byte[ZEROS];
        String nested = "{\"resourceMetrics\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        List<Bomb> bombs = new ArrayList<>();
        String write = "/api/v1/write";
        String metrics = "/v1/metrics";
        bombs.add(new Bomb(
                "snappy that declares 4 GiB",
                write,
                PROTOBUF,
                "snappy",
                HexFormat.of().parseHex("ffffffff0f00")));
        bombs.add(new Bomb("snappy of 128 MiB", write, PROTOBUF, "snappy", SnappyBlock.compress(zeros, 0, ZEROS)));
        bombs.add(new Bomb("gzip of 128 MiB", metrics, PROTOBUF, "gzip", gzip(zeros)));
        bombs.add(new Bomb("zstd of 128 MiB", metrics, PROTOBUF, "zstd", Zstd.compress(zeros)));
        bombs.add(new Bomb("gzip of 10 GiB in 80 members", metrics, PROTOBUF, "gzip", repeated(gzip(zeros), 80)));
        bombs.add(
                new Bomb("zstd of 10 GiB in 80 frames", metrics, PROTOBUF, "zstd", repeated(Zstd.compress(zeros), 80)));
        bombs.add(new Bomb(
                "zstd with a window of 1.9 TiB",
                metrics,
                PROTOBUF,
                "zstd",
                HexFormat.of().parseHex("28b52ffd00f7010000")));
        bombs.add(new Bomb("JSON 10,000 deep", metrics, JSON, "", text(nested)));
        bombs.add(new Bomb("an attribute 1,000 deep", metrics, PROTOBUF, "", deepValue(1000)));
        bombs.add(new Bomb(
                "a label of 1 MiB",
                write,
                PROTOBUF,
                "snappy",
                remoteWrite(Labels.of("__name__", "m", "l", "x".repeat(1 << 20)))));
        bombs.add(new Bomb("10,000 labels", write, PROTOBUF, "snappy", remoteWrite(manyLabels())));
        bombs.add(new Bomb(
                "a query of 1,000 parentheses",
                "/api/v1/query",
                "application/x-www-form-urlencoded",
                "",
                text("query=" + "(".repeat(1000) + "1" + ")".repeat(1000))));
        bombs.add(new Bomb(
                "a regex of 10,000 alternatives of stars",
                "/api/v1/query",
                "application/x-www-form-urlencoded",
                "",
                text("query=" + Http.encoded("{a=~\"" + "(a*)*|".repeat(10_000) + "\"}"))));
        return bombs;
    }

    private static long cpuMillis(ServerProcess server) {
        return server.handle().info().totalCpuDuration().orElseThrow().toMillis();
    }

    /// A call of gRPC: the flag that says whether its message is compressed, its length, the message.
    private static byte[] grpc(boolean isCompressed, int length, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) (isCompressed ? 1 : 0))
                .putInt(length)
                .put(message)
                .array();
    }

    private static Bomb grpc(String name, String encoding, byte[] message) {
        boolean isCompressed = !encoding.isEmpty();
        return new Bomb("gRPC: " + name, GRPC_PATH, GRPC, encoding, grpc(isCompressed, message.length, message));
    }

    private static List<Bomb> grpcBombs() throws IOException {
        byte[] zeros = new byte[ZEROS];
        return List.of(
                new Bomb(
                        "gRPC: a message that says it has 2 GiB",
                        GRPC_PATH,
                        GRPC,
                        "",
                        grpc(false, -1 >>> 1, new byte[9])),
                new Bomb("gRPC: a message that says it has 4 GiB", GRPC_PATH, GRPC, "", grpc(false, -1, new byte[9])),
                new Bomb("gRPC: three bytes", GRPC_PATH, GRPC, "", new byte[3]),
                grpc("a message of 80 MiB", "", new byte[80 << 20]),
                grpc("gzip of 128 MiB", "gzip", gzip(zeros)),
                grpc("zstd of 128 MiB", "zstd", Zstd.compress(zeros)),
                grpc("zstd of 10 GiB in 80 frames", "zstd", repeated(Zstd.compress(zeros), 80)),
                grpc("snappy that declares 4 GiB", "snappy", HexFormat.of().parseHex("ffffffff0f00")),
                grpc("an encoding that nobody knows", "rot13", new byte[100]),
                grpc("an attribute 1,000 deep", "", deepValue(1000)));
    }

    @FunctionalInterface
    private interface Throwing {
        /// @return what the answer says
        String throwAt(Bomb bomb) throws IOException, InterruptedException;
    }

    /// Throws all once to load what they need, then again one by one.
    private static void requireCheap(ServerProcess server, List<Bomb> bombs, Throwing throwing)
            throws IOException, InterruptedException {
        for (Bomb bomb : bombs) {
            throwing.throwAt(new Bomb(bomb.name(), bomb.path(), bomb.contentType(), "", new byte[] {1, 2, 3}));
        }
        long before = Load.residentBytes(server);
        for (Bomb bomb : bombs) {
            long cpuBefore = cpuMillis(server);
            long started = System.nanoTime();
            String answer = throwing.throwAt(bomb);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            long cpu = cpuMillis(server) - cpuBefore;
            System.out.printf(
                    "reliability: R11 %s (%,d bytes): %s after %d ms, %d ms of CPU%n",
                    bomb.name(), bomb.body().length, answer, millis, cpu);
            assertThat(cpu).as(bomb.name()).isLessThan(MAX_CPU_MILLIS);
        }
        long extra = Load.residentBytes(server) - before;
        System.out.printf("reliability: R11 all of them together: RSS + %d MiB%n", extra / MIB);
        assertThat(extra).isLessThan(MAX_EXTRA_BYTES);
        assertThat(Http.get(server.url("/-/ready")).status()).isEqualTo(200);
    }

    @Test
    void R11_small_requests_that_ask_for_much_are_refused_quickly_and_cheaply(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data, "--set", "agent.host=false")) {
            requireCheap(server, bombs(), bomb -> {
                Reply reply = Load.send(server.url(bomb.path()), bomb.contentType(), bomb.body(), bomb.encoding());
                assertThat(reply.status()).as(bomb.name() + ": " + reply.body()).isIn(400, 413, 422);
                assertThat(reply.body()).as(bomb.name()).isNotEmpty();
                return Integer.toString(reply.status());
            });
            GrpcCalls calls = new GrpcCalls(server.otlpGrpcPort());
            requireCheap(server, grpcBombs(), bomb -> {
                GrpcCalls.Status status = calls.call(bomb.path(), bomb.body(), bomb.encoding());
                assertThat(status.code())
                        .as(bomb.name() + ": " + status)
                        .isIn(INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED);
                assertThat(status.message()).as(bomb.name()).isNotEmpty();
                return "status " + status.code();
            });
            server.requireClean(data);
        }
    }
}
