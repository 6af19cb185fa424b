package dev.belvedere.server.self;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.belvedere.platform.metrics.MetricRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.RuntimeMXBean;
import java.util.function.DoubleSupplier;

/// What every process tells of itself, under the names that Prometheus' client libraries use.
public final class ProcessMetrics {

    private final UnixOperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);

    private ProcessMetrics() {}

    /// @param residentBytes asks the operating system for the process' resident memory
    public static void register(MetricRegistry registry, DoubleSupplier residentBytes, String version) {
        ProcessMetrics metrics = new ProcessMetrics();
        metrics.registerProcess(registry, residentBytes);
        registerJvm(registry);
        registry.gauge(
                "belvedere_build_info", "A constant 1 with the version of this build.", () -> 1, "version", version);
    }

    private void registerProcess(MetricRegistry registry, DoubleSupplier residentBytes) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        registry.counter(
                "process_cpu_seconds_total",
                "User and system CPU time spent, in seconds.",
                () -> system.getProcessCpuTime() / 1e9);
        registry.gauge(
                "process_start_time_seconds",
                "When the process began, since the Unix epoch in seconds.",
                () -> runtime.getStartTime() / 1e3);
        registry.gauge("process_resident_memory_bytes", "Resident memory in bytes.", residentBytes);
        registry.gauge("process_open_fds", "Open file descriptors.", system::getOpenFileDescriptorCount);
        registry.gauge("process_max_fds", "Most file descriptors allowed.", system::getMaxFileDescriptorCount);
    }

    private static void registerJvm(MetricRegistry registry) {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            registry.gauge(
                    "jvm_memory_used_bytes",
                    "Used bytes of a memory pool.",
                    () -> pool.getUsage().getUsed(),
                    "area",
                    pool.getType().name().startsWith("HEAP") ? "heap" : "nonheap",
                    "pool",
                    pool.getName());
        }
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            registry.counter(
                    "jvm_gc_collection_seconds_total",
                    "Time spent in collections, in seconds.",
                    () -> collector.getCollectionTime() / 1e3,
                    "gc",
                    collector.getName());
            registry.counter(
                    "jvm_gc_collections_total",
                    "Collections.",
                    collector::getCollectionCount,
                    "gc",
                    collector.getName());
        }
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            registry.gauge(
                    "jvm_buffer_pool_used_bytes",
                    "Used bytes of a buffer pool.",
                    pool::getMemoryUsed,
                    "pool",
                    pool.getName());
        }
        registry.gauge(
                "jvm_threads_current",
                "Platform threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
    }
}
