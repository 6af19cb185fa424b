package dev.belvedere.api.otlp;

import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Handler;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.BodyPool;
import dev.belvedere.api.ingest.IngestCounters;
import dev.belvedere.api.ingest.IngestErrors;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.otlp.DeltaStreams;
import dev.belvedere.wire.otlp.OtlpJson;
import dev.belvedere.wire.otlp.OtlpLogs;
import dev.belvedere.wire.otlp.OtlpMetrics;
import dev.belvedere.wire.otlp.OtlpOptions;
import dev.belvedere.wire.otlp.OtlpTraces;
import java.util.function.Supplier;

/// OTLP for all three signals: HTTP with protobuf or JSON, and gRPC, on the same routes.
///
/// What is refused of a request while the rest is stored is told as a partial success.
public final class OtlpFace {

    /// Where telemetry goes.
    public record Stores(MetricStore metrics, LogStore logs, TraceStore traces) {}

    /// How requests are read.
    ///
    /// @param options asked for each request, so that a reload takes effect
    /// @param addsTypeAndUnit whether series get the labels `__type__` and `__unit__`
    public record Settings(
            IngestLimits limits, DeltaStreams.Limits deltas, Supplier<OtlpOptions> options, boolean addsTypeAndUnit) {}

    private final Stores stores;
    private final TenantResolver tenants;
    private final IngestLimits limits;
    private final Supplier<OtlpOptions> options;
    private final boolean addsTypeAndUnit;
    private final TenantDeltas deltas;
    private final TimeSource time;
    private final BodyPool bodies;
    private final Signal metrics;
    private final Signal logs;
    private final Signal traces;

    /// How one signal is taken in.
    ///
    /// @param noun what is counted, for people
    /// @param countName the field of a partial success in JSON
    private record Signal(String noun, String countName, JsonToProtobuf json, Ingest ingest, IngestCounters counters) {}

    private interface JsonToProtobuf {
        byte[] apply(byte[] body, int length, IngestLimits limits);
    }

    private interface Ingest {
        Taken take(Tenant tenant, byte[] body, int length);
    }

    private record Taken(long accepted, Rejections rejections) {}

    public OtlpFace(
            Stores stores, TenantResolver tenants, Settings settings, TimeSource time, MetricRegistry registry) {
        this.stores = stores;
        this.tenants = tenants;
        this.limits = settings.limits();
        this.options = settings.options();
        this.addsTypeAndUnit = settings.addsTypeAndUnit();
        this.deltas = new TenantDeltas(settings.deltas(), time, registry);
        this.time = time;
        this.bodies = new BodyPool(limits);
        this.metrics = new Signal(
                "data points",
                "rejectedDataPoints",
                OtlpJson::metrics,
                this::takeMetrics,
                new IngestCounters(registry, "otlp", IngestCounters.Signal.SAMPLES));
        this.logs = new Signal(
                "log records",
                "rejectedLogRecords",
                OtlpJson::logs,
                this::takeLogs,
                new IngestCounters(registry, "otlp", IngestCounters.Signal.LOG_RECORDS));
        this.traces = new Signal(
                "spans",
                "rejectedSpans",
                OtlpJson::traces,
                this::takeTraces,
                new IngestCounters(registry, "otlp", IngestCounters.Signal.SPANS));
    }

    /// Adds OTLP's own paths, those under which Prometheus and Loki serve it, and the gRPC services.
    public void addTo(Routes routes) {
        routes.face(failure -> Replies.httpError(failure, false))
                .post("/v1/metrics", http(metrics))
                .post("/v1/logs", http(logs))
                .post("/v1/traces", http(traces))
                .post("/api/v1/otlp/v1/metrics", http(metrics))
                .post("/otlp/v1/logs", http(logs));
        routes.keeps(bodies);
        String prefix = "/opentelemetry.proto.collector.";
        routes.face(Replies::grpcError)
                .post(prefix + "metrics.v1.MetricsService/Export", grpc(metrics))
                .post(prefix + "logs.v1.LogsService/Export", grpc(logs))
                .post(prefix + "trace.v1.TraceService/Export", grpc(traces));
    }

    private Handler http(Signal signal) {
        return call -> {
            boolean isJson = call.mediaType().equals(Reply.JSON);
            try {
                return answerHttp(signal, call, isJson);
            } catch (OperationException e) {
                if (e.fault() == Fault.BUG || e.fault() == Fault.CORRUPT) {
                    throw e;
                }
                return Replies.httpError(e, isJson);
            }
        };
    }

    private Reply answerHttp(Signal signal, Call call, boolean isJson) {
        if (!isJson && !call.mediaType().equals(Replies.PROTOBUF)) {
            throw new InvalidRequestException(
                    "unsupported_media_type",
                    "OTLP over HTTP is application/x-protobuf or application/json, not \"" + call.mediaType() + "\"");
        }
        Rejections rejections = bodies.unpacked(call, call.header("content-encoding"), body -> {
            if (isJson) {
                byte[] protobuf = signal.json().apply(body.array(), body.length(), limits);
                return take(signal, call, protobuf, protobuf.length);
            }
            return take(signal, call, body.array(), body.length());
        });
        return isJson
                ? Reply.json(200, Replies.json(rejections, signal.noun(), signal.countName()))
                : Reply.bytes(200, Replies.PROTOBUF, Replies.protobuf(rejections, signal.noun()));
    }

    private Handler grpc(Signal signal) {
        return call -> {
            Rejections rejections = bodies.unpacked(
                    body -> GrpcFrames.unpack(call, body), body -> take(signal, call, body.array(), body.length()));
            return new Reply.Grpc(0, "", Replies.protobuf(rejections, signal.noun()));
        };
    }

    private Rejections take(Signal signal, Call call, byte[] body, int length) {
        Taken taken = signal.ingest().take(tenants.tenant(call), body, length);
        signal.counters()
                .count(taken.accepted(), taken.rejections().count(), call.body().length());
        return taken.rejections();
    }

    private Taken takeMetrics(Tenant tenant, byte[] body, int length) {
        try (MetricAppender appender = stores.metrics().appender(tenant, AppendOptions.ACKNOWLEDGED)) {
            AppenderSink sink = new AppenderSink(appender, limits);
            OtlpMetrics.Rules rules = new OtlpMetrics.Rules(limits, options.get(), deltas.of(tenant), addsTypeAndUnit);
            Rejections rejections = OtlpMetrics.decode(body, length, rules, sink);
            AppendOutcome outcome = appender.commit();
            rejections.addAll(sink.rejections());
            rejections.add(
                    outcome.rejectedCount(),
                    outcome.firstRejected().map(IngestErrors::reason).orElse("the store refused it"));
            return new Taken(outcome.accepted(), rejections);
        }
    }

    private Taken takeLogs(Tenant tenant, byte[] body, int length) {
        OtlpLogs.Decoded decoded = OtlpLogs.decode(body, length, limits, time.currentNanos());
        if (!decoded.records().isEmpty()) {
            stores.logs().append(tenant, decoded.records());
        }
        return new Taken(decoded.records().size(), decoded.rejections());
    }

    private Taken takeTraces(Tenant tenant, byte[] body, int length) {
        OtlpTraces.Decoded decoded = OtlpTraces.decode(body, length, limits, time.currentNanos());
        if (!decoded.spans().isEmpty()) {
            stores.traces().append(tenant, decoded.spans());
        }
        return new Taken(decoded.spans().size(), decoded.rejections());
    }
}
