package dev.belvedere.server.command;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.server.Belvedere;
import dev.belvedere.server.config.ServerConfig;
import dev.belvedere.server.self.Logging;
import dev.belvedere.server.warmup.PlainClient;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
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

/// Runs a server for a moment and uses its doors, so that the JVM can note which classes a start needs and how the
/// methods that run most behave, those of queries among them: with that it compiles them at once. Then starts it
/// again, over a log to replay.
@Command(name = "train", hidden = true, description = "Records what a start needs, for the AOT cache of the build.")
final class TrainCommand implements Callable<Integer> {

    private static final Duration SCRAPES = Duration.ofMillis(2500);
    private static final int REMOTE_WRITE_SERIES = 4000;
    private static final int REMOTE_WRITE_ROWS = 200;

    /// Enough for the JVM to know what it would compile, which it notes too.
    private static final int QUERY_ROUNDS = 100;

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
        overrides.add(new ServerConfig.Override("self.scrapeInterval", "100ms", "train"));
        overrides.add(new ServerConfig.Override("server.warmUp", "false", "train"));
        // What calls C by foreign functions would put 3 MB of the JDK into the cache, which is resident whole.
        overrides.add(new ServerConfig.Override("agent.host", "false", "train"));
        overrides.add(new ServerConfig.Override("agent.gpu", "false", "train"));
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
        use(origin, time);
        Belvedere.start(origin, time, BuildVersion.current()).close();
        return ExitCode.OK;
    }

    private static void use(ServerConfig.Origin origin, SystemTime time) throws IOException, InterruptedException {
        try (Belvedere server = Belvedere.start(origin, time, BuildVersion.current());
                PlainClient client = new PlainClient(URI.create(server.url()))) {
            long now = time.currentNanos();
            post(client, "/v1/metrics", METRICS.formatted(now));
            post(client, "/v1/logs", LOGS.formatted(now));
            post(client, "/v1/traces", TRACES.formatted(now));
            time.sleep(SCRAPES);
            for (String query : QUERIES) {
                client.getOnce(query);
            }
            for (int row = 0; row < REMOTE_WRITE_ROWS; row++) {
                remoteWrite(client, time.currentMillis() - (REMOTE_WRITE_ROWS - row) * 1000L);
            }
            server.warmUp(QUERY_ROUNDS);
        }
    }

    /// One sample of each series, in requests of the size that Prometheus sends.
    private static void remoteWrite(PlainClient client, long millis) throws IOException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        for (int series = 0; series < REMOTE_WRITE_SERIES; series++) {
            Labels labels = Labels.of(
                    "__name__", "train_total", "instance", "train:" + series / 500, "job", "train", "cpu", "" + series);
            writer.add(labels, millis, series % 3 == 0 ? series : Math.rint(millis * 0.37 * series) / 100);
            if (writer.sampleCount() == 2000) {
                client.post("/api/v1/write", "application/x-protobuf", writer.drain());
            }
        }
    }

    private static void post(PlainClient client, String path, String json) throws IOException {
        client.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
