package dev.belvedere.agent;

import dev.belvedere.agent.gpu.GpuCollectors;
import dev.belvedere.agent.gpu.GpuOptions;
import dev.belvedere.agent.host.HostCollectors;
import dev.belvedere.agent.logs.LogSink;
import dev.belvedere.agent.logs.LogTailer;
import dev.belvedere.agent.logs.TailOptions;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.metrics.FamilyBuffer;
import dev.belvedere.platform.metrics.MetricRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Collects what this machine tells: host and GPU metrics when asked, log lines and GPU events as they come.
/// Safe from any thread.
public final class Agent implements AutoCloseable {

    private static final int MAX_HOSTNAME_BYTES = 1024;

    private final AgentConfig config;
    private final String hostname;
    private final Optional<HostCollectors> host;
    private final PendingEvents events;
    private final Optional<GpuCollectors> gpus;
    private final @Nullable LogTailer tailer;
    private final @Nullable Thread tailing;

    private Agent(AgentConfig config, Path directory, Machine machine, LogSink sink, MetricRegistry registry)
            throws IOException {
        this.config = config;
        hostname = config.hostname().isEmpty() ? hostname(machine, config.root()) : config.hostname();
        host = config.isHostOn()
                ? Optional.of(new HostCollectors(
                        machine.disk(), config.root(), machine.mounts(), machine.time(), config.collectors()))
                : Optional.empty();
        events = new PendingEvents(
                sink,
                machine.time(),
                registry.counter("belvedere_agent_events_dropped_total", "Events that could not be handed on."));
        gpus = config.isGpuOn()
                ? GpuCollectors.open(gpuOptions(), machine.disk(), machine.time(), events::offer)
                : Optional.empty();
        if (config.logs().isEmpty()) {
            tailer = null;
            tailing = null;
            return;
        }
        TailOptions defaults = TailOptions.of(directory.resolve("positions"));
        TailOptions options = new TailOptions(
                defaults.positions(),
                defaults.scanInterval(),
                defaults.pollInterval(),
                config.maxLineBytes(),
                config.maxLogFiles());
        tailer = new LogTailer(
                config.logs(),
                labels().with("node", hostname),
                options,
                machine.disk(),
                machine.time(),
                sink,
                registry);
        tailing = Thread.ofVirtual().name("agent-logs").start(tailer::run);
    }

    /// Begins to follow logs and to wait for GPU events.
    ///
    /// @param directory for what is kept over restarts; made if missing
    /// @param sink where log lines and events go
    /// @param registry gets the agent's own metrics
    /// @throws IOException if the directory cannot be used
    public static Agent start(
            AgentConfig config, Path directory, Machine machine, LogSink sink, MetricRegistry registry)
            throws IOException {
        return new Agent(config, directory, machine, sink, registry);
    }

    private static String hostname(Machine machine, Path root) {
        try {
            byte[] bytes = machine.disk().readAll(root.resolve("proc/sys/kernel/hostname"), MAX_HOSTNAME_BYTES);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    private GpuOptions gpuOptions() {
        GpuOptions defaults = GpuOptions.of(hostname, config.root());
        return new GpuOptions(
                defaults.libraryNames(), hostname, config.hostnameLabel(), config.root(), config.gpuTimeout());
    }

    private Labels labels() {
        return Labels.of(config.labels());
    }

    /// What this machine calls itself, or was told to.
    public String hostname() {
        return hostname;
    }

    /// How many GPUs are watched.
    public int gpuCount() {
        return gpus.map(GpuCollectors::size).orElse(0);
    }

    /// Host and GPU metrics as they stand, with the configured labels. Blocks while the machine is asked.
    public List<MetricFamily> collect() {
        FamilyBuffer out = new FamilyBuffer();
        host.ifPresent(collectors -> out.addAll(collectors.collect()));
        gpus.ifPresent(collectors -> out.addAll(collectors.collect()));
        List<MetricFamily> families = out.build();
        return config.labels().isEmpty() ? families : labelled(families);
    }

    private List<MetricFamily> labelled(List<MetricFamily> families) {
        List<MetricFamily> result = new ArrayList<>();
        for (MetricFamily family : families) {
            List<MetricFamily.Point> points = new ArrayList<>();
            for (MetricFamily.Point point : family.points()) {
                Labels.Builder builder = point.labels().toBuilder();
                config.labels().forEach((name, value) -> {
                    if (!point.labels().has(name)) {
                        builder.set(name, value);
                    }
                });
                points.add(new MetricFamily.Point(point.name(), builder.build(), point.value()));
            }
            result.add(new MetricFamily(family.name(), family.type(), family.unit(), family.help(), points));
        }
        return result;
    }

    /// Stops following; what the sink has not accepted is read again at the next start.
    @Override
    public void close() {
        if (tailer != null && tailing != null) {
            tailer.stop();
            tailing.interrupt();
            try {
                tailing.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        gpus.ifPresent(GpuCollectors::close);
        events.close();
    }
}
