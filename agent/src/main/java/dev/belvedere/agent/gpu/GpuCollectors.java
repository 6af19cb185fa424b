package dev.belvedere.agent.gpu;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.machine.StallGuard;
import dev.belvedere.platform.metrics.FamilyBuffer;
import dev.belvedere.platform.time.TimeSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// All GPUs of this machine: their metrics when asked, their XID errors as they happen. Safe from any thread.
///
/// Each GPU is asked on a thread of its own that may hang; then its series are absent and
/// `belvedere_agent_gpu_up` is 0, while the others go on.
public final class GpuCollectors implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(GpuCollectors.class.getName());

    private static final int MAX_GPUS = 256;
    private static final int DRIVER_VERSION_BYTES = 80;

    /// A GPU with what is kept of it between readings.
    private static final class Watched {
        final Gpu gpu;
        final Labels labels;
        final GpuReader reader;
        final StallGuard guard;
        final XidHistory xids = new XidHistory();
        volatile boolean isLost;

        Watched(Gpu gpu, Labels labels, GpuReader reader) {
            this.gpu = gpu;
            this.labels = labels;
            this.reader = reader;
            this.guard = new StallGuard("gpu-" + gpu.index());
        }
    }

    private final GpuOptions options;
    private final TimeSource time;
    private final Consumer<LogRecord> eventSink;
    private final List<Watched> gpus;
    private final GpuEvents events;

    private GpuCollectors(
            Nvml nvml, GpuOptions options, TimeSource time, Consumer<LogRecord> eventSink, List<Watched> gpus) {
        this.options = options;
        this.time = time;
        this.eventSink = eventSink;
        this.gpus = List.copyOf(gpus);
        this.events =
                GpuEvents.start(nvml, gpus.stream().map(watched -> watched.gpu).toList(), this::happened, time);
    }

    /// Finds the library and the GPUs. Where there are none this is said once, at INFO, and that is all.
    ///
    /// @param eventSink takes a record for every XID error, from another thread; must not block for long
    public static Optional<GpuCollectors> open(
            GpuOptions options, Disk disk, TimeSource time, Consumer<LogRecord> eventSink) {
        Optional<Nvml> nvml = Nvml.open(options.libraryNames());
        if (nvml.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "no NVIDIA driver library here, so no GPU metrics");
            return Optional.empty();
        }
        try {
            List<Watched> gpus = new StallGuard("gpu-discovery")
                    .call(
                            () -> find(nvml.get(), options, disk, time),
                            options.timeout().multipliedBy(10));
            LOG.log(System.Logger.Level.INFO, "watching GPUs count={0}", gpus.size());
            return Optional.of(new GpuCollectors(nvml.get(), options, time, eventSink, gpus));
        } catch (OperationException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the NVIDIA driver does not answer, so no GPU metrics: {0}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static List<Watched> find(Nvml nvml, GpuOptions options, Disk disk, TimeSource time) {
        List<Watched> found = new ArrayList<>();
        int code = nvml.call(NvmlFunction.INIT);
        if (code != Nvml.SUCCESS) {
            LOG.log(System.Logger.Level.WARNING, "the NVIDIA driver refuses to start code={0}", code);
            return found;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            nvml.call(NvmlFunction.DEVICE_COUNT, count);
            int devices = Math.min(MAX_GPUS, count.get(ValueLayout.JAVA_INT, 0));
            Labels host = Labels.of(
                    options.hostnameLabel(), options.hostname(), "DCGM_FI_DRIVER_VERSION", driverVersion(nvml, arena));
            GpuProcesses processes = new GpuProcesses(disk, options.root());
            for (int i = 0; i < devices; i++) {
                MemorySegment handle = arena.allocate(ValueLayout.ADDRESS);
                if (nvml.call(NvmlFunction.DEVICE_BY_INDEX, i, handle) == Nvml.SUCCESS) {
                    Gpu gpu = read(new DeviceCalls(nvml, handle.get(ValueLayout.ADDRESS, 0), arena), i);
                    Labels labels = gpu.labels(host);
                    found.add(new Watched(gpu, labels, new GpuReader(nvml, gpu, labels, processes, time)));
                }
            }
        }
        return found;
    }

    private static Gpu read(DeviceCalls calls, int index) {
        try {
            return Gpu.read(calls, index);
        } catch (GpuLostException e) {
            return new Gpu(calls.device(), index, "", "", "nvidia" + index, "");
        }
    }

    private static String driverVersion(Nvml nvml, Arena arena) {
        MemorySegment version = arena.allocate(DRIVER_VERSION_BYTES);
        return nvml.call(NvmlFunction.DRIVER_VERSION, version, DRIVER_VERSION_BYTES) == Nvml.SUCCESS
                ? Gpu.text(version)
                : "";
    }

    /// How many GPUs were found.
    public int size() {
        return gpus.size();
    }

    public List<MetricFamily> collect() {
        FamilyBuffer out = new FamilyBuffer();
        for (Watched watched : gpus) {
            boolean isUp = read(watched, out);
            xids(watched, out);
            out.add(
                    "belvedere_agent_gpu_up",
                    MetricType.GAUGE,
                    "Whether the GPU answered; 0 if it is lost or its driver hangs.",
                    watched.labels,
                    isUp ? 1 : 0);
        }
        return out.build();
    }

    private boolean read(Watched watched, FamilyBuffer out) {
        try {
            out.addAll(watched.guard.call(watched.reader::read, options.timeout()));
            watched.isLost = false;
            return true;
        } catch (GpuLostException e) {
            boolean isNews = !watched.isLost;
            watched.isLost = true;
            if (isNews && watched.xids.last().orElse(0) != XidCatalog.FALLEN_OFF_THE_BUS) {
                tell(watched, XidCatalog.FALLEN_OFF_THE_BUS);
            }
            return false;
        } catch (OperationException e) {
            return false;
        }
    }

    private void xids(Watched watched, FamilyBuffer out) {
        if (!events.isWatched(watched.gpu) && watched.xids.last().isEmpty()) {
            return;
        }
        out.add(
                "DCGM_FI_DEV_XID_ERRORS",
                MetricType.GAUGE,
                "The last XID error, 0 for none; count DCGM_EXP_XID_ERRORS_COUNT instead of changes of this.",
                watched.labels,
                watched.xids.last().orElse(0));
        watched.xids
                .totals()
                .forEach((xid, count) -> out.add(
                        "DCGM_EXP_XID_ERRORS_TOTAL",
                        MetricType.COUNTER,
                        "XID errors since the agent started.",
                        watched.labels.with("xid", Integer.toString(xid)),
                        count));
        String window = Long.toString(XidHistory.WINDOW.toMillis());
        watched.xids
                .counts(time.nanoTime())
                .forEach((xid, count) -> out.add(
                        "DCGM_EXP_XID_ERRORS_COUNT",
                        MetricType.GAUGE,
                        "XID errors within the window.",
                        watched.labels.with("xid", Integer.toString(xid)).with("window_size_in_ms", window),
                        count));
    }

    private void happened(Gpu gpu, int xid) {
        for (Watched watched : gpus) {
            boolean isKnownLoss = watched.isLost && xid == XidCatalog.FALLEN_OFF_THE_BUS;
            if (watched.gpu.equals(gpu) && !isKnownLoss) {
                tell(watched, xid);
            }
        }
    }

    private void tell(Watched watched, int xid) {
        if (!watched.xids.add(xid, time.nanoTime())) {
            return;
        }
        Gpu gpu = watched.gpu;
        Attributes attributes = Attributes.builder()
                .put(LogRecord.EVENT_NAME, "gpu.xid")
                .put("gpu.xid", AttributeValue.of((long) xid))
                .put("gpu.xid.concerns", XidCatalog.concerns(xid))
                .put("gpu.index", AttributeValue.of((long) gpu.index()))
                .put("gpu.uuid", gpu.uuid())
                .put("gpu.pci_bus_id", gpu.pciBusId())
                .put("gpu.model", gpu.modelName())
                .build();
        long now = time.currentNanos();
        eventSink.accept(new LogRecord(
                Labels.of("service_name", "belvedere-agent", "source", "gpu", "node", options.hostname()),
                now,
                now,
                XidCatalog.severity(xid),
                "XID " + xid + " on GPU " + gpu.index() + " (" + gpu.pciBusId() + "): " + XidCatalog.name(xid),
                attributes,
                TraceId.NONE,
                SpanId.NONE));
    }

    @Override
    public void close() {
        events.close();
    }
}
