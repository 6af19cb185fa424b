package dev.belvedere.demo.site;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Eight nodes of eight GPUs and everything that runs on them. The same seed and start give the same site, second
/// by second. Safe from any thread.
public final class Site {

    /// A process of the site that is scraped.
    ///
    /// @param path on the demo's server: `/dcgm/gpu-node-1`
    /// @param instance the address it would have on a real site
    public record Endpoint(String job, String path, String instance) {}

    /// Adds the families of one endpoint.
    private interface Exposure {
        /// @return whether the process answers
        boolean into(FamilyBuffer out);
    }

    private static final double GPU_HOUR_DOLLARS = 3.49;

    /// One chat in so many is traced.
    private static final int TRACED = 3;

    private final Schedule schedule;
    private final long startMillis;
    private final Map<String, Exposure> exposures = new LinkedHashMap<>();
    private final List<Endpoint> endpoints = new ArrayList<>();

    @GuardedBy("this")
    private final SiteLayout layout;

    @GuardedBy("this")
    private long second;

    @GuardedBy("this")
    private long chats;

    public Site(long seed, Schedule schedule, long startMillis) {
        this.schedule = schedule;
        this.startMillis = startMillis;
        SiteLayout made = new SiteLayout(seed, startMillis);
        layout = made;
        for (SimulatedNode node : made.nodes) {
            add("dcgm", "/dcgm/" + node.name(), node.name() + ":9400", always(node::exposeGpus));
            add("node", "/node/" + node.name(), node.name() + ":9100", always(node::exposeHost));
        }
        for (LlmReplica replica : made.replicas) {
            add("vllm", "/vllm/" + replica.plan().name(), replica.plan().name() + ":8000", always(replica::expose));
        }
        for (TrainingRun run : made.runs) {
            add("trainer-ranks", "/ranks/" + run.name(), run.name() + ":9401", out -> {
                run.exposeRanks(out);
                return run.isUp();
            });
        }
        add("diffusion", "/diffusion", "image-studio-0:8080", always(made.diffusion::expose));
        add("pipelines", "/pipelines", "pipelines-0:9102", out -> {
            made.pipelines.forEach(pipeline -> pipeline.expose(out));
            return true;
        });
        add("prices", "/prices", "prices-0:9003", always(out -> exposePrices(made, out)));
    }

    private static Exposure always(Consumer<FamilyBuffer> exposing) {
        return out -> {
            exposing.accept(out);
            return true;
        };
    }

    private void add(String job, String path, String instance, Exposure exposure) {
        exposures.put(path, exposure);
        endpoints.add(new Endpoint(job, path, instance));
    }

    /// All that is scraped, in the order of jobs.
    public List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    public Schedule schedule() {
        return schedule;
    }

    public long startMillis() {
        return startMillis;
    }

    /// Seconds lived through.
    public synchronized long second() {
        return second;
    }

    /// Lives through one second.
    ///
    /// @return what was sent away in it
    public synchronized Emissions advance() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(startMillis) + TimeUnit.SECONDS.toNanos(second + 1);
        Tick tick = new Tick(second, nanos, schedule);
        Emissions emissions = Emissions.empty();
        layout.runs.forEach(run -> run.step(tick, emissions));
        for (LlmReplica replica : layout.replicas) {
            for (LlmRequest request : replica.step(tick)) {
                if (chats++ % TRACED == 0) {
                    layout.traces.tell(replica.plan(), request, emissions);
                }
            }
            SimulatedNode node = layout.node(replica.plan().node());
            for (int i = 0; i < replica.plan().gpus(); i++) {
                node.gpu(replica.plan().firstGpu() + i).use(replica.workload());
            }
        }
        layout.diffusion.step(tick, emissions);
        layout.pipelines.forEach(pipeline -> pipeline.step(tick, emissions));
        layout.nodeLogs.step(tick, SiteLayout.NODES, emissions);
        layout.nodes.forEach(node -> node.step(tick));
        second++;
        return emissions;
    }

    /// What a process exposes now.
    ///
    /// @return empty if it is down, or if there is none at the path
    public synchronized Optional<List<MetricFamily>> expose(String path) {
        Exposure exposure = exposures.get(path);
        FamilyBuffer out = new FamilyBuffer();
        return exposure != null && exposure.into(out) ? Optional.of(out.build()) : Optional.empty();
    }

    private static void exposePrices(SiteLayout layout, FamilyBuffer out) {
        for (int i = 0; i < layout.nodes.size(); i++) {
            String[] labels = {
                "node",
                layout.nodes.get(i).name(),
                "team",
                SiteLayout.team(i),
                "gpu_model",
                "H100-SXM-80GB",
                "currency",
                "USD"
            };
            out.gauge("node_gpu_hourly_cost", "Price of a GPU-hour on the node.", GPU_HOUR_DOLLARS, labels);
            out.gauge("node_gpu_count", "GPUs of the node.", SimulatedNode.GPUS, labels);
        }
        String help = "What a team may spend on GPUs each hour.";
        out.gauge("team_gpu_budget_dollars_per_hour", help, 90, "team", "foundation");
        out.gauge("team_gpu_budget_dollars_per_hour", help, 80, "team", "vision");
        out.gauge("team_gpu_budget_dollars_per_hour", help, 60, "team", "assistants");
    }
}
