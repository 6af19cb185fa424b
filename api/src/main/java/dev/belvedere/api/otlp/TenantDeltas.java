package dev.belvedere.api.otlp;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.wire.otlp.DeltaStreams;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/// Each tenant's running totals of delta streams, and our metrics of all of them.
final class TenantDeltas {

    private final DeltaStreams.Limits limits;
    private final TimeSource time;
    private final Map<Tenant, DeltaStreams> byTenant = new ConcurrentHashMap<>();

    TenantDeltas(DeltaStreams.Limits limits, TimeSource time, MetricRegistry metrics) {
        this.limits = limits;
        this.time = time;
        metrics.gauge(
                "belvedere_otlp_delta_streams",
                "Streams with delta temporality whose running totals are kept.",
                () -> sum(DeltaStreams::streamCount));
        metrics.gauge(
                "belvedere_otlp_delta_streams_limit",
                "How many such streams a tenant may have: ingest.deltaMaxStreams.",
                limits::maxStreams);
        points(metrics, "counted", DeltaStreams::countedPoints);
        points(metrics, "repeated", DeltaStreams::repeatedPoints);
        points(metrics, "late", DeltaStreams::latePoints);
        points(metrics, "limited", DeltaStreams::limitedPoints);
    }

    private void points(MetricRegistry metrics, String outcome, ToLongFunction<DeltaStreams> count) {
        metrics.counter(
                "belvedere_otlp_delta_points_total",
                "Data points with delta temporality by what came of them; late and limited ones were refused.",
                () -> sum(count),
                "outcome",
                outcome);
    }

    private double sum(ToLongFunction<DeltaStreams> value) {
        return byTenant.values().stream().mapToLong(value).sum();
    }

    DeltaStreams of(Tenant tenant) {
        return byTenant.computeIfAbsent(tenant, key -> new DeltaStreams(limits, time::currentMillis));
    }
}
