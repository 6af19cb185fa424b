package dev.belvedere.api.remoteread;

import static dev.belvedere.api.ingest.IngestServer.header;
import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.chunks.ChunkEncoding;
import dev.belvedere.wire.chunks.ChunkReader;
import dev.belvedere.wire.chunks.ChunkSink;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtobufReader;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteReadFaceTest {

    private static final NativeHistogram HISTOGRAM = new NativeHistogram(
            ResetHint.UNKNOWN,
            1,
            0.001,
            2,
            7,
            12.5,
            new int[] {0, 2},
            new double[] {3, 2},
            new int[0],
            new double[0],
            new double[0]);

    private final MemoryMetricStore store = new MemoryMetricStore();
    private Labels external = Labels.EMPTY;
    private QueryMemory memory = QueryMemory.unlimited();
    private IngestServer server;

    @BeforeEach
    void start() {
        serve(new QueryBudget.Limits(1000, 1000, 2000));
    }

    private void serve(QueryBudget.Limits budget) {
        Routes routes = new Routes();
        new RemoteReadFace(
                        store,
                        TenantResolver.single(),
                        new QueryBudgets(budget, memory, new SystemTime()),
                        () -> external,
                        new RemoteReadFace.Limits(500, 2, 200))
                .addTo(routes, new MetricRegistry());
        server = new IngestServer(routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void write(Labels labels, long startMillis, int count) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(labels);
            for (int i = 0; i < count; i++) {
                appender.append(ref, startMillis + i * 1000L, MetricAppender.NO_START, i + 0.5);
            }
            appender.commit();
        }
    }

    private void writeHistogram(Labels labels, long atMillis) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(labels), atMillis, MetricAppender.NO_START, HISTOGRAM);
            appender.commit();
        }
    }

    private static void addQuery(ProtobufWriter request, long start, long end, int type, String name, String value) {
        int query = request.beginMessage(1);
        request.int64(1, start);
        request.int64(2, end);
        int matcher = request.beginMessage(3);
        request.int64(1, type);
        request.string(2, name);
        request.string(3, value);
        request.endMessage(matcher);
        int hints = request.beginMessage(4);
        request.int64(1, 60_000);
        request.string(2, "rate");
        request.int64(3, start + 3000);
        request.endMessage(hints);
        request.endMessage(query);
    }

    private HttpResponse<byte[]> send(ProtobufWriter request) {
        return server.post(
                "/api/v1/read",
                SnappyBlock.compress(request.array(), 0, request.size()),
                "content-type",
                "application/x-protobuf",
                "content-encoding",
                "snappy");
    }

    private static String labels(ProtobufReader reader) {
        reader.enter();
        String name = "";
        String value = "";
        while (reader.next()) {
            if (reader.field() == 1) {
                name = reader.string();
            } else {
                value = reader.string();
            }
        }
        reader.leave();
        return name + "=" + value + " ";
    }

    /// `query| labels samples` of each series.
    private static List<String> sampled(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
        assertThat(header(response, "content-encoding")).isEqualTo("snappy");
        UnpackedBody body = new UnpackedBody(1 << 20).unpack(response.body(), 0, response.body().length, "snappy");
        ProtobufReader reader = new ProtobufReader().reset(body.array(), 0, body.length());
        List<String> found = new ArrayList<>();
        for (int query = 0; reader.next(); query++) {
            reader.enter();
            while (reader.next()) {
                found.add(query + "| " + series(reader));
            }
            reader.leave();
        }
        return found;
    }

    private static String series(ProtobufReader reader) {
        StringBuilder series = new StringBuilder();
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> series.append(labels(reader));
                case 2 -> {
                    reader.enter();
                    double value = 0;
                    while (reader.next()) {
                        if (reader.field() == 1) {
                            value = reader.float64();
                        } else {
                            series.append(value)
                                    .append('@')
                                    .append(reader.int64())
                                    .append(' ');
                        }
                    }
                    reader.leave();
                }
                default -> series.append("histogram ");
            }
        }
        reader.leave();
        return series.toString().strip();
    }

    /// `query| labels samples` of each frame, whose checksum is verified.
    private static List<String> streamed(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
        assertThat(header(response, "content-type"))
                .isEqualTo("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
        List<String> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(response.body());
        while (in.hasRemaining()) {
            int length = 0;
            int shift = 0;
            byte b;
            do {
                b = in.get();
                length |= (b & 0x7f) << shift;
                shift += 7;
            } while (b < 0);
            int expected = in.getInt();
            byte[] message = new byte[length];
            in.get(message);
            CRC32C checksum = new CRC32C();
            checksum.update(message);
            assertThat((int) checksum.getValue()).isEqualTo(expected);
            found.add(frame(message));
        }
        return found;
    }

    private static String frame(byte[] message) {
        ProtobufReader reader = new ProtobufReader().reset(message);
        StringBuilder series = new StringBuilder();
        long query = 0;
        while (reader.next()) {
            if (reader.field() == 2) {
                query = reader.int64();
                continue;
            }
            reader.enter();
            while (reader.next()) {
                if (reader.field() == 1) {
                    series.append(labels(reader));
                } else {
                    chunk(reader, series);
                }
            }
            reader.leave();
        }
        return query + "| " + series.toString().strip();
    }

    private static void chunk(ProtobufReader reader, StringBuilder into) {
        long encoding = 0;
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 3 -> encoding = reader.int64();
                case 4 -> {
                    byte[] data = reader.bytes();
                    ChunkReader.read(ChunkEncoding.of((int) encoding), data, 0, data.length, new ChunkSink() {
                        @Override
                        public void sample(long timestampMillis, long startMillis, double value) {
                            into.append(value)
                                    .append('@')
                                    .append(timestampMillis)
                                    .append(' ');
                        }

                        @Override
                        public void histogram(long timestampMillis, NativeHistogram histogram) {
                            assertThat(histogram).isEqualTo(HISTOGRAM);
                            into.append("histogram@").append(timestampMillis).append(' ');
                        }
                    });
                }
                default -> {
                    // Times of the chunk.
                }
            }
        }
        reader.leave();
    }

    private static Labels labels(String name, String job) {
        return Labels.of("__name__", name, "job", job);
    }

    @Test
    void samples_are_the_default_and_step_and_function_change_nothing() {
        write(labels("up", "b"), 1000, 3);
        write(labels("up", "a"), 1000, 3);
        write(labels("down", "a"), 1000, 3);
        writeHistogram(labels("up", "c"), 2000);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 2000, 5000, 0, "__name__", "up");
        addQuery(request, 0, 1000, 2, "job", "a|x");
        assertThat(sampled(send(request)))
                .containsExactlyInAnyOrder(
                        "0| __name__=up job=a 1.5@2000 2.5@3000",
                        "0| __name__=up job=b 1.5@2000 2.5@3000",
                        "0| __name__=up job=c histogram",
                        "1| __name__=up job=a 0.5@1000",
                        "1| __name__=down job=a 0.5@1000");
    }

    @Test
    void an_answer_of_samples_counts_against_the_memory_of_all_queries() {
        for (int i = 0; i < 10; i++) {
            write(labels("up", "job" + i), 1000, 45);
        }
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 100_000, 0, "__name__", "up");
        stop();
        memory = new QueryMemory(64 << 10);
        serve(new QueryBudget.Limits(1000, 1000, 2000));
        assertThat(sampled(send(request))).hasSize(10);
        while (memory.heldBytes() != 0) {
            Thread.onSpinWait();
        }
        stop();
        memory = new QueryMemory(16 << 10);
        serve(new QueryBudget.Limits(1000, 1000, 2000));
        HttpResponse<byte[]> refused = send(request);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(text(refused)).startsWith("query would hold more than 0 MiB in memory");
    }

    @Test
    void hints_may_ask_for_less_than_the_range() {
        write(labels("up", "a"), 1000, 9);
        ProtobufWriter request = new ProtobufWriter();
        int query = request.beginMessage(1);
        request.int64(2, 100_000);
        int matcher = request.beginMessage(3);
        request.string(2, "job");
        request.string(3, "a");
        request.endMessage(matcher);
        int hints = request.beginMessage(4);
        request.int64(3, 3000);
        request.int64(4, 4000);
        request.endMessage(hints);
        request.endMessage(query);
        assertThat(sampled(send(request))).containsExactly("0| __name__=up job=a 2.5@3000 3.5@4000");
    }

    @Test
    void without_matchers_nothing_is_found() {
        write(labels("up", "a"), 1000, 3);
        ProtobufWriter request = new ProtobufWriter();
        int query = request.beginMessage(1);
        request.int64(2, 100_000);
        request.endMessage(query);
        assertThat(sampled(send(request))).isEmpty();
    }

    @Test
    void chunks_are_streamed_in_the_order_of_labels() {
        write(labels("up", "b"), 1000, 2);
        write(labels("up", "a"), 1000, 2);
        write(labels("down", "z"), 1000, 1);
        write(Labels.of("job", "nameless"), 1000, 1);
        writeHistogram(labels("up", "c"), 2000);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 5000, 1, "job", "");
        request.int64(2, 1);
        request.int64(2, 0);
        assertThat(streamed(send(request)))
                .containsExactly(
                        "0| __name__=down job=z 0.5@1000",
                        "0| __name__=up job=a 0.5@1000 1.5@2000",
                        "0| __name__=up job=b 0.5@1000 1.5@2000",
                        "0| __name__=up job=c histogram@2000",
                        "0| job=nameless 0.5@1000");
    }

    @Test
    void labels_before_the_name_are_sorted_too() {
        write(Labels.of("__name__", "a", "Zone", "2"), 1000, 1);
        write(Labels.of("__name__", "b", "Zone", "1"), 1000, 1);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 5000, 2, "__name__", ".+");
        request.int64(2, 1);
        assertThat(streamed(send(request)))
                .containsExactly("0| Zone=1 __name__=b 0.5@1000", "0| Zone=2 __name__=a 0.5@1000");
    }

    @Test
    void a_long_series_is_cut_into_frames() {
        write(labels("up", "a"), 1000, 400);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 1_000_000, 0, "__name__", "up");
        request.int64(2, 1);
        List<String> frames = streamed(send(request));
        assertThat(frames).hasSizeGreaterThan(1).allMatch(frame -> frame.startsWith("0| __name__=up job=a "));
        assertThat(frames.stream()
                        .mapToInt(frame -> frame.split("@", -1).length - 1)
                        .sum())
                .isEqualTo(400);
    }

    @Test
    void external_labels_are_taken_off_and_put_on() {
        external = Labels.of("replica", "a", "job", "never");
        write(labels("up", "b"), 1000, 1);
        write(labels("up", "b").with("replica", "own"), 1000, 1);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 5000, 0, "replica", "a");
        assertThat(sampled(send(request))).containsExactly("0| __name__=up job=b replica=a 0.5@1000");
        ProtobufWriter other = new ProtobufWriter();
        addQuery(other, 0, 5000, 0, "replica", "own");
        other.int64(2, 1);
        assertThat(streamed(send(other))).containsExactly("0| __name__=up job=b replica=own 0.5@1000");
    }

    @Test
    void too_many_samples_are_refused_with_the_key_of_the_limit() {
        write(labels("up", "b"), 1000, 501);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 1_000_000, 0, "__name__", "up");
        HttpResponse<byte[]> response = send(request);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(text(response)).contains("exceeded sample limit (500)").contains("query.remoteReadMaxSamples");
    }

    @Test
    void an_empty_range_is_an_empty_answer() {
        write(labels("up", "b"), 1000, 3);
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 3000, 1000, 0, "__name__", "up");
        assertThat(sampled(send(request))).isEmpty();
        request.int64(2, 1);
        assertThat(streamed(send(request))).isEmpty();
    }

    @Test
    void bad_requests_are_told_what_is_wrong() {
        assertRefused(new byte[] {1, 2, 3}, "snappy");
        ProtobufWriter request = new ProtobufWriter();
        addQuery(request, 0, 1, 7, "a", "b");
        assertRefused(SnappyBlock.compress(request.array(), 0, request.size()), "invalid matcher type 7");
        request.clear();
        addQuery(request, 0, 1, 2, "a", "(");
        assertRefused(SnappyBlock.compress(request.array(), 0, request.size()), "missing closing )");
        request.clear();
        request.int64(2, 9);
        assertRefused(
                SnappyBlock.compress(request.array(), 0, request.size()),
                "none of the requested response types [9] is supported");
        request.clear();
        request.string(1, "no query");
        assertRefused(SnappyBlock.compress(request.array(), 0, request.size()), "byte");
    }

    private void assertRefused(byte[] body, String why) {
        HttpResponse<byte[]> response = server.post("/api/v1/read", body, "content-encoding", "snappy");
        assertThat(response.statusCode()).as(text(response)).isEqualTo(400);
        assertThat(text(response)).contains(why);
    }
}
