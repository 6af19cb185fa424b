package dev.belvedere.demo.site;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/// One vLLM server with a queue, a batch and vLLM's metrics.
final class LlmReplica {

    /// What is fixed about a replica.
    ///
    /// @param gpus it runs on, from `firstGpu` on
    /// @param requestsPerSecond arriving on a usual day
    /// @param hasBuildUp whether [Incident#QUEUE_BUILD_UP] befalls it
    record Plan(
            String name,
            String model,
            String node,
            int firstGpu,
            int gpus,
            int maxRunning,
            double decodeTokensPerSecond,
            double requestsPerSecond,
            boolean hasBuildUp) {}

    private static final int MAX_WAITING = 600;
    private static final double PREFILL_TOKENS_PER_SECOND = 9000;
    private static final double BUILD_UP = 2.6;
    private static final double WAVE_SECONDS = 600;
    private static final double[] LATENCIES = {
        0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0
    };
    private static final double[] TOKENS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};

    private final Plan plan;
    private final RandomGenerator random;
    private final Labels labels;
    private final Deque<LlmRequest> waiting = new ArrayDeque<>();
    private final List<LlmRequest> running = new ArrayList<>();
    private final LatencyHistogram timeToFirstToken = new LatencyHistogram(
            "vllm:time_to_first_token_seconds",
            "Time to first token in seconds.",
            0.001,
            0.005,
            0.01,
            0.02,
            0.04,
            0.06,
            0.08,
            0.1,
            0.25,
            0.5,
            0.75,
            1.0,
            2.5,
            5.0,
            7.5,
            10.0,
            20.0,
            40.0,
            80.0,
            160.0,
            640.0,
            2560.0);
    private final LatencyHistogram interTokenLatency = new LatencyHistogram(
            "vllm:inter_token_latency_seconds",
            "Time between tokens in seconds.",
            0.01,
            0.025,
            0.05,
            0.075,
            0.1,
            0.15,
            0.2,
            0.3,
            0.4,
            0.5,
            0.75,
            1.0,
            2.5,
            5.0,
            7.5,
            10.0,
            20.0,
            40.0,
            80.0);
    private final LatencyHistogram endToEnd =
            new LatencyHistogram("vllm:e2e_request_latency_seconds", "End to end latency in seconds.", LATENCIES);
    private final LatencyHistogram queueTime =
            new LatencyHistogram("vllm:request_queue_time_seconds", "Time waiting in seconds.", LATENCIES);
    private final LatencyHistogram prefillTime =
            new LatencyHistogram("vllm:request_prefill_time_seconds", "Time of prefill in seconds.", LATENCIES);
    private final LatencyHistogram decodeTime =
            new LatencyHistogram("vllm:request_decode_time_seconds", "Time of decode in seconds.", LATENCIES);
    private final LatencyHistogram inferenceTime =
            new LatencyHistogram("vllm:request_inference_time_seconds", "Time running in seconds.", LATENCIES);
    private final LatencyHistogram promptLength =
            new LatencyHistogram("vllm:request_prompt_tokens", "Prompt tokens of a request.", TOKENS);
    private final LatencyHistogram generationLength =
            new LatencyHistogram("vllm:request_generation_tokens", "Generated tokens of a request.", TOKENS);
    private long promptTokens;
    private double generatedTokens;
    private long stopped;
    private long tooLong;
    private long aborted;
    private long preemptions;
    private long cacheQueries;
    private long cacheHits;

    LlmReplica(Plan plan, RandomGenerator random) {
        this.plan = plan;
        this.random = random;
        labels = Labels.of("model_name", plan.model(), "engine", "0");
    }

    Plan plan() {
        return plan;
    }

    /// @return the requests that ended in this second
    List<LlmRequest> step(Tick tick) {
        double now = tick.second() + 1;
        arrive(tick);
        List<LlmRequest> ended = finish(now);
        while (!waiting.isEmpty() && running.size() < plan.maxRunning()) {
            LlmRequest next = waiting.removeFirst();
            double load = (double) running.size() / plan.maxRunning();
            next.admit(now - 1, PREFILL_TOKENS_PER_SECOND, plan.decodeTokensPerSecond() * (1 - 0.45 * load));
            running.add(next);
            promptTokens += next.promptTokens;
            queueTime.observe(next.admission - next.arrival);
            timeToFirstToken.observe(next.prefillEnd - next.arrival);
            prefillTime.observe(next.prefillEnd - next.admission);
        }
        for (LlmRequest request : running) {
            double from = Math.max(now - 1, request.prefillEnd);
            double to = Math.min(now, request.end);
            if (to > from) {
                generatedTokens += request.generatedTokens * (to - from) / (request.end - request.prefillEnd);
            }
        }
        if (cacheUse() > 0.97 && random.nextInt(4) == 0) {
            preemptions++;
        }
        return ended;
    }

    private void arrive(Tick tick) {
        double wave = 1 + 0.25 * Math.sin(2 * Math.PI * tick.second() / WAVE_SECONDS);
        double rate = plan.requestsPerSecond() * wave;
        if (plan.hasBuildUp() && tick.isActive(Incident.QUEUE_BUILD_UP)) {
            rate *= BUILD_UP;
        }
        double at = tick.second() - Math.log(1 - random.nextDouble()) / rate;
        while (at < tick.second() + 1) {
            int prompt = (int) Math.min(8000, 20 + Math.exp(6 + random.nextGaussian()));
            int generated = (int) Math.min(1024, 8 + Math.exp(5 + 0.7 * random.nextGaussian()));
            cacheQueries += prompt;
            cacheHits += (long) (prompt * 0.6 * random.nextDouble());
            if (waiting.size() < MAX_WAITING) {
                waiting.addLast(new LlmRequest(prompt, generated, at));
            } else {
                aborted++;
            }
            at -= Math.log(1 - random.nextDouble()) / rate;
        }
    }

    private List<LlmRequest> finish(double now) {
        List<LlmRequest> ended = new ArrayList<>();
        for (Iterator<LlmRequest> each = running.iterator(); each.hasNext(); ) {
            LlmRequest request = each.next();
            if (request.end <= now) {
                each.remove();
                ended.add(request);
                endToEnd.observe(request.end - request.arrival);
                inferenceTime.observe(request.end - request.admission);
                decodeTime.observe(request.end - request.prefillEnd);
                interTokenLatency.observe(
                        (request.end - request.prefillEnd) / request.generatedTokens, request.generatedTokens);
                promptLength.observe(request.promptTokens);
                generationLength.observe(request.generatedTokens);
                if (request.generatedTokens < 1024) {
                    stopped++;
                } else {
                    tooLong++;
                }
            }
        }
        return ended;
    }

    int waitingCount() {
        return waiting.size();
    }

    private double cacheUse() {
        double tokens = 0;
        for (LlmRequest request : running) {
            tokens += request.promptTokens + 0.5 * request.generatedTokens;
        }
        return Math.min(1, tokens / (plan.maxRunning() * 850.0));
    }

    Workload workload() {
        double load = (double) running.size() / plan.maxRunning();
        double memory = 73_000 + 500.0 * cacheUse();
        return running.isEmpty()
                ? Workload.busy(0, 0.02, memory)
                : Workload.busy(0.6 + 0.4 * load, 0.2 + 0.5 * load, memory);
    }

    void expose(FamilyBuffer out) {
        out.add("vllm:num_requests_running", MetricType.GAUGE, "Requests in the batch.", labels, running.size());
        out.add("vllm:num_requests_waiting", MetricType.GAUGE, "Requests that wait.", labels, waiting.size());
        out.add("vllm:kv_cache_usage_perc", MetricType.GAUGE, "Use of the KV cache, 1 is full.", labels, cacheUse());
        counter(out, "prompt_tokens", "Prefill tokens processed.", promptTokens);
        counter(out, "generation_tokens", "Tokens generated.", Math.rint(generatedTokens));
        counter(out, "num_preemptions", "Preemptions.", preemptions);
        counter(out, "prefix_cache_queries", "Tokens looked for in the prefix cache.", cacheQueries);
        counter(out, "prefix_cache_hits", "Tokens found in the prefix cache.", cacheHits);
        finished(out, "stop", stopped);
        finished(out, "length", tooLong);
        finished(out, "abort", aborted);
        for (LatencyHistogram histogram : List.of(
                timeToFirstToken,
                interTokenLatency,
                endToEnd,
                queueTime,
                prefillTime,
                decodeTime,
                inferenceTime,
                promptLength,
                generationLength)) {
            histogram.expose(out, labels);
        }
    }

    private void counter(FamilyBuffer out, String name, String help, double value) {
        out.add("vllm:" + name + "_total", MetricType.COUNTER, help, labels, value);
    }

    private void finished(FamilyBuffer out, String reason, long count) {
        out.add(
                "vllm:request_success_total",
                MetricType.COUNTER,
                "Requests that ended.",
                labels.with("finished_reason", reason),
                count);
    }
}
