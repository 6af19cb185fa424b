package dev.belvedere.agent.gpu;

import dev.belvedere.platform.time.TimeSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the performance monitoring of Hopper and newer tells: how busy each kind of engine was since the last
/// reading. Older devices have none, and then there is no series.
final class GpmReader {

    private record Metric(int id, String name, double scale, String help) {}

    /// @param value in the unit of the series
    record Reading(String name, String help, double value) {}

    private static final double PERCENT = 0.01;
    private static final double MIB = 1 << 20;

    private static final List<Metric> METRICS = List.of(
            new Metric(1, "DCGM_FI_PROF_GR_ENGINE_ACTIVE", PERCENT, "Share of time in which an engine was busy."),
            new Metric(2, "DCGM_FI_PROF_SM_ACTIVE", PERCENT, "Share of cycles in which an SM had a warp."),
            new Metric(3, "DCGM_FI_PROF_SM_OCCUPANCY", PERCENT, "Share of the warps an SM can hold that it held."),
            new Metric(5, "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", PERCENT, "Share of cycles of a busy tensor pipe."),
            new Metric(10, "DCGM_FI_PROF_DRAM_ACTIVE", PERCENT, "Share of cycles of busy device memory."),
            new Metric(11, "DCGM_FI_PROF_PIPE_FP64_ACTIVE", PERCENT, "Share of cycles of a busy FP64 pipe."),
            new Metric(12, "DCGM_FI_PROF_PIPE_FP32_ACTIVE", PERCENT, "Share of cycles of a busy FP32 pipe."),
            new Metric(13, "DCGM_FI_PROF_PIPE_FP16_ACTIVE", PERCENT, "Share of cycles of a busy FP16 pipe."),
            new Metric(20, "DCGM_FI_PROF_PCIE_TX_BYTES", MIB, "Bytes per second sent over PCIe."),
            new Metric(21, "DCGM_FI_PROF_PCIE_RX_BYTES", MIB, "Bytes per second received over PCIe."),
            new Metric(61, "DCGM_FI_PROF_NVLINK_TX_BYTES", MIB, "Bytes per second sent over NVLink."),
            new Metric(60, "DCGM_FI_PROF_NVLINK_RX_BYTES", MIB, "Bytes per second received over NVLink."));

    /// `nvmlGpmMetricsGet_t`: version 0, count 4, samples 8 and 16, then metrics of 40 bytes: id 0, return code 4,
    /// value 8. The structure holds 333 metrics in the newest driver, and each driver writes as many as it knows.
    private static final long STRUCT_BYTES = 24 + 40 * 333;

    private static final long METRIC_BYTES = 40;
    private static final int VERSION = 1;
    private static final long SUPPORT_BYTES = 8;

    /// NVML wants samples more than 100 ms apart.
    private static final long MIN_INTERVAL_NANOS = 120_000_000;

    private final TimeSource time;
    private MemorySegment earlier;
    private MemorySegment later;
    private long laterNanos;
    private boolean hasLater;
    private List<Reading> lastReadings = List.of();

    private GpmReader(TimeSource time, MemorySegment earlier, MemorySegment later) {
        this.time = time;
        this.earlier = earlier;
        this.later = later;
    }

    /// @return empty where the device or the driver has no such thing
    static Optional<GpmReader> open(DeviceCalls calls, TimeSource time) {
        Optional<MemorySegment> support = calls.struct(NvmlFunction.GPM_SUPPORT, SUPPORT_BYTES, VERSION);
        if (support.isEmpty() || support.get().get(ValueLayout.JAVA_INT, 4) == 0) {
            return Optional.empty();
        }
        Optional<MemorySegment> first = sample(calls);
        Optional<MemorySegment> second = sample(calls);
        return first.isPresent() && second.isPresent()
                ? Optional.of(new GpmReader(time, first.get(), second.get()))
                : Optional.empty();
    }

    private static Optional<MemorySegment> sample(DeviceCalls calls) {
        MemorySegment pointer = calls.arena().allocate(ValueLayout.ADDRESS);
        return calls.nvml().call(NvmlFunction.GPM_SAMPLE_ALLOC, pointer) == Nvml.SUCCESS
                ? Optional.of(pointer.get(ValueLayout.ADDRESS, 0))
                : Optional.empty();
    }

    /// The averages since the last call; none at the first.
    List<Reading> read(DeviceCalls calls) {
        if (hasLater && time.nanoTime() - laterNanos < MIN_INTERVAL_NANOS) {
            return lastReadings;
        }
        MemorySegment reused = earlier;
        earlier = later;
        later = reused;
        boolean hadLater = hasLater;
        hasLater = DeviceCalls.isSuccess(calls.nvml().call(NvmlFunction.GPM_SAMPLE_GET, calls.device(), later));
        laterNanos = time.nanoTime();
        lastReadings = hadLater && hasLater ? between(calls.nvml(), calls.arena()) : List.of();
        return lastReadings;
    }

    private List<Reading> between(Nvml nvml, Arena arena) {
        MemorySegment request = arena.allocate(STRUCT_BYTES, Long.BYTES);
        request.set(ValueLayout.JAVA_INT, 0, VERSION);
        request.set(ValueLayout.JAVA_INT, 4, METRICS.size());
        request.set(ValueLayout.ADDRESS, 8, earlier);
        request.set(ValueLayout.ADDRESS, 16, later);
        for (int i = 0; i < METRICS.size(); i++) {
            request.set(
                    ValueLayout.JAVA_INT, 24 + i * METRIC_BYTES, METRICS.get(i).id());
        }
        if (!DeviceCalls.isSuccess(nvml.call(NvmlFunction.GPM_METRICS_GET, request))) {
            return List.of();
        }
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < METRICS.size(); i++) {
            MemorySegment metric = request.asSlice(24 + i * METRIC_BYTES, METRIC_BYTES);
            double value = metric.get(ValueLayout.JAVA_DOUBLE, 8);
            if (metric.get(ValueLayout.JAVA_INT, 4) == Nvml.SUCCESS && Double.isFinite(value)) {
                Metric meaning = METRICS.get(i);
                readings.add(new Reading(meaning.name(), meaning.help(), value * meaning.scale()));
            }
        }
        return List.copyOf(readings);
    }
}
