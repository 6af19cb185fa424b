package dev.belvedere.agent.gpu;

import dev.belvedere.platform.time.TimeSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Waits for the driver's events on a daemon thread, so that a driver that never answers again holds up nothing.
final class GpuEvents implements AutoCloseable {

    /// Hears of each XID. Called from the event thread.
    interface Listener {
        void xid(Gpu gpu, int xid);
    }

    private static final System.Logger LOG = System.getLogger(GpuEvents.class.getName());

    private static final long XID_CRITICAL_ERROR = 0x8;
    private static final int WAIT_MILLIS = 500;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /// `nvmlEventData_t`: device 0, type 8, data 16, instances 24 and 28.
    private static final long DATA_BYTES = 32;

    private final Nvml nvml;
    private final Listener listener;
    private final TimeSource time;
    private final Map<Long, Gpu> watched = new HashMap<>();
    private final MemorySegment set;
    private final Thread thread;
    private volatile boolean isClosed;

    private GpuEvents(Nvml nvml, MemorySegment set, Listener listener, TimeSource time) {
        this.nvml = nvml;
        this.set = set;
        this.listener = listener;
        this.time = time;
        this.thread = Thread.ofPlatform().name("gpu-events").daemon().unstarted(this::run);
    }

    /// Registers every GPU that can tell of XIDs and begins to wait.
    static GpuEvents start(Nvml nvml, List<Gpu> gpus, Listener listener, TimeSource time) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            boolean hasSet = nvml.call(NvmlFunction.EVENT_SET_CREATE, pointer) == Nvml.SUCCESS;
            GpuEvents events = new GpuEvents(nvml, pointer.get(ValueLayout.ADDRESS, 0), listener, time);
            if (hasSet) {
                gpus.forEach(gpu -> events.register(gpu, arena));
            }
            if (!events.watched.isEmpty()) {
                events.thread.start();
            }
            return events;
        }
    }

    private void register(Gpu gpu, Arena arena) {
        MemorySegment types = arena.allocate(ValueLayout.JAVA_LONG);
        boolean isTold = nvml.call(NvmlFunction.SUPPORTED_EVENT_TYPES, gpu.handle(), types) == Nvml.SUCCESS
                && (types.get(ValueLayout.JAVA_LONG, 0) & XID_CRITICAL_ERROR) != 0;
        if (isTold && nvml.call(NvmlFunction.REGISTER_EVENTS, gpu.handle(), XID_CRITICAL_ERROR, set) == Nvml.SUCCESS) {
            watched.put(gpu.handle().address(), gpu);
        }
    }

    /// Whether XIDs of the GPU are heard of.
    boolean isWatched(Gpu gpu) {
        return watched.containsKey(gpu.handle().address());
    }

    private void run() {
        boolean hasFailed = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(DATA_BYTES, Long.BYTES);
            while (!isClosed) {
                int code = nvml.call(NvmlFunction.EVENT_SET_WAIT, set, data, WAIT_MILLIS);
                if (code == Nvml.SUCCESS) {
                    tell(data);
                } else if (code != Nvml.TIMEOUT) {
                    if (!hasFailed) {
                        hasFailed = true;
                        LOG.log(System.Logger.Level.WARNING, "waiting for GPU events failed, trying on code={0}", code);
                    }
                    time.sleep(PAUSE_AFTER_FAILURE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(MemorySegment data) {
        Gpu gpu = watched.get(data.get(ValueLayout.ADDRESS, 0).address());
        if (gpu != null && data.get(ValueLayout.JAVA_LONG, 8) == XID_CRITICAL_ERROR) {
            listener.xid(gpu, (int) data.get(ValueLayout.JAVA_LONG, 16));
        }
    }

    /// Waits for the thread to end, but not for a driver that hangs.
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(2 * WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
