package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.reporter.AsyncReporter;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/// loki4j's Logback appender and Zipkin's reporter, as applications configure them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LokiAndZipkinClientsTest {

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        server = ServerProcess.start(folder.resolve("data"), "--set", "agent.host=false");
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.close();
    }

    @Test
    void lines_logged_through_loki4j_are_found_by_logql() throws IOException, InterruptedException, JoranException {
        String configuration = """
                <configuration>
                  <appender name="LOKI" class="com.github.loki4j.logback.Loki4jAppender">
                    <http>
                      <url>%s</url>
                    </http>
                    <labels>
                      app = trainer
                      level = %%level
                    </labels>
                    <structuredMetadata>
                      thread = %%thread
                    </structuredMetadata>
                    <message>
                      <pattern>%%logger{0} %%msg</pattern>
                    </message>
                  </appender>
                  <root level="INFO"><appender-ref ref="LOKI"/></root>
                </configuration>
                """.formatted(server.url("/loki/api/v1/push"));
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8)));
        Logger logger = context.getLogger("dev.example.Trainer");
        logger.info("epoch 1 loss 0.25");
        logger.warn("loss is NaN at step 42");
        context.stop();
        String query = "{app=\"trainer\"} |= \"loss\"";
        Http.eventually(() -> lines(query).findValuesAsText("level").containsAll(java.util.List.of("INFO", "WARN")));
        assertThat(lines(query).toString())
                .contains("Trainer epoch 1 loss 0.25", "Trainer loss is NaN at step 42", "\"thread\"");
        assertThat(lines("{app=\"trainer\", level=\"WARN\"}")).hasSize(1);
        JsonNode rate = Http.get(server.url("/loki/api/v1/query?query="
                        + Http.encoded("sum by (level) (count_over_time({app=\"trainer\"}[1h]))")))
                .json()
                .at("/data/result");
        assertThat(rate).hasSize(2);
        JsonNode labels = Http.get(server.url("/loki/api/v1/labels")).json().at("/data");
        assertThat(labels.toString()).contains("\"app\"", "\"level\"");
        assertThat(Http.get(server.url("/loki/api/v1/label/app/values"))
                        .json()
                        .at("/data")
                        .toString())
                .contains("trainer");
    }

    private JsonNode lines(String query) throws IOException, InterruptedException {
        return Http.get(server.url("/loki/api/v1/query_range?query=" + Http.encoded(query)))
                .json()
                .at("/data/result");
    }

    @Test
    void spans_reported_by_zipkins_reporter_are_found_by_the_jaeger_api() throws IOException, InterruptedException {
        String traceId = "463ac35c9f6413ad48485a3953bb6124";
        URLConnectionSender sender =
                URLConnectionSender.create("http://127.0.0.1:" + server.zipkinPort() + "/api/v2/spans");
        try (AsyncReporter<Span> reporter = AsyncReporter.builder(sender).build()) {
            long nowMicros = System.currentTimeMillis() * 1000;
            reporter.report(Span.newBuilder()
                    .traceId(traceId)
                    .id("a2fb4a1d1a96d312")
                    .name("get /models")
                    .kind(Span.Kind.SERVER)
                    .timestamp(nowMicros)
                    .duration(1500)
                    .localEndpoint(Endpoint.newBuilder().serviceName("gateway").build())
                    .putTag("http.path", "/models")
                    .addAnnotation(nowMicros + 500, "cache miss")
                    .build());
            reporter.flush();
        }
        sender.close();
        Http.eventually(() -> Http.get(server.url("/api/traces/" + traceId)).status() == 200);
        JsonNode trace = Http.get(server.url("/api/traces/" + traceId)).json().at("/data/0");
        assertThat(trace.at("/spans/0/duration").asLong()).isEqualTo(1500);
        assertThat(trace.toString()).contains("get /models", "/models", "cache miss");
        assertThat(Http.get(server.url("/api/services")).body()).contains("gateway");
    }
}
