package dev.belvedere.demo.site;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Image generation: jobs in one queue, four workers on a GPU each. One worker runs out of memory during
/// [Incident#CUDA_OOM], drops its job and loads its model anew.
final class DiffusionService {

    private static final String MODEL = "stable-diffusion-xl-base-1.0";
    private static final int WORKERS = 4;
    private static final int UNLUCKY_WORKER = 2;
    private static final double JOBS_PER_SECOND = 0.55;
    private static final int RELOAD_SECONDS = 25;
    private static final int MAX_QUEUE = 500;
    private static final Scope SCOPE = new Scope("demo.diffusion", "1.0", Attributes.EMPTY);

    /// @param start and `end` in seconds since the start of the site
    private record Work(double queued, double start, double end, int steps) {}

    private static final class Worker {
        @Nullable
        Work work;

        double loadedAt;
        int outOfMemory;
    }

    private final SimulatedNode node;
    private final RandomGenerator random;
    private final long startNanos;
    private final Deque<Double> queue = new ArrayDeque<>();
    private final Worker[] workers = new Worker[WORKERS];
    private final Resource resource;
    private final LatencyHistogram duration = new LatencyHistogram(
            "diffusion_generation_duration_seconds",
            "From the start to the end of a job.",
            0.5,
            1,
            2,
            3,
            4,
            5,
            6,
            8,
            10,
            15,
            20,
            30,
            60);
    private final LatencyHistogram wait = new LatencyHistogram(
            "diffusion_queue_wait_seconds", "Time of a job in the queue.", 0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300);
    private long images;
    private long failures;
    private long denoisingSteps;
    private double now;

    DiffusionService(SimulatedNode node, long startNanos, RandomGenerator random) {
        this.node = node;
        this.startNanos = startNanos;
        this.random = random;
        for (int i = 0; i < WORKERS; i++) {
            workers[i] = new Worker();
        }
        resource = new Resource(Attributes.of(
                "service.name", "image-studio",
                "service.instance.id", "image-studio-0",
                "host.name", node.name()));
    }

    void step(Tick tick, Emissions emissions) {
        now = tick.second() + 1;
        if (random.nextDouble() < JOBS_PER_SECOND && queue.size() < MAX_QUEUE) {
            queue.addLast(tick.second() + random.nextDouble());
        }
        for (int i = 0; i < WORKERS; i++) {
            Worker worker = workers[i];
            if (i == UNLUCKY_WORKER && tick.isBeginning(Incident.CUDA_OOM)) {
                runOutOfMemory(worker, i, tick, emissions);
            }
            if (worker.work != null && worker.work.end() <= now) {
                finish(worker, worker.work, i, emissions);
            }
            if (worker.work == null && worker.loadedAt <= now && !queue.isEmpty()) {
                take(worker, queue.removeFirst());
            }
            node.gpu(i).use(workload(worker));
        }
    }

    private Workload workload(Worker worker) {
        if (worker.loadedAt > now) {
            return Workload.busy(0.05, 0.03, 6_000);
        }
        return worker.work == null ? Workload.busy(0, 0.01, 11_800) : Workload.busy(0.98, 0.8, 19_400);
    }

    private void take(Worker worker, double queued) {
        int steps = random.nextInt(4) == 0 ? 50 : 30;
        double start = Math.max(now - 1, queued);
        wait.observe(start - queued);
        worker.work = new Work(queued, start, start + 0.4 + steps * 0.12 * (1 + 0.05 * random.nextGaussian()), steps);
    }

    private void finish(Worker worker, Work work, int index, Emissions emissions) {
        worker.work = null;
        images++;
        denoisingSteps += work.steps();
        duration.observe(work.end() - work.start());
        trace(work, index, emissions);
    }

