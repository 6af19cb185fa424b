package dev.belvedere.agent.gpu;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import dev.belvedere.platform.time.TimeSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads one GPU. What the device does not support gives no series, never a zero. Used by one thread at a time.
final class GpuReader {

    private static final int CLOCK_SM = 1;
    private static final int CLOCK_MEMORY = 2;
    private static final int SENSOR_GPU = 0;
    private static final int THRESHOLD_SLOWDOWN = 1;
    private static final int PCIE_TX = 0;
    private static final int PCIE_RX = 1;
    private static final int ECC_CORRECTED = 0;
    private static final int ECC_UNCORRECTED = 1;
    private static final int ECC_VOLATILE = 0;
    private static final int ECC_AGGREGATE = 1;
    private static final double MILLI = 0.001;
    private static final double KIB = 1024;
    private static final double MIB = 1 << 20;

    /// `nvmlMemory_v2_t`: version 0, total 8, reserved 16, free 24, used 32.
    private static final long MEMORY_BYTES = 40;

    private static final int MEMORY_VERSION = 0x02000028;

    /// `nvmlTemperature_v1_t`: version 0, sensor 4, temperature 8.
    private static final long TEMPERATURE_BYTES = 12;

    private static final int TEMPERATURE_VERSION = 0x0100000c;
    private static final long UTILIZATION_BYTES = 8;

    /// The bits of the reasons for which clocks are held down, in dcgm-exporter's words.
    private static final String[] CLOCK_EVENTS = {
        "gpu_idle",
        "clocks_setting",
        "power_cap",
        "hw_slowdown",
        "sync_boost",
        "sw_thermal",
        "hw_thermal",
        "hw_power_brake",
        "display_clocks"
    };

    private final Nvml nvml;
    private final Gpu gpu;
    private final Labels labels;
    private final GpuProcesses processes;
    private final TimeSource time;
    private @Nullable GpmReader gpm;
    private boolean isGpmSought;
    private long lastClockEvents;
    private final long[] clockEventTotals = new long[CLOCK_EVENTS.length];

    GpuReader(Nvml nvml, Gpu gpu, Labels labels, GpuProcesses processes, TimeSource time) {
        this.nvml = nvml;
        this.gpu = gpu;
        this.labels = labels;
        this.processes = processes;
        this.time = time;
    }

    /// @throws GpuLostException if the device is gone
    List<MetricFamily> read() {
        FamilyBuffer out = new FamilyBuffer();
        try (Arena arena = Arena.ofConfined()) {
            DeviceCalls calls = new DeviceCalls(nvml, gpu.handle(), arena);
            clocksAndHeat(calls, out);
            power(calls, out);
            utilization(calls, out);
            memory(calls, out);
            errors(calls, out);
            fields(FieldValues.of(calls), out);
            activity(calls, out);
            clockEvents(calls, out);
            processes.read(calls, gpu, out);
        }
        return out.build();
    }

    private void clocksAndHeat(DeviceCalls calls, FamilyBuffer out) {
        gauge(out, "DCGM_FI_DEV_SM_CLOCK", "SM clock in MHz.", calls.uint(NvmlFunction.CLOCK, CLOCK_SM), 1);
        gauge(out, "DCGM_FI_DEV_MEM_CLOCK", "Memory clock in MHz.", calls.uint(NvmlFunction.CLOCK, CLOCK_MEMORY), 1);
        gauge(out, "DCGM_FI_DEV_GPU_TEMP", "GPU temperature in degrees Celsius.", temperature(calls), 1);
        gauge(
                out,
                "DCGM_FI_DEV_SLOWDOWN_TEMP",
                "Temperature in degrees Celsius at which clocks are held down.",
                calls.uint(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_SLOWDOWN),
                1);
    }

