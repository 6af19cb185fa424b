package dev.belvedere.api.remotewrite;

import dev.belvedere.api.TenantResolver;
import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.Handler;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import dev.belvedere.api.ingest.IngestCounters;
import dev.belvedere.api.ingest.IngestErrors;
import dev.belvedere.api.ingest.Pool;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.AppendOutcome.RejectReason;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.remotewrite.RemoteWrite2Decoder;
import dev.belvedere.wire.remotewrite.RemoteWriteDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `POST /api/v1/write`: Prometheus remote write, version 1.0 or 2.0 by the content type.
///
/// 204: everything is stored. 400: something was wrong and the sender must not repeat it; what was right is stored.
/// 503: nothing is stored, come again.
public final class RemoteWriteFace {

    private static final int MAX_CACHED_SERIES = 4_000_000;
    private static final String WRITTEN = "x-prometheus-remote-write-";

    /// How requests are read.
    ///
    /// @param addsTypeAndUnit whether version 2.0's metadata gives series the labels `__type__` and `__unit__`
    /// @param threads read the requests: few, since none waits for its samples to be durable
    public record Settings(IngestLimits limits, boolean addsTypeAndUnit, Executor threads) {}

    /// What one request at a time uses.
    private static final class Buffers {
        final UnpackedBody body;
        final RemoteWriteDecoder decoder;
        final RemoteWrite2Decoder decoder2;

        /// Of the tenant that wrote last.
        private @Nullable MetricAppender appender;

        private @Nullable Tenant tenant;

        Buffers(Settings settings) {
            IngestLimits limits = settings.limits();
            body = new UnpackedBody(limits.maxDecodedBytes());
            decoder = new RemoteWriteDecoder(limits);
            decoder2 = new RemoteWrite2Decoder(limits, settings.addsTypeAndUnit());
        }

        /// An appender without samples.
        MetricAppender appender(MetricStore store, Tenant of) {
            MetricAppender kept = appender;
            if (kept == null || !of.equals(tenant)) {
                kept = store.appender(of, AppendOptions.ACKNOWLEDGED_LATER);
                appender = kept;
                tenant = of;
            }
            kept.rollback();
            return kept;
        }

        void decode(boolean isVersion2, RequestSink sink) {
            if (isVersion2) {
                decoder2.decode(body.array(), body.length(), sink);
            } else {
                decoder.decode(body.array(), body.length(), sink);
            }
        }
    }

    /// What became of a request.
    private record Written(RequestSink sink, AppendOutcome outcome) {

        /// Those of which the sender is told.
        long rejectedCount() {
            return sink.rejections().count() + outcome.rejectedCount();
        }

        String firstReason() {
            return sink.rejections().isEmpty()
                    ? outcome.firstRejected().map(IngestErrors::reason).orElse("")
                    : sink.rejections().firstReason();
        }

        /// Why not every sample is stored, as a sentence; `""` where they are.
        ///
        /// As in Prometheus, an exemplar that cannot be kept is no reason to refuse a request. Version 1.0 has
        /// no answer for an exemplar whose series is refused.
        String problem(boolean isVersion2) {
            if (rejectedCount() > 0) {
                return rejectedCount() + " samples were rejected, the first because " + firstReason()
                        + "; the others are stored\n";
            }
            if (!isVersion2) {
                return "";
            }
            Rejections series = sink.seriesRejections();
            String problem =
                    series.isEmpty() ? sink.exemplarRejections().sentence("exemplars") : series.sentence("series");
            return problem.isEmpty() ? "" : problem + "; the others are stored\n";
        }

        int droppedExemplars() {
            return sink.droppedExemplars() + outcome.rejectedExemplars();
        }

        int samples() {
            return sink.samples() - (outcome.rejectedCount() - outcome.rejectedHistograms());
        }

        int histograms() {
            return sink.histograms() - outcome.rejectedHistograms();
        }

        int exemplars() {
            return sink.exemplars() - outcome.rejectedExemplars();
        }
    }

    private final MetricStore store;
    private final TenantResolver tenants;
    private final IngestLimits limits;
    private final Optional<Executor> threads;
    private final TimeSource time;
    private final IngestCounters counters;
    private final Counter droppedExemplars;
    private final Pool<Buffers> buffers;

    private final Map<Tenant, SeriesRefCache> caches = new ConcurrentHashMap<>();

    public RemoteWriteFace(
            MetricStore store, TenantResolver tenants, Settings settings, TimeSource time, MetricRegistry metrics) {
        this.store = store;
        this.tenants = tenants;
        this.limits = settings.limits();
        this.threads = Optional.of(settings.threads());
        this.time = time;
        this.counters = new IngestCounters(metrics, "remote_write", IngestCounters.Signal.SAMPLES);
        this.droppedExemplars = metrics.counter(
                "belvedere_remote_write_exemplars_dropped_total",
                "Exemplars of remote write that were passed over: their labels are wrong or too long, or they have no time.");
        this.buffers = Pool.perProcessor(() -> new Buffers(settings));
        metrics.gauge(
                "belvedere_remote_write_cached_series",
                "Series whose refs are kept by the bytes of their labels.",
                () -> caches.values().stream().mapToInt(SeriesRefCache::size).sum());
    }

    public void addTo(Routes routes) {
        routes.face(IngestErrors::text).post("/api/v1/write", new Writing());
        routes.keeps(buffers);
    }

    /// Answers once what was written is durable: the handler's thread does not wait for it.
    private final class Writing implements Handler {

