package dev.belvedere.api.remotewrite;

import static dev.belvedere.api.ingest.IngestServer.header;
import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.api.ingest.Stored;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.Capabilities;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteWriteFaceTest {

    private static final String PATH = "/api/v1/write";
    private static final String V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private final MemoryMetricStore store = new MemoryMetricStore(0);
    private final RemoteWriteWriter writer = new RemoteWriteWriter();
    private final MetricRegistry metrics = new MetricRegistry();
    private IngestServer server;

    @BeforeEach
    void start() {
        server = serve(store, false);
    }

    private IngestServer serve(MetricStore store, boolean addsTypeAndUnit) {
        Routes routes = new Routes();
        IngestLimits limits = new IngestLimits(1 << 20, 100, 1000, 10, 100, 100, 100, 100, 1000, 1000);
        RemoteWriteFace.Settings settings =
                new RemoteWriteFace.Settings(limits, addsTypeAndUnit, Thread::startVirtualThread);
        new RemoteWriteFace(store, TenantResolver.single(), settings, new ManualTime(0), metrics).addTo(routes);
        return new IngestServer(routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Labels up(String job) {
        return Labels.of("__name__", "up", "job", job);
    }

    private HttpResponse<byte[]> send() {
        return server.post(
                PATH, writer.drain(), "content-type", "application/x-protobuf", "content-encoding", "snappy");
    }

    @Test
    void samples_are_stored_and_come_again_by_their_refs() {
        for (int round = 1; round <= 3; round++) {
            writer.add(up("a"), 1000L * round, round);
            writer.add(up("b"), 1000L * round, -round);
            assertThat(send().statusCode()).isEqualTo(204);
        }
        assertThat(Stored.samples(store))
                .containsExactly(
                        "up{job=\"a\"} 1.0@1000",
                        "up{job=\"a\"} 2.0@2000",
                        "up{job=\"a\"} 3.0@3000",
                        "up{job=\"b\"} -1.0@1000",
                        "up{job=\"b\"} -2.0@2000",
                        "up{job=\"b\"} -3.0@3000");
    }

    @Test
    void metadata_and_exemplars_are_stored() {
        writer.add(up("a"), 1000, 1);
        writer.addExemplar(up("a"), new Exemplar(Labels.of("trace_id", "1"), 1, 900));
        writer.addMetadata("up", new MetricMetadata(MetricType.GAUGE, "", "Alive."));
        assertThat(send().statusCode()).isEqualTo(204);
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.metadata()).containsEntry("up", new MetricMetadata(MetricType.GAUGE, "", "Alive."));
        }
    }

    /// A request of version 2.0 with one counter; what is added to it belongs to that.
    private static ProtobufWriter counter() {
        ProtobufWriter request = new ProtobufWriter();
        for (String symbol : new String[] {"", "__name__", "c_total", "Help.", "trace_id", "x".repeat(65)}) {
            request.string(4, symbol);
        }
        return request;
    }

    private static void addSample(ProtobufWriter to, double value, long timestampMillis) {
        int sample = to.beginMessage(2);
        to.float64(1, value);
        to.int64(2, timestampMillis);
        to.endMessage(sample);
    }

    /// An empty one.
    private static void addHistogram(ProtobufWriter to, long timestampMillis) {
        int histogram = to.beginMessage(3);
        to.int64(15, timestampMillis);
        to.endMessage(histogram);
    }

    private static void addExemplar(ProtobufWriter to, long timestampMillis, long... labelRefs) {
        int exemplar = to.beginMessage(4);
        to.packedVarints(1, labelRefs);
        to.float64(2, 5);
        to.int64(3, timestampMillis);
        to.endMessage(exemplar);
    }

    private HttpResponse<byte[]> send2(IngestServer to, ProtobufWriter request) {
        byte[] body = SnappyBlock.compress(request.array(), 0, request.size());
        return to.post(PATH, body, "content-type", V2, "content-encoding", "snappy");
    }

    /// Samples, histograms and exemplars that the answer says were written.
    private static String written(HttpResponse<byte[]> answer) {
        return header(answer, "x-prometheus-remote-write-samples-written")
                + " " + header(answer, "x-prometheus-remote-write-histograms-written")
                + " " + header(answer, "x-prometheus-remote-write-exemplars-written");
    }

    @Test
    void version_2_tells_what_it_wrote() {
        ProtobufWriter request = counter();
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addSample(request, 5, 1000);
        addHistogram(request, 2000);
        addExemplar(request, 0);
        int metadata = request.beginMessage(5);
        request.int64(1, 1);
        request.int64(3, 3);
        request.endMessage(metadata);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("1 1 1");
        assertThat(Stored.samples(store)).containsExactly("c_total 5.0@1000", "c_total histogram@2000");
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.metadata())
                    .containsEntry("c_total", new MetricMetadata(MetricType.COUNTER, "", "Help."));
        }
    }

    @Test
    void version_2_tells_of_each_kind_how_many_the_store_took() {
        ProtobufWriter request = counter();
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addSample(request, 5, 3000);
        addSample(request, 6, 4000);
        addSample(request, 7, 1000);
        addSample(request, 8, 3000);
        addHistogram(request, 5000);
        addHistogram(request, 2000);
        addHistogram(request, 5000);
        addExemplar(request, 5000, 4, 3);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).startsWith("3 samples were rejected, the first because the sample of c_total at");
        assertThat(written(answer)).isEqualTo("2 2 1");
        assertThat(Stored.samples(store))
                .containsExactly("c_total 5.0@3000", "c_total 6.0@4000", "c_total histogram@5000");
    }

    @Test
    void version_2_tells_of_what_was_refused_before_it_came_to_the_store() {
        ProtobufWriter request = counter();
        int nameless = request.beginMessage(5);
        request.packedVarints(1, new long[] {4, 3});
        addSample(request, 5, 3000);
        addHistogram(request, 4000);
        addExemplar(request, 4000, 4, 3);
        request.endMessage(nameless);
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addHistogram(request, 5000);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer))
                .isEqualTo("2 samples were rejected, the first because the series"
                        + " {trace_id=\"Help.\"} has no metric name; the others are stored\n");
        assertThat(written(answer)).isEqualTo("0 1 0");
    }

    @Test
    void both_versions_pass_over_an_exemplar_that_cannot_be_kept() {
        ProtobufWriter request = counter();
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addSample(request, 5, 3000);
        addExemplar(request, 3000, 4, 3);
        addExemplar(request, 3000, 3, 5, 4, 5);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("1 0 1");
        writer.add(up("a"), 1000, 1);
        writer.addExemplar(up("a"), new Exemplar(Labels.of("trace_id", "x".repeat(121)), 1, 900));
        assertThat(send().statusCode()).isEqualTo(204);
        assertThat(metrics.collect())
                .filteredOn(family -> family.name().equals("belvedere_remote_write_exemplars_dropped_total"))
                .singleElement()
                .satisfies(
                        family -> assertThat(family.points().getFirst().value()).isEqualTo(2));
    }

    /// Prometheus sends an exemplar as a series of its own, behind that with the sample.
    @Test
    void version_2_takes_a_series_that_has_nothing_but_an_exemplar() {
        ProtobufWriter request = counter();
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addExemplar(request, 3000, 4, 3);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("0 0 1");
    }

    @Test
    void metadata_that_says_nothing_does_not_replace_what_is_known() {
        ProtobufWriter request = counter();
        for (int help : new int[] {3, 0}) {
            int series = request.beginMessage(5);
            request.packedVarints(1, help == 0 ? new long[] {1, 2, 4, 3} : new long[] {1, 2});
            addSample(request, 5, 3000);
            int metadata = request.beginMessage(5);
            request.int64(1, help == 0 ? 0 : 1);
            request.int64(3, help);
            request.endMessage(metadata);
            request.endMessage(series);
        }
        assertThat(send2(server, request).statusCode()).isEqualTo(204);
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            assertThat(querier.metadata())
                    .containsEntry("c_total", new MetricMetadata(MetricType.COUNTER, "", "Help."));
        }
    }

    @Test
    void metadata_of_a_known_series_may_change_and_change_back() {
        String[] helps = {"One.", "One.", "Two.", "Three.", "One."};
        for (boolean isPlain : new boolean[] {true, false}) {
            for (int round = 0; round < helps.length; round++) {
                ProtobufWriter request = new ProtobufWriter();
                for (String symbol : new String[] {"", "seconds", "__name__", "m", "le", helps[round], "1"}) {
                    request.string(4, symbol);
                }
                for (int bucket = 0; bucket < 2; bucket++) {
                    int series = request.beginMessage(5);
                    request.packedVarints(1, bucket == 0 ? new long[] {2, 3} : new long[] {2, 3, 4, 6});
                    addSample(request, round, 1000 * round);
                    if (!isPlain) {
                        addExemplar(request, 1000 * round);
                    }
                    int metadata = request.beginMessage(5);
                    request.int64(1, round == 2 ? 1 : 2);
                    request.int64(3, 5);
                    request.int64(4, round == 3 ? 1 : 0);
                    request.endMessage(metadata);
                    request.endMessage(series);
                }
                assertThat(send2(server, request).statusCode()).isEqualTo(204);
                try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
                    assertThat(querier.metadata())
                            .containsEntry(
                                    "m",
                                    new MetricMetadata(
                                            round == 2 ? MetricType.COUNTER : MetricType.GAUGE,
                                            round == 3 ? "seconds" : "",
                                            helps[round]));
                }
            }
        }
    }

    @Test
    void a_series_whose_type_or_unit_changes_is_another_where_these_are_labels() {
        server.close();
        server = serve(store, true);
        for (int round = 0; round < 6; round++) {
            ProtobufWriter request = new ProtobufWriter();
            for (String symbol : new String[] {"", "__name__", "m", "seconds"}) {
                request.string(4, symbol);
            }
            int series = request.beginMessage(5);
            request.packedVarints(1, new long[] {1, 2});
            addSample(request, round, 1000 * round);
            int metadata = request.beginMessage(5);
            request.int64(1, round % 3 == 0 ? 0 : 2);
            request.int64(4, round % 3 == 1 ? 3 : 0);
            request.endMessage(metadata);
            request.endMessage(series);
            assertThat(send2(server, request).statusCode()).isEqualTo(204);
        }
        assertThat(Stored.samples(store))
                .containsExactly(
                        "m 0.0@0",
                        "m 3.0@3000",
                        "m{__type__=\"gauge\", __unit__=\"seconds\"} 1.0@1000",
                        "m{__type__=\"gauge\", __unit__=\"seconds\"} 4.0@4000",
                        "m{__type__=\"gauge\"} 2.0@2000",
                        "m{__type__=\"gauge\"} 5.0@5000");
    }

    @Test
    void series_of_both_versions_are_recognised_when_they_come_again() {
        for (int round = 0; round < 3; round++) {
            ProtobufWriter request = new ProtobufWriter();
            for (String symbol : new String[] {"", "__name__", "up", "job", "a"}) {
                request.string(4, symbol);
            }
            int series = request.beginMessage(5);
            request.packedVarints(1, new long[] {1, 2, 3, 4});
            int sample = request.beginMessage(2);
            request.int64(2, 1000 + round);
            request.endMessage(sample);
            request.endMessage(series);
            byte[] body = SnappyBlock.compress(request.array(), 0, request.size());
            assertThat(server.post(PATH, body, "content-type", V2).statusCode()).isEqualTo(204);
            writer.add(up("b"), 1000 + round, 0);
            assertThat(send().statusCode()).isEqualTo(204);
        }
        assertThat(Stored.samples(store)).hasSize(6);
        assertThat(metrics.collect())
                .filteredOn(family -> family.name().equals("belvedere_remote_write_cached_series"))
                .allSatisfy(
                        family -> assertThat(family.points().getFirst().value()).isEqualTo(2));
    }

    @Test
    void out_of_order_and_duplicate_samples_are_400_and_the_others_stay() {
        writer.add(up("a"), 2000, 1);
        assertThat(send().statusCode()).isEqualTo(204);
        writer.add(up("a"), 1000, 1);
        writer.add(up("b"), 1000, 1);
        HttpResponse<byte[]> late = send();
        assertThat(late.statusCode()).isEqualTo(400);
        assertThat(text(late))
                .isEqualTo("1 samples were rejected, the first because the sample of up{job=\"a\"} at"
                        + " 1970-01-01T00:00:01Z is out of order: the series already has one at"
                        + " 1970-01-01T00:00:02Z, and the out-of-order window does not reach back that far;"
                        + " the others are stored\n");
        writer.add(up("a"), 2000, 7);
        writer.add(up("b"), 3000, 1);
        HttpResponse<byte[]> twice = send();
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(text(twice)).contains("has another value than the one stored");
        assertThat(Stored.samples(store))
                .containsExactly("up{job=\"a\"} 1.0@2000", "up{job=\"b\"} 1.0@1000", "up{job=\"b\"} 1.0@3000");
        writer.add(up("a"), 2000, 1);
        assertThat(send().statusCode()).as("an exact repetition").isEqualTo(204);
    }

    @Test
    void labels_beyond_a_limit_cost_only_their_series() {
        writer.add(Labels.of("__name__", "up", "job", "x".repeat(200)), 1000, 1);
        writer.add(up("a"), 1000, 1);
        HttpResponse<byte[]> answer = send();
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).startsWith("1 samples were rejected, the first because a label value has 200 bytes");
        assertThat(Stored.samples(store)).containsExactly("up{job=\"a\"} 1.0@1000");
    }

    /// Prometheus answers so; a sender of version 1.0 takes 400 for a reason to drop the whole request.
    @Test
    void version_1_does_not_tell_of_series_with_wrong_labels_but_counts_them() {
        writer.add(Labels.of("job", "no name"), 1000, 1);
        writer.add(up("a"), 1000, 1);
        assertThat(send().statusCode()).isEqualTo(204);
        assertThat(Stored.samples(store)).containsExactly("up{job=\"a\"} 1.0@1000");
        assertThat(metrics.collect())
                .filteredOn(family -> family.name().equals("belvedere_ingest_rejected_samples_total"))
                .singleElement()
                .satisfies(
                        family -> assertThat(family.points().getFirst().value()).isEqualTo(1));
    }

    @Test
    void version_2_keeps_the_other_series_where_one_has_unknown_symbols() {
        ProtobufWriter request = counter();
        int broken = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 9});
        addSample(request, 5, 3000);
        request.endMessage(broken);
        int series = request.beginMessage(5);
        request.packedVarints(1, new long[] {1, 2});
        addSample(request, 6, 3000);
        addExemplar(request, 3000, 4);
        request.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, request);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer))
                .isEqualTo("1 samples were rejected, the first because symbol 9 is used, but the request has 6;"
                        + " the others are stored\n");
        assertThat(written(answer)).isEqualTo("1 0 0");
        assertThat(Stored.samples(store)).containsExactly("c_total 6.0@3000");
    }

    @Test
    void version_2_tells_of_wrong_labels_and_exemplars_that_have_no_samples() {
        ProtobufWriter nameless = counter();
        int series = nameless.beginMessage(5);
        nameless.packedVarints(1, new long[] {4, 3});
        nameless.endMessage(series);
        HttpResponse<byte[]> answer = send2(server, nameless);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer))
                .isEqualTo("1 series were rejected, the first because the series {trace_id=\"Help.\"} has no metric"
                        + " name; the others are stored\n");
        ProtobufWriter exemplar = counter();
        series = exemplar.beginMessage(5);
        exemplar.packedVarints(1, new long[] {1, 2});
        addSample(exemplar, 6, 3000);
        addExemplar(exemplar, 3000, 4);
        exemplar.endMessage(series);
        answer = send2(server, exemplar);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer))
                .isEqualTo("1 exemplars were rejected, the first because a list of labels has a name without a value;"
                        + " the others are stored\n");
        assertThat(written(answer)).isEqualTo("1 0 0");
    }

    @Test
    void a_body_that_is_no_snappy_or_no_protobuf_is_400() {
        HttpResponse<byte[]> plain = server.post(PATH, "up 1".getBytes(), "content-type", "application/x-protobuf");
        assertThat(plain.statusCode()).isEqualTo(400);
        assertThat(text(plain)).contains("snappy");
        byte[] noProtobuf = "# HELP up\nup 1\n".getBytes();
        HttpResponse<byte[]> text = server.post(PATH, SnappyBlock.compress(noProtobuf, 0, noProtobuf.length));
        assertThat(text.statusCode()).isEqualTo(400);
        assertThat(text(text)).contains("at byte");
    }

    @Test
    void nothing_of_a_broken_request_is_stored() {
        writer.add(up("a"), 1000, 1);
        byte[] good = new byte[200];
        byte[] packed = writer.drain();
        UnpackedBody body = new UnpackedBody(1 << 20).unpack(packed, 0, packed.length, "snappy");
        System.arraycopy(body.array(), 0, good, 0, body.length());
        good[body.length()] = 0x0a;
        good[body.length() + 1] = 100;
        byte[] broken = SnappyBlock.compress(good, 0, body.length() + 2);
        assertThat(server.post(PATH, broken).statusCode()).isEqualTo(400);
        assertThat(Stored.samples(store)).isEmpty();
    }

    @Test
    void other_media_types_and_encodings_are_415() {
        assertThat(server.post(PATH, new byte[0], "content-type", "application/json")
                        .statusCode())
                .isEqualTo(415);
        HttpResponse<byte[]> unknown =
                server.post(PATH, new byte[0], "content-type", "application/x-protobuf;proto=other.Request");
        assertThat(unknown.statusCode()).isEqualTo(415);
        assertThat(text(unknown)).contains("io.prometheus.write.v2.Request");
        assertThat(server.post(PATH, new byte[0], "content-encoding", "br").statusCode())
                .isEqualTo(415);
    }

    @Test
    void bombs_and_too_many_samples_are_413_and_the_server_goes_on() {
        HttpResponse<byte[]> bomb = server.post(PATH, HexFormat.of().parseHex("ffffffff0f00"));
        assertThat(bomb.statusCode()).isEqualTo(413);
        assertThat(text(bomb)).contains("4294967295 bytes, the limit ingest.maxDecodedBytes is 1048576");
        for (int i = 0; i < 101; i++) {
            writer.add(up("a"), i, 1);
        }
        HttpResponse<byte[]> many = send();
        assertThat(many.statusCode()).isEqualTo(413);
        assertThat(text(many)).contains("ingest.maxRecords is 100");
        assertThat(Stored.samples(store)).isEmpty();
        writer.add(up("a"), 1000, 1);
        assertThat(send().statusCode()).isEqualTo(204);
    }

    @Test
    void a_full_disk_is_503_with_the_reason_and_a_time_to_come_again() {
        try (IngestServer failing = serve(
                new MetricStore() {
                    @Override
                    public MetricAppender appender(Tenant tenant, AppendOptions options) {
                        throw new OperationException(
                                "disk_full", Fault.OVERLOAD, "the disk of ./data is full: free some space");
                    }

                    @Override
                    public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
                        throw new IllegalStateException();
                    }

                    @Override
                    public Capabilities capabilities() {
                        return Capabilities.NONE;
                    }
                },
                false)) {
            writer.add(up("a"), 1000, 1);
            HttpResponse<byte[]> answer = failing.post(PATH, writer.drain());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(text(answer)).contains("free some space");
            assertThat(header(answer, "retry-after")).isEqualTo("5");
            HttpResponse<byte[]> answer2 = send2(failing, counter());
            assertThat(answer2.statusCode()).isEqualTo(503);
            assertThat(text(answer2)).contains("free some space");
            assertThat(header(answer2, "retry-after")).isEqualTo("5");
            assertThat(written(answer2)).isEqualTo("0 0 0");
        }
    }

    /// Takes samples and cannot make them durable.
    private static MetricAppender unsynced(MetricAppender appender) {
        return (MetricAppender) Proxy.newProxyInstance(
                RemoteWriteFaceTest.class.getClassLoader(),
                new Class<?>[] {MetricAppender.class},
                (proxy, method, of) -> {
                    if (!method.getName().equals("whenDurable")) {
                        return method.invoke(appender, of);
                    }
                    ((CommitListener) of[0])
                            .failed(new OperationException("io_error", Fault.DEPENDENCY, "could not sync the log"));
                    return null;
                });
    }

    @Test
    void samples_that_cannot_be_made_durable_are_503_and_not_counted() {
        MetricStore unsynced = new MetricStore() {
            @Override
            public MetricAppender appender(Tenant tenant, AppendOptions options) {
                return unsynced(store.appender(tenant, options));
            }

            @Override
            public MetricQuerier querier(Tenant tenant, QueryBudget budget) {
                return store.querier(tenant, budget);
            }

            @Override
            public Capabilities capabilities() {
                return store.capabilities();
            }
        };
        try (IngestServer failing = serve(unsynced, false)) {
            writer.add(up("a"), 1000, 1);
            HttpResponse<byte[]> answer = failing.post(PATH, writer.drain());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(text(answer)).contains("could not sync the log");
            assertThat(header(answer, "retry-after")).isEqualTo("5");
            HttpResponse<byte[]> answer2 = send2(failing, counter());
            assertThat(answer2.statusCode()).isEqualTo(503);
            assertThat(written(answer2)).isEqualTo("0 0 0");
        }
    }

    @Test
    void an_empty_request_is_fine() {
        assertThat(server.post(PATH, SnappyBlock.compress(new byte[0], 0, 0)).statusCode())
                .isEqualTo(204);
    }
}