    private OptionalLong temperature(DeviceCalls calls) {
        OptionalLong temperature = calls.uint(NvmlFunction.TEMPERATURE, SENSOR_GPU);
        if (temperature.isPresent()) {
            return temperature;
        }
        Optional<MemorySegment> versioned =
                calls.struct(NvmlFunction.TEMPERATURE_V, TEMPERATURE_BYTES, TEMPERATURE_VERSION);
        return versioned.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(versioned.get().get(ValueLayout.JAVA_INT, 8));
    }

    private void power(DeviceCalls calls, FamilyBuffer out) {
        gauge(out, "DCGM_FI_DEV_POWER_USAGE", "Power draw in W.", calls.uint(NvmlFunction.POWER_USAGE), MILLI);
        gauge(
                out,
                "DCGM_FI_DEV_POWER_MGMT_LIMIT",
                "Power limit that was set, in W.",
                calls.uint(NvmlFunction.POWER_MANAGEMENT_LIMIT),
                MILLI);
        gauge(
                out,
                "DCGM_FI_DEV_ENFORCED_POWER_LIMIT",
                "Power limit in force, in W.",
                calls.uint(NvmlFunction.ENFORCED_POWER_LIMIT),
                MILLI);
        counter(
                out,
                "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
                "Energy used since the driver was loaded, in mJ.",
                calls.ulong(NvmlFunction.TOTAL_ENERGY));
    }

    private void utilization(DeviceCalls calls, FamilyBuffer out) {
        calls.struct(NvmlFunction.UTILIZATION, UTILIZATION_BYTES, 0).ifPresent(rates -> {
            add(out, "DCGM_FI_DEV_GPU_UTIL", "Share of time in which a kernel ran, in %.", rates, 0);
            add(out, "DCGM_FI_DEV_MEM_COPY_UTIL", "Share of time of memory reads and writes, in %.", rates, 4);
        });
        MemorySegment period = calls.arena().allocate(ValueLayout.JAVA_INT);
        MemorySegment share = calls.arena().allocate(ValueLayout.JAVA_INT);
        if (DeviceCalls.isSuccess(nvml.call(NvmlFunction.ENCODER_UTILIZATION, gpu.handle(), share, period))) {
            add(out, "DCGM_FI_DEV_ENC_UTIL", "Use of the encoder in %.", share, 0);
        }
        if (DeviceCalls.isSuccess(nvml.call(NvmlFunction.DECODER_UTILIZATION, gpu.handle(), share, period))) {
            add(out, "DCGM_FI_DEV_DEC_UTIL", "Use of the decoder in %.", share, 0);
        }
    }

    private void add(FamilyBuffer out, String name, String help, MemorySegment from, long offset) {
        out.add(name, MetricType.GAUGE, help, labels, Integer.toUnsignedLong(from.get(ValueLayout.JAVA_INT, offset)));
    }

    private void memory(DeviceCalls calls, FamilyBuffer out) {
        calls.struct(NvmlFunction.MEMORY, MEMORY_BYTES, MEMORY_VERSION).ifPresent(memory -> {
            memory(out, "DCGM_FI_DEV_FB_TOTAL", "Frame buffer in MiB.", memory, 8);
            memory(out, "DCGM_FI_DEV_FB_RESERVED", "Frame buffer kept by the driver, in MiB.", memory, 16);
            memory(out, "DCGM_FI_DEV_FB_FREE", "Free frame buffer in MiB.", memory, 24);
            memory(out, "DCGM_FI_DEV_FB_USED", "Used frame buffer in MiB.", memory, 32);
        });
    }

    private void memory(FamilyBuffer out, String name, String help, MemorySegment from, long offset) {
        out.add(name, MetricType.GAUGE, help, labels, from.get(ValueLayout.JAVA_LONG, offset) / MIB);
    }