        @Override
        public Optional<Executor> threads() {
            return threads;
        }

        @Override
        public Reply handle(Call call) {
            throw new IllegalStateException("remote write has no prompt answer");
        }

        @Override
        public void handle(Call call, Consumer<Supplier<Reply>> answer) {
            boolean isVersion2 = isVersion2(call.header("content-type"));
            try {
                write(call, isVersion2, answer);
            } catch (OperationException e) {
                if (!isVersion2 || e.fault() == Fault.BUG || e.fault() == Fault.CORRUPT) {
                    throw e;
                }
                answer.accept(() -> failed(e, true));
            }
        }
    }

    private void write(Call call, boolean isVersion2, Consumer<Supplier<Reply>> answer) {
        Tenant tenant = tenants.tenant(call);
        String encoding = call.header("content-encoding");
        int bytes = call.body().length();
        buffers.run(lent -> {
            lent.body.unpack(call.body().array(), 0, bytes, encoding.isEmpty() ? "snappy" : encoding);
            MetricAppender appender = lent.appender(store, tenant);
            Written written = append(lent, isVersion2, tenant, appender);
            lent.body.release();
            appender.whenDurable(new Acknowledgement(written, isVersion2, bytes, answer));
        });
    }

    /// Answers a request whose samples are written.
    private final class Acknowledgement implements CommitListener {

        private final Written written;
        private final boolean isVersion2;
        private final int bytes;
        private final Consumer<Supplier<Reply>> answer;

        Acknowledgement(Written written, boolean isVersion2, int bytes, Consumer<Supplier<Reply>> answer) {
            this.written = written;
            this.isVersion2 = isVersion2;
            this.bytes = bytes;
            this.answer = answer;
        }

        @Override
        public void durable() {
            answer.accept(this::acknowledge);
        }

        private Reply acknowledge() {
            droppedExemplars.add(written.droppedExemplars());
            counters.count(
                    written.outcome().accepted(),
                    written.rejectedCount() + written.sink().untoldRejections().count(),
                    bytes);
            return reply(written, isVersion2);
        }

        @Override
        public void failed(OperationException failure) {
            answer.accept(() -> RemoteWriteFace.failed(failure, isVersion2));
        }
    }

    private static Reply failed(OperationException failure, boolean isVersion2) {
        return IngestErrors.text(failure, isVersion2 ? writtenHeaders(0, 0, 0) : List.of());
    }

    /// @throws InvalidRequestException `unsupported_media_type`, which tells a sender to try the other version
    private static boolean isVersion2(String contentType) {
        String[] parts = contentType.split(";");
        String mediaType = parts[0].strip().toLowerCase(Locale.ROOT);
        if (!mediaType.isEmpty() && !mediaType.equals("application/x-protobuf")) {
            throw unsupported(contentType);
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("proto=")) {
                return switch (parameter.substring("proto=".length()).replace("\"", "")) {
                    case "io.prometheus.write.v2.Request" -> true;
                    case "prometheus.WriteRequest" -> false;
                    default -> throw unsupported(contentType);
                };
            }
        }
        return false;
    }

    private static InvalidRequestException unsupported(String contentType) {
        return new InvalidRequestException(
                "unsupported_media_type",
                "remote write is application/x-protobuf, with proto=prometheus.WriteRequest or"
                        + " proto=io.prometheus.write.v2.Request, not \"" + contentType + "\"");
    }

    private Written append(Buffers lent, boolean isVersion2, Tenant tenant, MetricAppender appender) {
        SeriesRefCache cache = caches.computeIfAbsent(tenant, key -> new SeriesRefCache(MAX_CACHED_SERIES));
        Written written = appendOnce(lent, isVersion2, appender, cache);
        if (written.outcome().rejected().containsKey(RejectReason.UNKNOWN_REF)) {
            // The store forgot series sooner than agreed, for example because they were deleted. What is stored
            // already is stored again as it is, which the store takes for a repetition.
            cache.clear();
            written = appendOnce(lent, isVersion2, appender, cache);
        }
        return written;
    }

    private Written appendOnce(Buffers lent, boolean isVersion2, MetricAppender appender, SeriesRefCache cache) {
        int nowSeconds = (int) (time.nanoTime() / 1_000_000_000);
        RequestSink sink = new RequestSink(appender, cache.new Lookup(nowSeconds), cache.told(), limits, isVersion2);
        cache.readLock().lock();
        try {
            lent.decode(isVersion2, sink);
        } finally {
            cache.readLock().unlock();
        }
        AppendOutcome outcome = appender.commit();
        if (!sink.found().isEmpty()) {
            cache.addAll(sink.found(), nowSeconds);
        }
        return new Written(sink, outcome);
    }

    private static Reply reply(Written written, boolean isVersion2) {
        List<String> headers =
                isVersion2 ? writtenHeaders(written.samples(), written.histograms(), written.exemplars()) : List.of();
        String problem = written.problem(isVersion2);
        if (problem.isEmpty()) {
            return new Reply.Whole(204, "", new byte[0], 0, headers);
        }
        byte[] body = problem.getBytes(StandardCharsets.UTF_8);
        return new Reply.Whole(400, Reply.TEXT, body, body.length, headers);
    }

    private static List<String> writtenHeaders(int samples, int histograms, int exemplars) {
        return List.of(
                WRITTEN + "samples-written",
                Integer.toString(samples),
                WRITTEN + "histograms-written",
                Integer.toString(histograms),
                WRITTEN + "exemplars-written",
                Integer.toString(exemplars));
    }
}