    private void runOutOfMemory(Worker worker, int index, Tick tick, Emissions emissions) {
        worker.work = null;
        worker.loadedAt = now + RELOAD_SECONDS;
        worker.outOfMemory++;
        failures++;
        Attributes attributes = Attributes.builder()
                .put("worker", AttributeValue.of((long) index))
                .put("gpu.index", AttributeValue.of((long) index))
                .put("exception.type", "torch.OutOfMemoryError")
                .build();
        emissions.log(
                resource,
                tick.nanosBefore(0.4),
                Severity.ERROR,
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 18.00 GiB. GPU " + index
                        + " has a total capacity of 79.11 GiB of which 7.41 GiB is free.",
                attributes);
        emissions.log(
                resource,
                tick.nanosBefore(0.2),
                Severity.WARN,
                "worker " + index + " restarts, loading " + MODEL,
                Attributes.of(LogRecord.EVENT_NAME, "worker.restart", "worker", Integer.toString(index)));
    }

    private void trace(Work work, int index, Emissions emissions) {
        TraceId trace = new TraceId(random.nextLong(), random.nextLong() | 1);
        SpanId root = new SpanId(random.nextLong() | 1);
        Attributes attributes = Attributes.builder()
                .put("gen_ai.operation.name", "generate_content")
                .put("gen_ai.provider.name", "image-studio")
                .put("gen_ai.request.model", MODEL)
                .put("gen_ai.output.type", "image")
                .put("diffusion.steps", AttributeValue.of((long) work.steps()))
                .put("worker", AttributeValue.of((long) index))
                .build();
        double encoded = work.start() + 0.12;
        double denoised = work.end() - 0.28;
        emissions
                .spans()
                .add(span(
                        trace, root, SpanId.NONE, "generate_content " + MODEL, work.queued(), work.end(), attributes));
        emissions.spans().add(child(trace, root, "queue", work.queued(), work.start()));
        emissions.spans().add(child(trace, root, "text_encode", work.start(), encoded));
        emissions.spans().add(child(trace, root, "denoise", encoded, denoised));
        emissions.spans().add(child(trace, root, "vae_decode", denoised, work.end()));
        emissions.log(
                resource,
                nanos(work.end()),
                Severity.INFO,
                "image done steps=" + work.steps() + " worker=" + index,
                Attributes.of("gen_ai.request.model", MODEL),
                trace,
                root);
    }

    private Span child(TraceId trace, SpanId parent, String name, double start, double end) {
        return span(trace, new SpanId(random.nextLong() | 1), parent, name, start, end, Attributes.EMPTY);
    }

    private Span span(
            TraceId trace, SpanId id, SpanId parent, String name, double start, double end, Attributes attributes) {
        return new Span(
                trace,
                id,
                parent,
                "",
                resource,
                SCOPE,
                name,
                parent.isPresent() ? Span.Kind.INTERNAL : Span.Kind.CONSUMER,
                nanos(start),
                Math.max(0, nanos(end) - nanos(start)),
                attributes,
                List.of(),
                List.of(),
                Span.Status.UNSET,
                "");
    }

    private long nanos(double second) {
        return startNanos + (long) (second * 1e9);
    }

    void expose(FamilyBuffer out) {
        out.gauge("diffusion_queue_depth", "Jobs that wait.", queue.size(), "model", MODEL);
        double oldest = queue.isEmpty() ? 0 : now - queue.getFirst();
        out.gauge("diffusion_queue_oldest_age_seconds", "Age of the job that waits longest.", oldest, "model", MODEL);
        String help = "Images by outcome.";
        out.counter("diffusion_images_total", help, images, "model", MODEL, "status", "success");
        out.counter("diffusion_images_total", help, failures, "model", MODEL, "status", "error");
        out.counter("diffusion_steps_total", "Denoising steps done.", denoisingSteps, "model", MODEL);
        duration.expose(out, Labels.of("model", MODEL));
        wait.expose(out, Labels.of("model", MODEL));
        for (int i = 0; i < WORKERS; i++) {
            String[] labels = {"worker", Integer.toString(i), "node", node.name(), "gpu", Integer.toString(i)};
            boolean isReady = workers[i].loadedAt <= now;
            out.gauge("diffusion_worker_up", "Whether the worker has its model loaded.", isReady ? 1 : 0, labels);
            String memoryHelp = "Times the worker ran out of GPU memory.";
            out.counter("diffusion_worker_cuda_oom_total", memoryHelp, workers[i].outOfMemory, labels);
        }
    }
}