    private void errors(DeviceCalls calls, FamilyBuffer out) {
        ecc(calls, out, "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", ECC_CORRECTED, ECC_VOLATILE);
        ecc(calls, out, "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", ECC_UNCORRECTED, ECC_VOLATILE);
        ecc(calls, out, "DCGM_FI_DEV_ECC_SBE_AGG_TOTAL", ECC_CORRECTED, ECC_AGGREGATE);
        ecc(calls, out, "DCGM_FI_DEV_ECC_DBE_AGG_TOTAL", ECC_UNCORRECTED, ECC_AGGREGATE);
        MemorySegment rows = calls.arena().allocate(ValueLayout.JAVA_INT, 4);
        int code = nvml.call(
                NvmlFunction.REMAPPED_ROWS, gpu.handle(), rows, rows.asSlice(4), rows.asSlice(8), rows.asSlice(12));
        if (DeviceCalls.isSuccess(code)) {
            rows(out, "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", MetricType.COUNTER, rows, 0);
            rows(out, "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", MetricType.COUNTER, rows, 1);
            rows(out, "DCGM_FI_DEV_ROW_REMAP_PENDING", MetricType.GAUGE, rows, 2);
            rows(out, "DCGM_FI_DEV_ROW_REMAP_FAILURE", MetricType.GAUGE, rows, 3);
        }
        counter(
                out,
                "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
                "PCIe packets sent again.",
                calls.uint(NvmlFunction.PCIE_REPLAY));
        gauge(
                out,
                "DCGM_FI_DEV_PCIE_LINK_GEN",
                "Generation at which the PCIe link runs.",
                calls.uint(NvmlFunction.PCIE_LINK_GENERATION),
                1);
        gauge(
                out,
                "DCGM_FI_DEV_PCIE_LINK_WIDTH",
                "Lanes with which the PCIe link runs.",
                calls.uint(NvmlFunction.PCIE_LINK_WIDTH),
                1);
    }

    private void ecc(DeviceCalls calls, FamilyBuffer out, String name, int errorType, int counterType) {
        counter(out, name, "ECC errors.", calls.ulong(NvmlFunction.TOTAL_ECC_ERRORS, errorType, counterType));
    }

    private void rows(FamilyBuffer out, String name, MetricType type, MemorySegment rows, int index) {
        out.add(name, type, "Remapping of memory rows.", labels, rows.getAtIndex(ValueLayout.JAVA_INT, index));
    }

    private void fields(FieldValues values, FamilyBuffer out) {
        values.get(FieldValues.MEMORY_TEMPERATURE)
                .ifPresent(value -> out.add(
                        "DCGM_FI_DEV_MEMORY_TEMP",
                        MetricType.GAUGE,
                        "Memory temperature in degrees Celsius.",
                        labels,
                        value));
        counter(out, "DCGM_FI_DEV_POWER_VIOLATION", values, FieldValues.POWER_VIOLATION);
        counter(out, "DCGM_FI_DEV_THERMAL_VIOLATION", values, FieldValues.THERMAL_VIOLATION);
        counter(out, "DCGM_FI_DEV_SYNC_BOOST_VIOLATION", values, FieldValues.SYNC_BOOST_VIOLATION);
        counter(out, "DCGM_FI_DEV_BOARD_LIMIT_VIOLATION", values, FieldValues.BOARD_LIMIT_VIOLATION);
        counter(out, "DCGM_FI_DEV_LOW_UTIL_VIOLATION", values, FieldValues.LOW_UTILIZATION_VIOLATION);
        counter(out, "DCGM_FI_DEV_RELIABILITY_VIOLATION", values, FieldValues.RELIABILITY_VIOLATION);
        counter(out, "DCGM_FI_DEV_RETIRED_SBE", values, FieldValues.ECC_RETIRED_SBE);
        counter(out, "DCGM_FI_DEV_RETIRED_DBE", values, FieldValues.ECC_RETIRED_DBE);
        counter(out, "DCGM_FI_DEV_RETIRED_PENDING", values, FieldValues.ECC_RETIRED_PENDING);
        counter(out, "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL", values, FieldValues.NVLINK_CRC_FLIT_ERRORS);
        counter(out, "DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL", values, FieldValues.NVLINK_CRC_DATA_ERRORS);
        counter(out, "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL", values, FieldValues.NVLINK_REPLAY_ERRORS);
        counter(out, "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL", values, FieldValues.NVLINK_RECOVERY_ERRORS);
        nvlinkBytes(values)
                .ifPresent(bytes -> out.add(
                        "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
                        MetricType.COUNTER,
                        "Bytes sent and received over all NVLinks.",
                        labels,
                        bytes));
    }

