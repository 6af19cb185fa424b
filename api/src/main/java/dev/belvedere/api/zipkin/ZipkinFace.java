package dev.belvedere.api.zipkin;

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
import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.zipkin.ZipkinSpans;
import java.util.List;

/// `POST /api/v2/spans`: lists of Zipkin v2 spans, JSON or protobuf.
///
/// 202: everything is stored. 400: something was wrong and must not be sent again; spans that were right in a list
/// that could be read are stored. 503: nothing is stored, come again.
public final class ZipkinFace {

    private static final String PROTOBUF = "application/x-protobuf";

    private final TraceStore traces;
    private final TenantResolver tenants;
    private final IngestLimits limits;
    private final TimeSource time;
    private final IngestCounters counters;
    private final BodyPool bodies;

    public ZipkinFace(
            TraceStore traces, TenantResolver tenants, IngestLimits limits, TimeSource time, MetricRegistry metrics) {
        this.traces = traces;
        this.tenants = tenants;
        this.limits = limits;
        this.time = time;
        this.counters = new IngestCounters(metrics, "zipkin", IngestCounters.Signal.SPANS);
        this.bodies = new BodyPool(limits);
    }

    public void addTo(Routes routes) {
        routes.face(IngestErrors::text).post("/api/v2/spans", this::spans);
        routes.keeps(bodies);
    }

    private Reply spans(Call call) {
        String mediaType = call.mediaType();
        boolean isProtobuf = mediaType.equals(PROTOBUF);
        if (!isProtobuf && !mediaType.isEmpty() && !mediaType.equals(Reply.JSON)) {
            throw new InvalidRequestException(
                    "unsupported_media_type",
                    "Zipkin spans are application/json or application/x-protobuf, not \"" + mediaType + "\"");
        }
        ZipkinSpans.Decoded decoded = bodies.unpacked(
                call,
                call.header("content-encoding"),
                body -> isProtobuf
                        ? ZipkinSpans.decodeProtobuf(body.array(), body.length(), limits, time.currentNanos())
                        : ZipkinSpans.decodeJson(body.array(), body.length(), limits, time.currentNanos()));
        if (!decoded.spans().isEmpty()) {
            traces.append(tenants.tenant(call), decoded.spans());
        }
        counters.count(
                decoded.spans().size(),
                decoded.rejections().count(),
                call.body().length());
        return decoded.rejections().isEmpty()
                ? new Reply.Whole(202, "", new byte[0], 0, List.of())
                : Reply.text(400, decoded.rejections().sentence("spans") + "; the others are stored\n");
    }
}
