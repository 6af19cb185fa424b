package dev.belvedere.api.remoteread;

import dev.belvedere.api.QueryBudgets;
import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.remoteread.ReadRequest;
import dev.belvedere.wire.remoteread.ResponseForm;
import dev.belvedere.wire.remoteread.SampledResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// `POST /api/v1/read`: Prometheus remote read, as samples or as a stream of chunks, whichever the client likes better.
///
/// Labels of `global.external_labels` are taken off the question and put onto the answer, as Prometheus does.
public final class RemoteReadFace {

    /// What remote reads may use.
    ///
    /// @param maxSamples of an answer that is not streamed (`query.remoteReadMaxSamples`)
    /// @param maxConcurrent reads at once; others wait (`query.remoteReadConcurrency`)
    /// @param maxFrameBytes a message of a streamed answer ends with the chunk that makes it larger
    ///     (`query.remoteReadFrameBytes`)
    public record Limits(long maxSamples, int maxConcurrent, int maxFrameBytes) {

        public static final Limits DEFAULT = new Limits(5_000_000, 10, 1 << 20);

        public Limits {
            if (maxSamples <= 0 || maxConcurrent <= 0 || maxFrameBytes <= 0) {
                throw new IllegalArgumentException("limits of remote read must be positive");
            }
        }
    }

    private final MetricStore store;
    private final TenantResolver tenants;
    private final QueryBudgets budgets;
    private final Supplier<Labels> externalLabels;
    private final Limits limits;
    private final Semaphore permits;

    /// @param externalLabels as the configuration in use has them
    public RemoteReadFace(
            MetricStore store,
            TenantResolver tenants,
            QueryBudgets budgets,
            Supplier<Labels> externalLabels,
            Limits limits) {
        this.store = store;
        this.tenants = tenants;
        this.budgets = budgets;
        this.externalLabels = externalLabels;
        this.limits = limits;
        this.permits = new Semaphore(limits.maxConcurrent());
    }

    public void addTo(Routes routes, MetricRegistry metrics) {
        metrics.gauge(
                "belvedere_remote_read_running",
                "Remote reads that are being answered.",
                () -> limits.maxConcurrent() - permits.availablePermits());
        routes.face(ErrorRenderer.text()).post("/api/v1/read", this::read);
    }

    private Reply read(Call call) {
        ReadRequest request = decode(call);
        ResponseForm form = ResponseForm.negotiated(request.accepted());
        Tenant tenant = tenants.tenant(call);
        QueryBudget budget = budgets.forCall(call);
        return switch (form) {
            case SAMPLES -> samples(request, tenant, budget);
            case STREAMED_CHUNKS ->
                new Reply.Streamed(200, form.contentType(), out -> stream(request, tenant, budget, out), List.of());
        };
    }

    private static ReadRequest decode(Call call) {
        UnpackedBody body = new UnpackedBody(IngestLimits.DEFAULT.maxDecodedBytes());
        String encoding = call.header("content-encoding");
        body.unpack(call.body().array(), 0, call.body().length(), encoding.isEmpty() ? "snappy" : encoding);
        try {
            return ReadRequest.decode(body.array(), body.length());
        } catch (InvalidRegexException e) {
            throw new WireFormatException(0, String.valueOf(e.getMessage()));
        }
    }

    private void enter(QueryBudget budget) {
        try {
            if (permits.tryAcquire(budget.limits().timeoutMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OperationException(
                "overloaded",
                Fault.OVERLOAD,
                "more than " + limits.maxConcurrent()
                        + " remote reads at once: try again, or raise query.remoteReadConcurrency");
    }

    private Reply samples(ReadRequest request, Tenant tenant, QueryBudget budget) {
        enter(budget);
        try (MetricQuerier querier = store.querier(tenant, budget)) {
            Labels external = externalLabels.get();
            SampledResponse response = new SampledResponse();
            for (ReadRequest.Query query : request.queries()) {
                response.beginQuery();
                if (isAskingForAny(query)) {
                    SampledAnswer answer = new SampledAnswer(response, external, limits.maxSamples(), budget);
                    new SeriesSamples(querier, query.startMillis(), query.endMillis())
                            .forEach(ownMatchers(query, external), answer);
                    requireWhole(querier);
                }
                response.endQuery();
            }
            budget.holdBytes(response.sizeBytes());
            byte[] body = response.finish();
            return new Reply.Whole(
                    200, ResponseForm.SAMPLES.contentType(), body, body.length, List.of("content-encoding", "snappy"));
        } finally {
            permits.release();
        }
    }

    private void stream(ReadRequest request, Tenant tenant, QueryBudget budget, OutputStream out) throws IOException {
        enter(budget);
        try (MetricQuerier querier = store.querier(tenant, budget)) {
            Labels external = externalLabels.get();
            for (int i = 0; i < request.queries().size(); i++) {
                ReadRequest.Query query = request.queries().get(i);
                if (isAskingForAny(query)) {
                    StreamedAnswer answer = new StreamedAnswer(i, external, limits.maxFrameBytes(), budget);
                    answer.write(querier, query, ownMatchers(query, external), out);
                    requireWhole(querier);
                }
            }
        } finally {
            permits.release();
        }
    }

    /// Nothing matches where nothing is asked for, as in Prometheus.
    private static boolean isAskingForAny(ReadRequest.Query query) {
        return query.startMillis() <= query.endMillis() && !query.matchers().isEmpty();
    }

    /// The protocol has no warnings, and who asks merges the answer with others: rather none than one with holes.
    private static void requireWhole(MetricQuerier querier) {
        List<String> warnings = querier.warnings();
        if (!warnings.isEmpty()) {
            throw new OperationException("corrupt_block", Fault.CORRUPT, warnings.getFirst());
        }
    }

    /// A matcher that asks for an external label of ours asks for series that do not have it themselves.
    private static List<LabelMatcher> ownMatchers(ReadRequest.Query query, Labels external) {
        List<LabelMatcher> matchers = new ArrayList<>();
        for (LabelMatcher matcher : query.matchers()) {
            boolean isOurs = matcher.type() == LabelMatcher.Type.EQUAL
                    && external.get(matcher.name()).equals(matcher.value());
            matchers.add(isOurs ? LabelMatcher.equal(matcher.name(), "") : matcher);
        }
        return matchers;
    }

    /// The series' labels and those of the server that it lacks.
    static Labels withExternal(Labels series, Labels external) {
        if (external.isEmpty()) {
            return series;
        }
        Labels.Builder merged = external.toBuilder();
        series.forEach(merged::set);
        return merged.build();
    }
}
