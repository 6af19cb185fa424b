package dev.belvedere.demo.site;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A node with eight GPUs and the basics that node_exporter tells of it.
final class SimulatedNode {

    static final int GPUS = 8;

    private static final int CPUS = 8;
    private static final double MEMORY_BYTES = 2.0e12;
    private static final double ROOT_BYTES = 1.0e12;
    private static final double SCRATCH_BYTES = 2.8e13;
    private static final String[] MODES = {"user", "system", "iowait", "idle"};

    private final String name;
    private final RandomGenerator random;
    private final List<SimulatedGpu> gpus = new ArrayList<>();
    private final double[][] cpuSeconds = new double[CPUS][MODES.length];
    private final long bootSeconds;
    private double load = 4;
    private double memoryShare = 0.1;
    private double scratchUsed;
    private double receivedBytes;
    private double sentBytes;
    private double readBytes;
    private double writtenBytes;
    private double nowSeconds;

    SimulatedNode(String name, long startMillis, RandomGenerator random) {
        this.name = name;
        this.random = random;
        bootSeconds = startMillis / 1000 - 86_400L * (3 + random.nextInt(60));
        scratchUsed = SCRATCH_BYTES * (0.3 + 0.3 * random.nextDouble());
        for (int i = 0; i < GPUS; i++) {
            gpus.add(new SimulatedGpu(name, i, random));
        }
    }

    String name() {
        return name;
    }

    SimulatedGpu gpu(int index) {
        return gpus.get(index);
    }

    double gpuWatts() {
        return gpus.stream().mapToDouble(SimulatedGpu::watts).sum();
    }

    void step(Tick tick) {
        gpus.forEach(gpu -> gpu.step(tick));
        nowSeconds = tick.seconds();
        double busy = Math.min(0.85, 0.06 + gpuWatts() / 9000 + 0.02 * random.nextGaussian());
        for (double[] seconds : cpuSeconds) {
            double share = Math.max(0.01, busy * (0.8 + 0.4 * random.nextDouble()));
            seconds[0] += 0.8 * share;
            seconds[1] += 0.17 * share;
            seconds[2] += 0.03 * share;
            seconds[3] += 1 - share;
        }
        load += 0.05 * (128 * busy - load);
        memoryShare += 0.02 * (0.15 + 0.5 * busy - memoryShare);
        double traffic = 2.5e9 * busy * (0.8 + 0.4 * random.nextDouble());
        receivedBytes += Math.rint(traffic);
        sentBytes += Math.rint(traffic * 0.9);
        readBytes += Math.rint(8e8 * busy);
        writtenBytes += Math.rint(2e8 * busy * random.nextDouble());
        scratchUsed = Math.min(0.95 * SCRATCH_BYTES, scratchUsed + 2e6 * random.nextDouble());
    }

    void exposeGpus(FamilyBuffer out) {
        gpus.forEach(gpu -> gpu.expose(out));
    }

    void exposeHost(FamilyBuffer out) {
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (int mode = 0; mode < MODES.length; mode++) {
                out.counter(
                        "node_cpu_seconds_total",
                        "Seconds the CPUs spent in each mode.",
                        rounded(cpuSeconds[cpu][mode]),
                        "cpu",
                        Integer.toString(cpu),
                        "mode",
                        MODES[mode]);
            }
        }
        out.gauge("node_load1", "1m load average.", rounded(load));
        out.gauge("node_memory_MemTotal_bytes", "Memory.", MEMORY_BYTES);
        double available = Math.rint(MEMORY_BYTES * (1 - memoryShare));
        out.gauge("node_memory_MemAvailable_bytes", "Memory that can be had.", available);
        out.gauge("node_memory_MemFree_bytes", "Memory that nobody uses.", Math.rint(available * 0.6));
        filesystem(out, "/dev/nvme0n1p2", "ext4", "/", ROOT_BYTES, 0.34 * ROOT_BYTES);
        filesystem(out, "/dev/md0", "xfs", "/scratch", SCRATCH_BYTES, scratchUsed);
        network(out, "receive", receivedBytes);
        network(out, "transmit", sentBytes);
        out.counter("node_disk_read_bytes_total", "Bytes read.", readBytes, "device", "nvme0n1");
        out.counter("node_disk_written_bytes_total", "Bytes written.", writtenBytes, "device", "nvme0n1");
        out.gauge("node_boot_time_seconds", "When the node booted.", bootSeconds);
        out.gauge("node_time_seconds", "System time.", nowSeconds);
        out.gauge(
                "node_uname_info",
                "Name and kernel of the node.",
                1,
                "nodename",
                name,
                "sysname",
                "Linux",
                "machine",
                "x86_64",
                "release",
                "6.8.0-45-generic");
    }

    private static double rounded(double value) {
        return Math.rint(100 * value) / 100;
    }

    private static void network(FamilyBuffer out, String direction, double bytes) {
        out.counter("node_network_" + direction + "_bytes_total", "Network bytes.", bytes, "device", "ib0");
        out.counter(
                "node_network_" + direction + "_bytes_total",
                "Network bytes.",
                Math.rint(bytes / 200),
                "device",
                "eth0");
    }

    private static void filesystem(
            FamilyBuffer out, String device, String type, String mountPoint, double size, double used) {
        String[] labels = {"device", device, "fstype", type, "mountpoint", mountPoint};
        out.gauge("node_filesystem_size_bytes", "Filesystem size.", size, labels);
        out.gauge("node_filesystem_avail_bytes", "Filesystem space available.", Math.rint(size - used), labels);
        out.gauge("node_filesystem_free_bytes", "Filesystem space free.", Math.rint(size - used), labels);
    }
}
