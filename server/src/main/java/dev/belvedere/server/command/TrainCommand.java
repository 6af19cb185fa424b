package dev.belvedere.server.command;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.server.Belvedere;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.self.Logging;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs a server for a moment and uses each of its doors once, so that the JVM can note which classes a start needs.
@Command(name = "train", hidden = true, description = "Records what a start needs, for the AOT cache of the build.")
final class TrainCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SCRAPES = Duration.ofMillis(2500);
    private static final long MAX_ANSWER_BYTES = 16 << 20;

    private static final String METRICS = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"train"}}]},
            "scopeMetrics":[{"metrics":[{"name":"train","gauge":{"dataPoints":[{"timeUnixNano":"%1$d","asDouble":1}]}}]}]}]}
            """;
    private static final String LOGS = """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"train"}}]},
            "scopeLogs":[{"logRecords":[{"timeUnixNano":"%1$d","body":{"stringValue":"line"}}]}]}]}
            """;
    private static final String TRACES = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"train"}}]},
            "scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000001",
            "name":"s","startTimeUnixNano":"%1$d","endTimeUnixNano":"%1$d"}]}]}]}
            """;

    private static final List<String> QUERIES = List.of(
            "/",
            "/metrics",
            "/agent/metrics",
            "/api/v1/query?query=sum%20by(job)(up)",
            "/api/v1/query_range?query=rate(process_cpu_seconds_total%5B1m%5D)&start=1&end=2&step=1",
            "/api/v1/series?match%5B%5D=up",
            "/api/v1/label/__name__/values",
            "/api/v1/targets",
            "/api/v1/rules",
            "/api/v1/status/tsdb",
            "/loki/api/v1/query_range?query=%7Bservice_name%3D%22train%22%7D",
            "/loki/api/v1/labels",
            "/api/traces?service=train",
            "/api/belvedere/v1/status");

    @Option(names = "--data", required = true)
    private String data = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logging.toConsole(Level.WARNING);
        List<ServerConfig.Override> overrides = new ArrayList<>();
        overrides.add(new ServerConfig.Override("data.directory", "\"" + data + "\"", "--data"));
        overrides.add(new ServerConfig.Override("self.scrapeInterval", "1s", "train"));
        for (String key : List.of("listen", "otlpGrpcListen", "otlpHttpListen", "zipkinListen")) {
            overrides.add(new ServerConfig.Override("server." + key, "127.0.0.1:0", "train"));
        }
        SystemTime time = new SystemTime();
        ServerConfig.Origin origin = new ServerConfig.Origin(
                Optional.empty(),
                overrides,
                new LocalDisk(),
                Map.of(),
                Runtime.getRuntime().availableProcessors());
        try (JdkHttpTransport transport = new JdkHttpTransport();
                Belvedere server = Belvedere.start(origin, time, BuildVersion.current())) {
            long now = time.currentNanos();
            post(transport, server.url() + "/v1/metrics", METRICS.formatted(now));
            post(transport, server.url() + "/v1/logs", LOGS.formatted(now));
            post(transport, server.url() + "/v1/traces", TRACES.formatted(now));
            time.sleep(SCRAPES);
            for (String query : QUERIES) {
                transport.send(OutboundRequest.get(URI.create(server.url() + query), TIMEOUT, MAX_ANSWER_BYTES));
            }
        }
        return ExitCode.OK;
    }

    private static void post(JdkHttpTransport transport, String url, String json)
            throws IOException, InterruptedException {
        transport.send(new OutboundRequest(
                "POST",
                URI.create(url),
                Map.of("content-type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8),
                TIMEOUT,
                MAX_ANSWER_BYTES,
                ConnectionOptions.DEFAULT));
    }
}
