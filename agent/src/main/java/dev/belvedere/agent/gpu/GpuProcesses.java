package dev.belvedere.agent.gpu;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The processes that hold a GPU, joined with what /proc tells of them: command, pod, container, Slurm job, rank.
///
/// Of a process' environment only the names listed here are looked at; nothing else of it is kept.
final class GpuProcesses {

    private static final int MAX_PROCESSES = 4096;
    private static final int MAX_FILE_BYTES = 1 << 20;

    /// `nvmlProcessInfo_t`: pid 0, used memory 8 (all ones: unknown), 24 bytes in all.
    private static final long STRUCT_BYTES = 24;

    private static final long UNKNOWN_MEMORY = -1;

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "RANK", "rank",
            "LOCAL_RANK", "local_rank",
            "WORLD_SIZE", "world_size",
            "SLURM_JOB_ID", "slurm_job_id",
            "SLURM_PROCID", "slurm_procid",
            "OMPI_COMM_WORLD_RANK", "ompi_rank",
            "MLFLOW_RUN_ID", "mlflow_run_id",
            "WANDB_RUN_ID", "wandb_run_id",
            "TORCHELASTIC_RUN_ID", "torchelastic_run_id");

    private static final Pattern POD = Pattern.compile("pod([a-f0-9_-]{32,})");
    private static final Pattern CONTAINER = Pattern.compile("([a-f0-9]{64})");
    private static final Pattern SLURM_JOB = Pattern.compile("/job_(\\d+)");

    private final Disk disk;
    private final Path root;

    /// @param root where the machine's root directory is seen
    GpuProcesses(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    void read(DeviceCalls calls, Gpu gpu, FamilyBuffer out) {
        MemorySegment count = calls.arena().allocate(ValueLayout.JAVA_INT);
        int code = calls.nvml().call(NvmlFunction.COMPUTE_PROCESSES, calls.device(), count, MemorySegment.NULL);
        if (code != Nvml.INSUFFICIENT_SIZE) {
            DeviceCalls.isSuccess(code);
            return;
        }
        // Some room for processes that start in between.
        int room = Math.min(MAX_PROCESSES, count.get(ValueLayout.JAVA_INT, 0) + 8);
        count.set(ValueLayout.JAVA_INT, 0, room);
        MemorySegment processes = calls.arena().allocate(room * STRUCT_BYTES, Long.BYTES);
        if (DeviceCalls.isSuccess(
                calls.nvml().call(NvmlFunction.COMPUTE_PROCESSES, calls.device(), count, processes))) {
            int found = Math.min(room, count.get(ValueLayout.JAVA_INT, 0));
            for (int i = 0; i < found; i++) {
                add(out, gpu, processes.asSlice(i * STRUCT_BYTES, STRUCT_BYTES));
            }
        }
    }

    private void add(FamilyBuffer out, Gpu gpu, MemorySegment process) {
        String pid = Integer.toUnsignedString(process.get(ValueLayout.JAVA_INT, 0));
        Labels labels = Labels.of("gpu", Integer.toString(gpu.index()), "UUID", gpu.uuid(), "pid", pid);
        out.add(
                "belvedere_gpu_process_info",
                MetricType.GAUGE,
                "A process that holds the GPU, and what it belongs to; always 1.",
                identity(labels, pid),
                1);
        long memory = process.get(ValueLayout.JAVA_LONG, 8);
        if (memory != UNKNOWN_MEMORY) {
            out.add(
                    "belvedere_gpu_process_memory_used_bytes",
                    MetricType.GAUGE,
                    "Device memory of the process.",
                    labels,
                    memory);
        }
    }

    private Labels identity(Labels labels, String pid) {
        Labels.Builder builder = labels.toBuilder().set("process_name", text(pid, "comm"));
        String cgroup = text(pid, "cgroup");
        Matcher pod = POD.matcher(cgroup);
        if (pod.find()) {
            builder.set("pod_uid", pod.group(1).replace('_', '-'));
        }
        Matcher container = CONTAINER.matcher(cgroup);
        while (container.find()) {
            builder.set("container_id", container.group(1));
        }
        Matcher job = SLURM_JOB.matcher(cgroup);
        if (job.find()) {
            builder.set("slurm_job_id", job.group(1));
        }
        for (String variable : text(pid, "environ").split("\0", -1)) {
            int equals = variable.indexOf('=');
            String label = equals < 0 ? null : ENVIRONMENT.get(variable.substring(0, equals));
            if (label != null) {
                builder.set(label, variable.substring(equals + 1));
            }
        }
        return builder.build();
    }

    /// Empty where the process has ended or may not be looked at.
    private String text(String pid, String file) {
        try {
            byte[] bytes = disk.readAll(root.resolve("proc").resolve(pid).resolve(file), MAX_FILE_BYTES);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
