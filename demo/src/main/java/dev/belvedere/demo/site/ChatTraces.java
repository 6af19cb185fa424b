package dev.belvedere.demo.site;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// The traces and logs of chat requests: gateway, client call, and in the replica queue, prefill and decode, with
/// OpenTelemetry's `gen_ai` attributes.
final class ChatTraces {

    private static final Scope SCOPE = new Scope("demo.chat", "1.0", Attributes.EMPTY);
    private static final double SLOW_SECONDS = 30;

    private final RandomGenerator random;
    private final long startNanos;
    private final Resource gateway =
            new Resource(Attributes.of("service.name", "chat-gateway", "service.instance.id", "chat-gateway-0"));

    /// @param startNanos wall time at second 0
    ChatTraces(long startNanos, RandomGenerator random) {
        this.startNanos = startNanos;
        this.random = random;
    }

    /// One span of a trace in the making.
    private record Draft(TraceId trace, Resource resource, String name, Span.Kind kind) {

        Span over(SpanId id, SpanId parent, long start, long end, Attributes attributes) {
            return new Span(
                    trace,
                    id,
                    parent,
                    "",
                    resource,
                    SCOPE,
                    name,
                    kind,
                    start,
                    Math.max(0, end - start),
                    attributes,
                    List.of(),
                    List.of(),
                    Span.Status.UNSET,
                    "");
        }
    }

    private long nanos(double second) {
        return startNanos + (long) (second * 1e9);
    }

    private SpanId spanId() {
        return new SpanId(random.nextLong() | 1);
    }

    void tell(LlmReplica.Plan plan, LlmRequest request, Emissions emissions) {
        TraceId trace = new TraceId(random.nextLong(), random.nextLong() | 1);
        Resource engine = new Resource(Attributes.of(
                "service.name", "vllm",
                "service.instance.id", plan.name(),
                "host.name", plan.node()));
        SpanId root = spanId();
        SpanId call = spanId();
        SpanId served = spanId();
        long arrival = nanos(request.arrival);
        long admission = nanos(request.admission);
        long prefillEnd = nanos(request.prefillEnd);
        long end = nanos(request.end);
        Attributes http = Attributes.builder()
                .put("http.request.method", "POST")
                .put("http.route", "/v1/chat/completions")
                .put("http.response.status_code", AttributeValue.of(200L))
                .build();
        Attributes genAi = genAi(plan, request);
        List<Span> spans = emissions.spans();
        spans.add(new Draft(trace, gateway, "POST /v1/chat/completions", Span.Kind.SERVER)
                .over(root, SpanId.NONE, arrival - 3_000_000, end + 2_000_000, http));
        spans.add(new Draft(trace, gateway, "chat " + plan.model(), Span.Kind.CLIENT)
                .over(call, root, arrival - 1_000_000, end + 1_000_000, genAi));
        spans.add(new Draft(trace, engine, "llm_request", Span.Kind.SERVER).over(served, call, arrival, end, genAi));
        spans.add(new Draft(trace, engine, "queue", Span.Kind.INTERNAL)
                .over(spanId(), served, arrival, admission, Attributes.EMPTY));
        spans.add(new Draft(trace, engine, "prefill", Span.Kind.INTERNAL)
                .over(
                        spanId(),
                        served,
                        admission,
                        prefillEnd,
                        tokens("gen_ai.usage.input_tokens", request.promptTokens)));
        spans.add(new Draft(trace, engine, "decode", Span.Kind.INTERNAL)
                .over(
                        spanId(),
                        served,
                        prefillEnd,
                        end,
                        tokens("gen_ai.usage.output_tokens", request.generatedTokens)));
        double seconds = request.end - request.arrival;
        String line = String.format(
                Locale.ROOT,
                "chat completed model=%s replica=%s input_tokens=%d output_tokens=%d queue=%.2fs total=%.2fs",
                plan.model(),
                plan.name(),
                request.promptTokens,
                request.generatedTokens,
                request.admission - request.arrival,
                seconds);
        emissions.log(
                gateway,
                end,
                seconds > SLOW_SECONDS ? Severity.WARN : Severity.INFO,
                line,
                Attributes.of("gen_ai.request.model", plan.model()),
                trace,
                root);
    }

    private static Attributes tokens(String key, int count) {
        return Attributes.builder().put(key, AttributeValue.of((long) count)).build();
    }

    private Attributes genAi(LlmReplica.Plan plan, LlmRequest request) {
        String reason = request.generatedTokens < 1024 ? "stop" : "length";
        return Attributes.builder()
                .put("gen_ai.operation.name", "chat")
                .put("gen_ai.provider.name", "vllm")
                .put("gen_ai.request.model", plan.model())
                .put("gen_ai.response.model", plan.model())
                .put("gen_ai.response.id", String.format(Locale.ROOT, "chatcmpl-%016x", random.nextLong()))
                .put("gen_ai.request.max_tokens", AttributeValue.of(1024L))
                .put("gen_ai.request.temperature", AttributeValue.of(0.7))
                .put("gen_ai.request.stream", AttributeValue.of(true))
                .put("gen_ai.usage.input_tokens", AttributeValue.of((long) request.promptTokens))
                .put("gen_ai.usage.output_tokens", AttributeValue.of((long) request.generatedTokens))
                .put("gen_ai.response.finish_reasons", new AttributeValue.Array(List.of(AttributeValue.of(reason))))
                .put("gen_ai.response.time_to_first_chunk", AttributeValue.of(request.prefillEnd - request.arrival))
                .put("server.address", plan.node())
                .build();
    }
}
