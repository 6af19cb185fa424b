package dev.belvedere.server.self;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.RequestObserver;
import dev.belvedere.api.http.RequestTrace;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.Histogram;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.TraceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Turns answered requests into Belvedere's own request metrics and traces.
///
/// What failed or took long is traced, of queries that were quick one in [#QUERY_SAMPLING], of ingests, of which there
/// are many alike, one in [#INGEST_SAMPLING]. A `traceparent` header makes the request part of its sender's trace.
/// Spans wait in a bounded queue and are stored in batches;
/// what does not fit is dropped and counted.
public final class OwnTraces implements RequestObserver, AutoCloseable {

    /// One ingest in so many is traced.
    static final int INGEST_SAMPLING = 100;

    /// One quick query in so many is traced: a screen that refreshes asks a dozen at once.
    static final int QUERY_SAMPLING = 100;

    private static final long SLOW_NANOS = 100_000_000;

    private static final Scope SCOPE = new Scope("dev.belvedere", "", Attributes.EMPTY);

    /// By route, of which there are as many as patterns.
    private final Map<String, RequestMetrics> requests = new ConcurrentHashMap<>();

    private final AtomicLong ingests = new AtomicLong();
    private final AtomicLong queries = new AtomicLong();
    private final TimeSource time;
    private final RandomGenerator random;
    private final MetricRegistry registry;
    private final Resource resource;
    private final OwnQueue<Span> queue;

    /// @param random makes ids; must be safe from any thread
    public OwnTraces(
            TraceStore store, TimeSource time, RandomGenerator random, MetricRegistry registry, String version) {
        this.time = time;
        this.random = random;
        this.registry = registry;
        this.resource = new Resource(Attributes.of("service.name", "belvedere", "service.version", version));
        Counter dropped = registry.counter(
                "belvedere_own_spans_dropped_total", "Own spans that could not be kept in the own trace store.");
        this.queue = OwnQueue.start("own-traces", batch -> store.append(Tenant.DEFAULT, batch), time, dropped);
    }

    @Override
    public void answered(Call call, String route, int status, long startNanos, long durationNanos) {
        RequestMetrics known = requests.get(route);
        RequestMetrics metrics = known == null ? requests.computeIfAbsent(route, this::requestMetrics) : known;
        metrics.answered(status, durationNanos);
        if (isTraced(call, route, status, durationNanos)) {
            spans(call, route, status, startNanos, durationNanos).forEach(queue::offer);
        }
    }

    private RequestMetrics requestMetrics(String route) {
        return new RequestMetrics(
                code -> registry.counter(
                        "belvedere_http_requests_total",
                        "Answered HTTP requests by route and status.",
                        "route",
                        route,
                        "code",
                        Integer.toString(code)),
                registry.histogram(
                        "belvedere_http_request_duration_seconds",
                        "From the end of a request's body to the hand-over of its answer.",
                        Histogram.DURATIONS,
                        "route",
                        route));
    }

    /// What is counted of one route.
    private record RequestMetrics(IntFunction<Counter> counters, Map<Integer, Counter> byStatus, Histogram durations) {

        RequestMetrics(IntFunction<Counter> counters, Histogram durations) {
            this(counters, new ConcurrentHashMap<>(), durations);
        }

        void answered(int status, long durationNanos) {
            Counter known = byStatus.get(status);
            Counter counter = known == null ? byStatus.computeIfAbsent(status, counters::apply) : known;
            counter.increment();
            durations.observe(durationNanos / 1e9);
        }
    }

    private boolean isTraced(Call call, String route, int status, long durationNanos) {
        boolean isQuery = route.contains("query") || route.contains("/traces") || route.contains("/series");
        boolean isIngest =
                !isQuery && call.method().equals("POST") && call.body().length() > 0;
        if (isQuery) {
            boolean isQuick = status < 500 && durationNanos < SLOW_NANOS;
            boolean hasParent = !call.header("traceparent").isEmpty();
            return !isQuick || hasParent || queries.getAndIncrement() % QUERY_SAMPLING == 0;
        }
        return isIngest && ingests.getAndIncrement() % INGEST_SAMPLING == 0;
    }

    private List<Span> spans(Call call, String route, int status, long startNanos, long durationNanos) {
        long offset = time.currentNanos() - time.nanoTime();
        Optional<TraceParent> parent = TraceParent.parse(call.header("traceparent"));
        TraceId trace =
                parent.map(TraceParent::traceId).orElseGet(() -> new TraceId(random.nextLong(), random.nextLong() | 1));
        SpanId rootId = new SpanId(random.nextLong() | 1);
        Attributes.Builder attributes = Attributes.builder()
                .put("http.request.method", call.method())
                .put("http.route", route)
                .put("http.response.status_code", AttributeValue.of((long) status))
                .put("http.request.body.size", AttributeValue.of((long)
                        call.body().length()))
                .put("client.address", call.remoteAddress());
        call.trace().attributes().forEach(attributes::put);
        List<Span> spans = new ArrayList<>();
        SpanId parentId = parent.map(TraceParent::spanId).orElse(SpanId.NONE);
        spans.add(span(trace, rootId, parentId, Span.Kind.SERVER, call.method() + " " + route)
                .over(startNanos + offset, durationNanos, attributes.build(), status));
        for (RequestTrace.Phase phase : call.trace().phases()) {
            spans.add(span(trace, new SpanId(random.nextLong() | 1), rootId, Span.Kind.INTERNAL, phase.name())
                    .over(phase.startNanos() + offset, phase.durationNanos(), Attributes.EMPTY, 200));
        }
        return spans;
    }

    private Draft span(TraceId trace, SpanId id, SpanId parent, Span.Kind kind, String name) {
        return new Draft(resource, trace, id, parent, kind, name);
    }

    private record Draft(Resource resource, TraceId trace, SpanId id, SpanId parent, Span.Kind kind, String name) {

        Span over(long startNanos, long durationNanos, Attributes attributes, int httpStatus) {
            return new Span(
                    trace,
                    id,
                    parent,
                    "",
                    resource,
                    SCOPE,
                    name,
                    kind,
                    startNanos,
                    durationNanos,
                    attributes,
                    List.of(),
                    List.of(),
                    httpStatus >= 500 ? Span.Status.ERROR : Span.Status.UNSET,
                    "");
        }
    }

    /// Keeps what waits, then stops.
    @Override
    public void close() {
        queue.close();
    }
}
