package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The demo site over its real protocols, and every page of the screen on it in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DemoInBrowserTest {

    private static final long BROWSER_MINUTES = 14;

    private ServerProcess server;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        List<Integer> ports = ServerProcess.freePorts(4);
        server = ServerProcess.launch(
                temporary.resolve("demo.log"),
                ports,
                List.of(
                        "demo",
                        "--speed",
                        "10",
                        "--data",
                        temporary.resolve("data").toString(),
                        "--listen",
                        "127.0.0.1:" + ports.get(0),
                        "--set",
                        "server.otlpGrpcListen=127.0.0.1:" + ports.get(1),
                        "--set",
                        "server.otlpHttpListen=127.0.0.1:" + ports.get(2),
                        "--set",
                        "server.zipkinListen=127.0.0.1:" + ports.get(3)));
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.close();
    }

    @Test
    void the_site_is_seen_in_metrics_logs_and_traces_and_an_incident_alerts() throws IOException, InterruptedException {
        Http.eventually(() -> "64".equals(Http.value(server, "count(DCGM_FI_DEV_GPU_UTIL)")));
        Http.eventually(() -> Http.value(server, "sum(rate(vllm:generation_tokens_total[30s])) > 0") != null);
        Http.eventually(() -> Http.get(server.url("/api/services")).body().contains("chat-gateway"));
        Http.eventually(() -> lines("{job=~\".+\"}").size() > 0
                && lines("{service_name=~\"vllm|chat-gateway\"}").size() > 0);
        assertThat(server.output()).contains("LlmQueueBuildUp", "GpuXid");
        String hasFired = "count_over_time(ALERTS{alertname=\"LlmQueueBuildUp\", alertstate=\"firing\"}[15m])";
        Http.eventually(() -> Http.value(server, hasFired) != null);
    }

    private JsonNode lines(String query) throws IOException, InterruptedException {
        return Http.get(server.url("/loki/api/v1/query_range?query=" + Http.encoded(query)))
                .json()
                .at("/data/result");
    }

    @Test
    void every_page_works_in_a_browser() throws IOException, InterruptedException {
        Path ui = ServerProcess.root().resolve("ui");
        assumeTrue(Files.isDirectory(ui.resolve("node_modules/playwright-core")), "skipped: the screen is not built");
        Http.eventually(() -> "64".equals(Http.value(server, "count(DCGM_FI_DEV_GPU_UTIL)")));
        Path log = folder.resolve("browser.log");
        List<String> command = new ArrayList<>(List.of("npm", "run", "--silent", "e2e"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(ui.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("BASE_URL", server.url(""));
        Process process = builder.start();
        boolean hasEnded = process.waitFor(BROWSER_MINUTES, TimeUnit.MINUTES);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(hasEnded).as("the browser tests did not end:\n" + output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }
}
