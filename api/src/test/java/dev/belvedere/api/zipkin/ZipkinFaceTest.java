package dev.belvedere.api.zipkin;

import static dev.belvedere.api.ingest.IngestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestServer;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.memory.MemoryTraceStore;
import dev.belvedere.wire.IngestLimits;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZipkinFaceTest {

    private static final String PATH = "/api/v2/spans";
    private static final long NOW_MILLIS = 1_700_000_000_000L;

    private final MemoryTraceStore traces = new MemoryTraceStore();
    private IngestServer server;

    @BeforeEach
    void start() {
        Routes routes = new Routes();
        IngestLimits limits = new IngestLimits(1 << 20, 100, 1000, 20, 100, 100, 100, 10, 1000, 60_000);
        new ZipkinFace(traces, TenantResolver.single(), limits, new ManualTime(NOW_MILLIS), new MetricRegistry())
                .addTo(routes);
        server = new IngestServer(routes);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> post(String json, String... headers) {
        return server.post(PATH, json.getBytes(StandardCharsets.UTF_8), headers);
    }

    private List<Span> stored() {
        return traces.trace(Tenant.DEFAULT, TraceId.ofHex("2a"), QueryBudget.unlimited());
    }

    @Test
    void spans_are_accepted_and_stored() {
        HttpResponse<byte[]> answer = post(
                "[{\"traceId\":\"2a\",\"id\":\"1\",\"name\":\"get\"},{\"traceId\":\"2a\",\"id\":\"2\"}]",
                "content-type",
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(stored()).hasSize(2);
        assertThat(post("[]").statusCode()).isEqualTo(202);
    }

    @Test
    void what_is_wrong_is_told_and_the_rest_is_stored() {
        HttpResponse<byte[]> answer = post("[{\"traceId\":\"2a\",\"id\":\"1\"},{\"id\":\"2\"}]");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer))
                .isEqualTo("1 spans were rejected, the first because the span \"\" has no traceId or no id;"
                        + " the others are stored\n");
        assertThat(stored()).hasSize(1);
    }

    @Test
    void bodies_that_are_no_spans_say_so_and_the_server_goes_on() {
        assertThat(post("<spans/>", "content-type", "application/x-thrift").statusCode())
                .isEqualTo(415);
        HttpResponse<byte[]> object = post("{\"traceId\":\"2a\"}");
        assertThat(object.statusCode()).isEqualTo(400);
        assertThat(text(object)).contains("the body must be an array");
        assertThat(post("[{\"traceId\":\"2a\",\"id\":\"1\"").statusCode()).isEqualTo(400);
        assertThat(stored()).isEmpty();
        assertThat(post("[" + " ".repeat(2 << 20) + "]").statusCode()).isEqualTo(413);
        assertThat(post("[{\"traceId\":\"2a\",\"id\":\"1\"}]").statusCode()).isEqualTo(202);
    }
}