    private void counter(FamilyBuffer out, String name, FieldValues values, int field) {
        String help = name.endsWith("VIOLATION") ? "Nanoseconds of clocks held down." : "Errors counted by the device.";
        values.get(field).ifPresent(value -> out.add(name, MetricType.COUNTER, help, labels, value));
    }

    /// Links before the fifth generation count KiB, later ones bytes.
    private static OptionalDouble nvlinkBytes(FieldValues values) {
        OptionalDouble sent = values.get(FieldValues.NVLINK_DATA_TX_KIB);
        OptionalDouble received = values.get(FieldValues.NVLINK_DATA_RX_KIB);
        if (sent.isPresent() && received.isPresent()) {
            return OptionalDouble.of((sent.getAsDouble() + received.getAsDouble()) * KIB);
        }
        sent = values.get(FieldValues.NVLINK_XMIT_BYTES);
        received = values.get(FieldValues.NVLINK_RECEIVE_BYTES);
        return sent.isPresent() && received.isPresent()
                ? OptionalDouble.of(sent.getAsDouble() + received.getAsDouble())
                : OptionalDouble.empty();
    }

    private void activity(DeviceCalls calls, FamilyBuffer out) {
        if (!isGpmSought) {
            gpm = GpmReader.open(calls, time).orElse(null);
            isGpmSought = true;
        }
        if (gpm != null) {
            for (GpmReader.Reading reading : gpm.read(calls)) {
                out.add(reading.name(), MetricType.GAUGE, reading.help(), labels, reading.value());
            }
            return;
        }
        String help = "KB per second over PCIe.";
        gauge(out, "DCGM_FI_DEV_PCIE_TX_THROUGHPUT", help, calls.uint(NvmlFunction.PCIE_THROUGHPUT, PCIE_TX), 1);
        gauge(out, "DCGM_FI_DEV_PCIE_RX_THROUGHPUT", help, calls.uint(NvmlFunction.PCIE_THROUGHPUT, PCIE_RX), 1);
    }

    private void clockEvents(DeviceCalls calls, FamilyBuffer out) {
        OptionalLong reasons = calls.ulong(NvmlFunction.CLOCK_EVENT_REASONS);
        if (reasons.isEmpty()) {
            reasons = calls.ulong(NvmlFunction.CLOCK_THROTTLE_REASONS);
        }
        reasons.ifPresent(bits -> {
            String help = "Bits of the reasons for which clocks are held down.";
            out.add("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", MetricType.GAUGE, help, labels, bits);
            for (int i = 0; i < CLOCK_EVENTS.length; i++) {
                clockEventTotals[i] += (bits & ~lastClockEvents) >> i & 1;
                out.add(
                        "DCGM_EXP_CLOCK_EVENTS_TOTAL",
                        MetricType.COUNTER,
                        "Readings at which this reason to hold clocks down was new.",
                        labels.with("clock_event", CLOCK_EVENTS[i]),
                        clockEventTotals[i]);
                out.add(
                        "belvedere_gpu_clock_event",
                        MetricType.GAUGE,
                        "Whether clocks are held down now for this reason.",
                        labels.with("clock_event", CLOCK_EVENTS[i]),
                        bits >> i & 1);
            }
            lastClockEvents = bits;
        });
    }

    private void gauge(FamilyBuffer out, String name, String help, OptionalLong value, double scale) {
        value.ifPresent(v -> out.add(name, MetricType.GAUGE, help, labels, v * scale));
    }

    private void counter(FamilyBuffer out, String name, String help, OptionalLong value) {
        value.ifPresent(v -> out.add(name, MetricType.COUNTER, help, labels, v));
    }
}
