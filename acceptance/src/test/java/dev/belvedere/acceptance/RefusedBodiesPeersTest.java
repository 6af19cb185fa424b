package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Remote writes and reads that are not what they say they are, or ask for what there is not, beside a real Prometheus.
final class RefusedBodiesPeersTest {

    private static final String WRITE = "/api/v1/write";
    private static final String READ = "/api/v1/read";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final long NOW = System.currentTimeMillis();

    private static final byte[] GARBAGE = "garbage".getBytes(StandardCharsets.US_ASCII);

    @Test
    void bodies_are_refused_as_by_prometheus(@TempDir Path folder) throws IOException, InterruptedException {
        int version = PromqlReference.version(folder);
        try (PrometheusProcess prometheus =
                        PrometheusProcess.start(folder.resolve("tsdb"), "{}", "--web.enable-remote-write-receiver");
                ServerProcess server = ServerProcess.startAlone(folder.resolve("data"))) {
            SideBySide both = new SideBySide(prometheus.url(""), server.url(""));
            for (String path : List.of(WRITE, READ)) {
                for (byte[] broken : List.of(new byte[0], GARBAGE, packed(GARBAGE), cut(packed(write(NOW, 1, "up"))))) {
                    both.post(body(path, PROTOBUF, "snappy", broken));
                }
            }
            writesOfOtherTypes(both, version);
            samplesThatAreNotTaken(both);
            reads(both);
            assertThat(both.differences()).isEmpty();
        }
    }

    private static void writesOfOtherTypes(SideBySide both, int version) throws IOException, InterruptedException {
        byte[] good = packed(write(NOW, 1, "good"));
        for (String type : List.of(
                PROTOBUF,
                PROTOBUF + ";proto=prometheus.WriteRequest",
                PROTOBUF + "; proto=prometheus.WriteRequest",
                PROTOBUF + ";charset=utf8",
                PROTOBUF + ";proto=nope",
                PROTOBUF + ";proto=",
                "application/json",
                "text/plain",
                "x")) {
            both.post(body(WRITE, type, "snappy", good));
        }
        both.post(body(WRITE, PROTOBUF, "nope", good));
        both.post(new SideBySide.Body(WRITE, PROTOBUF, good));
        both.post(new SideBySide.Body(WRITE, PROTOBUF, write(NOW, 1, "unpacked")));
        // What is meant is clear.
        both.differ(body(WRITE, PROTOBUF, "SNAPPY", good), version < PromqlReference.NEWEST ? 204 : 415, 204);
        both.differ(body(WRITE, "APPLICATION/X-PROTOBUF", "snappy", good), 415, 204);
        both.differ(body(WRITE, PROTOBUF + ";", "snappy", good), 415, 204);
        both.differ(body(WRITE, PROTOBUF, "gzip", gzipped(write(NOW, 1, "gzipped"))), 415, 204);
    }

    private static void samplesThatAreNotTaken(SideBySide both) throws IOException, InterruptedException {
        both.post(samples(write(NOW, 1, "m")));
        both.post(samples(write(NOW, 1, "m")));
        both.post(samples(write(NOW, 2, "m")));
        both.post(samples(write(1000, 1, "ancient")));
        // Late ones are taken, and clocks may differ.
        both.differ(samples(write(NOW - 1000, 1, "m")), 400, 204);
        both.differ(samples(write(NOW + 3_600_000, 1, "m")), 400, 204);
        // Such series are left out.
        both.post(samples(write(NOW, 1, "n", "a", "1", "a", "2")));
        both.post(samples(write(NOW, 1, "")));
    }

    private static void reads(SideBySide both) throws IOException, InterruptedException {
        for (int form = 0; form <= 2; form++) {
            both.post(body(READ, PROTOBUF, "snappy", read(0, NOW, 0, "m", form)));
            both.post(body(READ, PROTOBUF, "snappy", read(NOW, 0, 0, "m", form)));
        }
        both.post(body(READ, "application/json", "snappy", read(0, NOW, 0, "m", 0)));
        both.post(new SideBySide.Body(READ, PROTOBUF, read(0, NOW, 0, "m", 0)));
        both.post(body(READ, PROTOBUF, "snappy", packed(new byte[0])));
        // The fault is the client's.
        both.differ(body(READ, PROTOBUF, "snappy", read(0, NOW, 2, "(", 0)), 500, 400);
        both.differ(body(READ, PROTOBUF, "snappy", read(0, NOW, 9, "m", 0)), 500, 400);
        // Prometheus reads snappy whatever it is told.
        both.differ(body(READ, PROTOBUF, "gzip", read(0, NOW, 0, "m", 0)), 200, 400);
    }

    private static SideBySide.Body samples(byte[] request) {
        return body(WRITE, PROTOBUF, "snappy", packed(request));
    }

    private static SideBySide.Body body(String path, String type, String encoding, byte[] bytes) {
        return new SideBySide.Body(path, type, bytes, "content-encoding", encoding);
    }

    private static byte[] packed(byte[] bytes) {
        return SnappyBlock.compress(bytes, 0, bytes.length);
    }

    private static byte[] cut(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 3);
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    /// A remote write 1.0 of one sample.
    private static byte[] write(long timestampMillis, double value, String name, String... labels) {
        ProtobufWriter request = new ProtobufWriter();
        int series = request.beginMessage(1);
        label(request, "__name__", name);
        for (int i = 0; i < labels.length; i += 2) {
            label(request, labels[i], labels[i + 1]);
        }
        int sample = request.beginMessage(2);
        request.float64(1, value);
        request.int64(2, timestampMillis);
        request.endMessage(sample);
        request.endMessage(series);
        return Arrays.copyOf(request.array(), request.size());
    }

    private static void label(ProtobufWriter request, String name, String value) {
        int label = request.beginMessage(1);
        request.string(1, name);
        request.string(2, value);
        request.endMessage(label);
    }

    /// @param type of the matcher of the metric's name
    /// @param form of the answer: samples, chunks, or none that there is
    private static byte[] read(long start, long end, int type, String name, int form) {
        ProtobufWriter request = new ProtobufWriter();
        int query = request.beginMessage(1);
        request.int64(1, start);
        request.int64(2, end);
        int matcher = request.beginMessage(3);
        request.int64(1, type);
        request.string(2, "__name__");
        request.string(3, name);
        request.endMessage(matcher);
        request.endMessage(query);
        request.int64(2, form);
        return SnappyBlock.compress(request.array(), 0, request.size());
    }
}
