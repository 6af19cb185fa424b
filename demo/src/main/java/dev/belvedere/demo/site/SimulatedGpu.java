package dev.belvedere.demo.site;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// One H100 with its meters, told as dcgm-exporter tells them.
final class SimulatedGpu {

    private static final double MEMORY_MIB = 81_559;
    private static final double RESERVED_MIB = 551;
    private static final double SM_CLOCK = 1980;
    private static final double THROTTLED_CLOCK = 1185;
    private static final int XID_WINDOW_SECONDS = 300;

    private final Labels labels;
    private final RandomGenerator random;
    private Workload workload = Workload.IDLE;
    private double celsius = 31;
    private double watts = 70;
    private double energyMillijoules;
    private double nvlinkBytes;
    private double thermalViolationNanos;
    private double utilisation;
    private double intensity;
    private int xid;
    private long xidSecond;
    private long second;

    SimulatedGpu(String node, int index, RandomGenerator random) {
        this.random = random;
        String uuid = String.format(Locale.ROOT, "GPU-%08x-%04x", random.nextInt(), random.nextInt(1 << 16));
        labels = Labels.of(
                "gpu",
                Integer.toString(index),
                "UUID",
                uuid,
                "pci_bus_id",
                String.format(Locale.ROOT, "00000000:%02X:00.0", 0x18 + 0x11 * index),
                "device",
                "nvidia" + index,
                "modelName",
                "NVIDIA H100 80GB HBM3",
                "Hostname",
                node,
                "DCGM_FI_DRIVER_VERSION",
                "550.90.07");
    }

    void use(Workload use) {
        workload = use;
    }

    void xid(int code, long atSecond) {
        xid = code;
        xidSecond = atSecond;
    }

    double watts() {
        return watts;
    }

    void step(Tick tick) {
        second = tick.second();
        if (workload.isLost()) {
            return;
        }
        utilisation = bounded(workload.utilisation() + 0.01 * random.nextGaussian());
        intensity = bounded(workload.intensity() * (1 + 0.03 * random.nextGaussian()));
        watts += 0.5 * (70 + 600 * intensity + 5 * random.nextGaussian() - watts);
        double target = 29 + watts * (workload.isThrottled() ? 0.2 : 0.055);
        celsius += 0.08 * (target - celsius);
        energyMillijoules += 1000 * watts;
        nvlinkBytes += 9e10 * intensity;
        thermalViolationNanos += workload.isThrottled() ? 7e8 : 0;
    }

    private static double bounded(double share) {
        return Math.max(0, Math.min(1, share));
    }

    void expose(FamilyBuffer out) {
        exposeXid(out);
        if (workload.isLost()) {
            return;
        }
        double used = Math.min(workload.memoryMib(), MEMORY_MIB - RESERVED_MIB);
        gauge(out, "DEV_SM_CLOCK", "SM clock frequency in MHz.", workload.isThrottled() ? THROTTLED_CLOCK : SM_CLOCK);
        gauge(out, "DEV_MEM_CLOCK", "Memory clock frequency in MHz.", 2619);
        gauge(out, "DEV_GPU_TEMP", "GPU temperature in degrees Celsius.", Math.rint(celsius));
        gauge(out, "DEV_MEMORY_TEMP", "Memory temperature in degrees Celsius.", Math.rint(celsius + 9));
        gauge(out, "DEV_POWER_USAGE", "Power draw in W.", Math.rint(1000 * watts) / 1000);
        counter(out, "DEV_TOTAL_ENERGY_CONSUMPTION", "Energy since boot in mJ.", Math.rint(energyMillijoules));
        counter(out, "DEV_PCIE_REPLAY_COUNTER", "PCIe retries.", 0);
        gauge(out, "DEV_GPU_UTIL", "GPU utilization in %.", Math.rint(100 * utilisation));
        gauge(out, "DEV_MEM_COPY_UTIL", "Memory utilization in %.", Math.rint(55 * intensity));
        gauge(out, "DEV_ENC_UTIL", "Encoder utilization in %.", 0);
        gauge(out, "DEV_DEC_UTIL", "Decoder utilization in %.", 0);
        gauge(out, "DEV_FB_USED", "Frame buffer used in MiB.", Math.rint(used));
        gauge(out, "DEV_FB_FREE", "Frame buffer free in MiB.", Math.rint(MEMORY_MIB - RESERVED_MIB - used));
        gauge(out, "DEV_FB_RESERVED", "Frame buffer reserved in MiB.", RESERVED_MIB);
        counter(out, "DEV_THERMAL_VIOLATION", "Throttling by heat in ns.", thermalViolationNanos);
        counter(out, "DEV_NVLINK_BANDWIDTH_TOTAL", "NVLink traffic of all lanes.", Math.rint(nvlinkBytes));
        counter(out, "DEV_UNCORRECTABLE_REMAPPED_ROWS", "Rows remapped for uncorrectable errors.", 0);
        counter(out, "DEV_CORRECTABLE_REMAPPED_ROWS", "Rows remapped for correctable errors.", 0);
        gauge(out, "DEV_ROW_REMAP_FAILURE", "Whether remapping of rows has failed.", 0);
        gauge(out, "PROF_GR_ENGINE_ACTIVE", "Share of time the graphics engine is active.", share(utilisation));
        gauge(out, "PROF_SM_ACTIVE", "Share of cycles an SM has a warp.", share(0.95 * intensity));
        gauge(out, "PROF_SM_OCCUPANCY", "Share of resident warps on an SM.", share(0.35 * intensity));
        gauge(out, "PROF_PIPE_TENSOR_ACTIVE", "Share of cycles the tensor pipe is active.", share(0.6 * intensity));
        gauge(out, "PROF_DRAM_ACTIVE", "Share of cycles the memory interface is active.", share(0.55 * intensity));
    }

    private void exposeXid(FamilyBuffer out) {
        Labels last = labels.with("err_code", Integer.toString(xid))
                .with("err_msg", xid == 0 ? "No Error" : "GPU has fallen off the bus");
        out.add("DCGM_FI_DEV_XID_ERRORS", MetricType.GAUGE, "The last XID error.", last, xid);
        if (xid != 0 && second - xidSecond < XID_WINDOW_SECONDS) {
            out.add(
                    "DCGM_EXP_XID_ERRORS_COUNT",
                    MetricType.GAUGE,
                    "XID errors within the window.",
                    labels.with("xid", Integer.toString(xid))
                            .with("window_size_in_ms", Integer.toString(1000 * XID_WINDOW_SECONDS)),
                    1);
        }
    }

    private static double share(double value) {
        return Math.rint(1e6 * value) / 1e6;
    }

    private void gauge(FamilyBuffer out, String name, String help, double value) {
        out.add("DCGM_FI_" + name, MetricType.GAUGE, help, labels, value);
    }

    private void counter(FamilyBuffer out, String name, String help, double value) {
        out.add("DCGM_FI_" + name, MetricType.COUNTER, help, labels, value);
    }
}
