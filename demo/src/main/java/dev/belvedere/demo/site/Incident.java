package dev.belvedere.demo.site;

/// What goes wrong in a cycle of the schedule, in order.
///
/// Offsets and durations are seconds at speed 1.
public enum Incident {
    QUEUE_BUILD_UP(120, 180, "requests to Llama 3.1 70B more than double and queue up", "LlmQueueBuildUp"),
    CUDA_OOM(420, 60, "a diffusion worker on gpu-node-8 runs out of GPU memory and restarts", "CudaOutOfMemory"),
    LOSS_SPIKE(600, 120, "the loss of run sdxl-finetune jumps", "TrainingLossSpike"),
    STRAGGLER(
            840, 240, "GPU 5 of gpu-node-2 runs hot and slow and holds up run llama-8b-pretrain", "TrainingStraggler"),
    XID_79(1200, 180, "GPU 2 of gpu-node-3 falls off the bus and stops run llama-8b-pretrain", "GpuXid");

    private final int offsetSeconds;
    private final int durationSeconds;
    private final String what;
    private final String alert;

    Incident(int offsetSeconds, int durationSeconds, String what, String alert) {
        this.offsetSeconds = offsetSeconds;
        this.durationSeconds = durationSeconds;
        this.what = what;
        this.alert = alert;
    }

    int offsetSeconds() {
        return offsetSeconds;
    }

    int durationSeconds() {
        return durationSeconds;
    }

    /// A sentence's worth of what happens.
    public String what() {
        return what;
    }

    /// The rule that fires for it.
    public String alert() {
        return alert;
    }
}
