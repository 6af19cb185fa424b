package dev.belvedere.api.lokipush;

import static dev.belvedere.api.ingest.IngestServer.header;
import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.memory.MemoryLogStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.loki.LokiPushWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LokiPushFaceTest {

    private static final String PATH = "/loki/api/v1/push";
    private static final long NOW_MILLIS = 1_700_000_000_000L;
    private static final long NOW = NOW_MILLIS * 1_000_000;

    private final MemoryLogStore logs = new MemoryLogStore();
    private boolean isDiskFull;
    private IngestServer server;

    @BeforeEach
    void start() {
        Routes routes = new Routes();
        IngestLimits limits = new IngestLimits(1 << 20, 100, 1000, 20, 100, 100, 100, 10, 1000, 60_000);
        new LokiPushFace(
                        logs,
                        call -> {
                            if (isDiskFull) {
                                throw new OperationException("disk_full", Fault.OVERLOAD, "free some space");
                            }
                            return Tenant.DEFAULT;
                        },
                        limits,
                        new ManualTime(NOW_MILLIS),
                        new MetricRegistry())
                .addTo(routes);
        server = new IngestServer(routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private long stored() {
        return logs.statistics(Tenant.DEFAULT).recordCount();
    }

    private static byte[] protobuf(long nanos, String line) {
        return LokiPushWriter.write(List.of(LogRecord.of(Labels.of("job", "x"), nanos, line)));
    }

    private static byte[] json(String time, String line) {
        return ("{\"streams\":[{\"stream\":{\"job\":\"x\"},\"values\":[[\"" + time + "\",\"" + line + "\"]]}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    @Test
    void both_formats_are_stored() {
        assertThat(server.post(PATH, protobuf(NOW, "a"), "content-type", "application/x-protobuf")
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.post(PATH, json("" + NOW, "b"), "content-type", "application/json")
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.post(
                                PATH,
                                gzip(json("" + NOW, "c")),
                                "content-type",
                                "application/json; charset=utf-8",
                                "content-encoding",
                                "gzip")
                        .statusCode())
                .isEqualTo(204);
        assertThat(stored()).isEqualTo(3);
    }

    @Test
    void what_is_wrong_is_told_and_the_rest_is_stored() {
        HttpResponse<byte[]> future = server.post(
                PATH,
                LokiPushWriter.write(List.of(
                        LogRecord.of(Labels.of("job", "x"), NOW + 3_600_000_000_000L, "ahead"),
                        LogRecord.of(Labels.of("job", "x"), NOW, "good"))));
        assertThat(future.statusCode()).isEqualTo(400);
        assertThat(text(future))
                .startsWith("1 entries were rejected, the first because an entry of {job=\"x\"} at 2023-11-14T23")
                .endsWith("; the others are stored\n");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void bodies_that_are_no_push_say_so() {
        HttpResponse<byte[]> text =
                server.post(PATH, "hello".getBytes(StandardCharsets.UTF_8), "content-type", "text/plain");
        assertThat(text.statusCode()).isEqualTo(415);
        HttpResponse<byte[]> noSnappy =
                server.post(PATH, "hello".getBytes(StandardCharsets.UTF_8), "content-type", "application/x-protobuf");
        assertThat(noSnappy.statusCode()).isEqualTo(400);
        assertThat(text(noSnappy)).contains("snappy");
        HttpResponse<byte[]> wrongJson = server.post(PATH, json("yesterday", "x"), "content-type", "application/json");
        assertThat(wrongJson.statusCode()).isEqualTo(400);
        assertThat(text(wrongJson)).contains("nanoseconds since 1970");
        assertThat(stored()).isZero();
    }

    @Test
    void bombs_are_413_and_the_server_goes_on() {
        assertThat(server.post(PATH, HexFormat.of().parseHex("ffffffff0f00")).statusCode())
                .isEqualTo(413);
        HttpResponse<byte[]> gzip = server.post(
                PATH, gzip(new byte[20 << 20]), "content-type", "application/json", "content-encoding", "gzip");
        assertThat(gzip.statusCode()).isEqualTo(413);
        assertThat(text(gzip)).contains("ingest.maxDecodedBytes");
        assertThat(server.post(PATH, protobuf(NOW, "a")).statusCode()).isEqualTo(204);
    }

    @Test
    void a_full_disk_is_503() {
        isDiskFull = true;
        HttpResponse<byte[]> answer = server.post(PATH, protobuf(NOW, "a"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "retry-after")).isEqualTo("5");
    }
}
