package dev.belvedere.agent.push;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sends what was collected by remote write, in order, and keeps it while the server is away. Used by one thread.
///
/// A series that has gone gets a stale marker, so that it ends at once on the other side.
public final class MetricPush {

    private static final System.Logger LOG = System.getLogger(MetricPush.class.getName());

    private static final String PATH = "/api/v1/write";
    private static final int MAX_SAMPLES = 2000;

    /// At a push every 15 s and a few requests each, an hour or more.
    private static final int MAX_WAITING = 1000;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private static final Map<String, String> HEADERS = Map.of(
            "content-type",
            RemoteWriteWriter.CONTENT_TYPE,
            "content-encoding",
            RemoteWriteWriter.CONTENT_ENCODING,
            RemoteWriteWriter.VERSION_HEADER,
            RemoteWriteWriter.VERSION);

    private final PushEndpoint endpoint;
    private final Labels target;
    private final TimeSource time;
    private final RemoteWriteWriter writer = new RemoteWriteWriter();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Counter dropped;
    private Set<Labels> lastSeries = new HashSet<>();
    private boolean isAway;
    private volatile int waitingCount;

    /// @param target labels of every series: `job`, `instance`
    public MetricPush(PushEndpoint endpoint, Labels target, TimeSource time, MetricRegistry registry) {
        this.endpoint = endpoint;
        this.target = target;
        this.time = time;
        dropped = registry.counter(
                "belvedere_agent_pushes_dropped_total", "Requests with metrics that were refused or grew too many.");
        registry.gauge(
                "belvedere_agent_pushes_waiting",
                "Requests with metrics that wait for the server.",
                () -> waitingCount);
    }

    /// Takes over what was collected; [#send] sends it.
    public void add(List<MetricFamily> families, long timestampMillis) {
        Set<Labels> series = new HashSet<>();
        for (MetricFamily family : families) {
            writer.addMetadata(family.name(), new MetricMetadata(family.type(), family.unit(), family.help()));
            for (MetricFamily.Point point : family.points()) {
                add(series, point, timestampMillis);
            }
        }
        add(series, new MetricFamily.Point("up", Labels.EMPTY, 1), timestampMillis);
        lastSeries.removeAll(series);
        for (Labels gone : lastSeries) {
            write(gone, timestampMillis, SampleValues.STALE_NAN);
        }
        lastSeries = series;
        if (writer.sizeBytes() > 0) {
            keep(writer.drain());
        }
    }

    private void add(Set<Labels> series, MetricFamily.Point point, long timestampMillis) {
        Labels.Builder builder = point.labels().toBuilder().set(Labels.METRIC_NAME, point.name());
        target.forEach((name, value) -> {
            if (!point.labels().has(name)) {
                builder.set(name, value);
            }
        });
        Labels labels = builder.build();
        series.add(labels);
        write(labels, timestampMillis, point.value());
    }

    private void write(Labels labels, long timestampMillis, double value) {
        writer.add(labels, timestampMillis, value);
        if (writer.sampleCount() >= MAX_SAMPLES) {
            keep(writer.drain());
        }
    }

    private void keep(byte[] request) {
        if (waiting.size() == MAX_WAITING) {
            waiting.removeFirst();
            dropped.increment();
        }
        waiting.addLast(request);
        waitingCount = waiting.size();
    }

    /// Sends what waits, oldest first, until all is sent or the server does not take any more for now.
    ///
    /// @return whether nothing waits
    public boolean send() throws InterruptedException {
        while (!waiting.isEmpty()) {
            try {
                endpoint.post(PATH, HEADERS, waiting.getFirst());
                told(false, "");
            } catch (OperationException e) {
                if (e.fault() != Fault.USER) {
                    told(true, e.getMessage());
                    return false;
                }
                LOG.log(System.Logger.Level.WARNING, "metrics were refused: {0}", e.getMessage());
                dropped.increment();
            }
            waiting.removeFirst();
            waitingCount = waiting.size();
        }
        return true;
    }

    private void told(boolean isAwayNow, String reason) {
        if (isAwayNow != isAway) {
            isAway = isAwayNow;
            LOG.log(
                    isAway ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                    isAway ? "metrics wait for the server: {0}" : "the server takes metrics again",
                    reason);
        }
    }

    /// Sends as [#send], trying again within the time given.
    void sendWithin(Duration limit) throws InterruptedException {
        long deadline = time.nanoTime() + limit.toNanos();
        Duration pause = FIRST_RETRY;
        while (!send() && time.nanoTime() + pause.toNanos() < deadline) {
            time.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }
}
