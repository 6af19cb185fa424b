package dev.belvedere.api.lokipush;

import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.BodyPool;
import dev.belvedere.api.ingest.IngestCounters;
import dev.belvedere.api.ingest.IngestErrors;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.loki.LokiPush;

/// `POST /loki/api/v1/push`: protobuf with snappy, or JSON with or without gzip.
///
/// 204: everything is stored. 400: something was wrong and must not be sent again; what was right is stored. 503:
/// nothing is stored, come again.
public final class LokiPushFace {

    private static final String PROTOBUF = "application/x-protobuf";

    private final LogStore logs;
    private final TenantResolver tenants;
    private final IngestLimits limits;
    private final TimeSource time;
    private final IngestCounters counters;
    private final BodyPool bodies;

    public LokiPushFace(
            LogStore logs, TenantResolver tenants, IngestLimits limits, TimeSource time, MetricRegistry metrics) {
        this.logs = logs;
        this.tenants = tenants;
        this.limits = limits;
        this.time = time;
        this.counters = new IngestCounters(metrics, "loki", IngestCounters.Signal.LOG_RECORDS);
        this.bodies = new BodyPool(limits);
    }

    public void addTo(Routes routes) {
        routes.face(IngestErrors::text).post("/loki/api/v1/push", this::push);
        routes.keeps(bodies);
    }

    private Reply push(Call call) {
        String mediaType = call.mediaType();
        boolean isJson = mediaType.equals(Reply.JSON);
        if (!isJson && !mediaType.isEmpty() && !mediaType.equals(PROTOBUF)) {
            throw new InvalidRequestException(
                    "unsupported_media_type",
                    "a push is application/x-protobuf or application/json, not \"" + mediaType + "\"");
        }
        String told = call.header("content-encoding");
        String encoding = told.isEmpty() && !isJson ? "snappy" : told;
        LokiPush.Decoded decoded = bodies.unpacked(
                call,
                encoding,
                body -> isJson
                        ? LokiPush.decodeJson(body.array(), body.length(), limits, time.currentNanos())
                        : LokiPush.decodeProtobuf(body.array(), body.length(), limits, time.currentNanos()));
        if (!decoded.records().isEmpty()) {
            logs.append(tenants.tenant(call), decoded.records());
        }
        counters.count(
                decoded.records().size(),
                decoded.rejections().count(),
                call.body().length());
        return decoded.rejections().isEmpty()
                ? Reply.empty()
                : Reply.text(400, decoded.rejections().sentence("entries") + "; the others are stored\n");
    }
}
