package dev.belvedere.demo;

import dev.belvedere.demo.site.Emissions;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.wire.loki.LokiPushWriter;
import dev.belvedere.wire.otlp.OtlpLogsWriter;
import dev.belvedere.wire.otlp.OtlpMetricsWriter;
import dev.belvedere.wire.otlp.OtlpTracesWriter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sends what a second of the site gives off: system logs by Loki's push protocol, the rest by OTLP over HTTP.
final class EmissionPush {

    private static final System.Logger LOG = System.getLogger(EmissionPush.class.getName());

    private static final Scope SCOPE = new Scope("demo", "1.0", Attributes.EMPTY);
    private static final String PROTOBUF = "application/x-protobuf";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MAX_ANSWER_BYTES = 1 << 20;

    /// A request in the making.
    record Push(String path, byte[] body) {}

    private final HttpTransport transport;
    private final URI server;
    private final long startNanos;
    private boolean isRefused;

    /// @param startNanos when the site's counters began
    EmissionPush(HttpTransport transport, URI server, long startNanos) {
        this.transport = transport;
        this.server = server;
        this.startNanos = startNanos;
    }

    /// The requests for a second that ended at `nanos`.
    List<Push> requests(Emissions emissions, long nanos) {
        List<Push> requests = new ArrayList<>();
        if (!emissions.lokiLines().isEmpty()) {
            requests.add(new Push("/loki/api/v1/push", LokiPushWriter.write(emissions.lokiLines())));
        }
        emissions
                .otlpLogs()
                .forEach((Resource resource, List<LogRecord> records) ->
                        requests.add(new Push("/v1/logs", OtlpLogsWriter.write(resource, SCOPE, records))));
        if (!emissions.spans().isEmpty()) {
            requests.add(new Push("/v1/traces", OtlpTracesWriter.write(emissions.spans())));
        }
        emissions
                .otlpMetrics()
                .forEach((resource, families) -> requests.add(new Push(
                        "/v1/metrics", OtlpMetricsWriter.write(resource, SCOPE, families, nanos, startNanos))));
        return requests;
    }

    /// Sends them. A server that is away or refuses loses what this second gave off, as it would that of a real
    /// site without buffers; it is told once.
    void send(Emissions emissions, long nanos) throws InterruptedException {
        for (Push push : requests(emissions, nanos)) {
            URI target = server.resolve(push.path());
            String problem = "";
            try {
                OutboundRequest.Response response = transport.send(new OutboundRequest(
                        "POST",
                        target,
                        Map.of("content-type", PROTOBUF),
                        push.body(),
                        TIMEOUT,
                        MAX_ANSWER_BYTES,
                        ConnectionOptions.DEFAULT));
                if (response.status() / 100 != 2) {
                    problem = "status " + response.status();
                }
            } catch (IOException e) {
                problem = e.toString();
            }
            if (!problem.isEmpty() && !isRefused) {
                LOG.log(System.Logger.Level.WARNING, "the server does not take {0}: {1}", target, problem);
            }
            isRefused = !problem.isEmpty();
        }
    }
}
