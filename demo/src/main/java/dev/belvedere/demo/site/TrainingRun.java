package dev.belvedere.demo.site;

import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// A synchronous training run over all GPUs of some nodes: every step waits for its slowest rank.
///
/// The trainer sends the run's figures by OTLP every few seconds; its launcher exposes each rank's times to be
/// scraped. Both fall silent when the run has crashed.
final class TrainingRun {

    /// What is fixed about a run.
    ///
    /// @param straggler the rank that is slow during [Incident#STRAGGLER], -1 for none
    /// @param failing the rank that is lost during [Incident#XID_79], -1 for none
    /// @param hasLossSpike whether [Incident#LOSS_SPIKE] befalls it
    record Plan(
            String name,
            String model,
            String team,
            long startStep,
            long plannedSteps,
            double stepSeconds,
            double tokensPerStep,
            double finalLoss,
            int straggler,
            int failing,
            boolean hasLossSpike) {}

    private enum State {
        RUNNING,
        HANGING,
        CRASHED
    }

    private static final int PUSH_SECONDS = 5;
    private static final int CHECKPOINT_SECONDS = 90;
    private static final int CHECKPOINT_DURATION = 4;
    private static final int HANG_SECONDS = 30;
    private static final int LOG_SECONDS = 10;
    private static final double COMMUNICATION_SHARE = 0.12;
    private static final double MEMORY_MIB = 71_300;

    private final Plan plan;
    private final List<SimulatedNode> nodes;
    private final RandomGenerator random;
    private final Resource resource;
    private final double[] computeSeconds;
    private State state = State.RUNNING;
    private double step;
    private double loss;
    private double gradNorm = 0.6;
    private double stepSeconds;
    private double tokens;
    private long checkpointStep;
    private double checkpointSeconds;
    private double slowestCompute;

    TrainingRun(Plan plan, List<SimulatedNode> nodes, RandomGenerator random) {
        this.plan = plan;
        this.nodes = List.copyOf(nodes);
        this.random = random;
        step = plan.startStep();
        checkpointStep = plan.startStep();
        computeSeconds = new double[nodes.size() * SimulatedNode.GPUS];
        resource = new Resource(Attributes.of(
                "service.name", "trainer",
                "service.instance.id", plan.name(),
                "ml.run.id", plan.name(),
                "ml.model", plan.model(),
                "team", plan.team(),
                "host.name", nodes.getFirst().name()));
    }

    String name() {
        return plan.name();
    }

    private SimulatedGpu gpu(int rank) {
        return nodes.get(rank / SimulatedNode.GPUS).gpu(rank % SimulatedNode.GPUS);
    }

    private String node(int rank) {
        return nodes.get(rank / SimulatedNode.GPUS).name();
    }

    void step(Tick tick, Emissions emissions) {
        boolean isFailing = plan.failing() >= 0 && tick.isActive(Incident.XID_79);
        if (isFailing && state == State.RUNNING) {
            fail(tick, emissions);
        } else if (!isFailing && state != State.RUNNING) {
            resume(tick, emissions);
        } else if (state == State.HANGING
                && tick.schedule().secondsSince(Incident.XID_79, tick.second()) >= HANG_SECONDS) {
            crash(tick, emissions);
        }
        if (state == State.RUNNING) {
            train(tick, emissions);
        }
        useGpus(tick);
        if (state != State.CRASHED && tick.isEvery(PUSH_SECONDS)) {
            emissions.otlpMetrics().put(resource, figures());
        }
    }

    private void train(Tick tick, Emissions emissions) {
        boolean isSlow = plan.straggler() >= 0 && tick.isActive(Incident.STRAGGLER);
        slowestCompute = 0;
        for (int rank = 0; rank < computeSeconds.length; rank++) {
            double base = plan.stepSeconds() * (1 - COMMUNICATION_SHARE) * (1 + 0.008 * random.nextGaussian());
            computeSeconds[rank] = isSlow && rank == plan.straggler() ? 1.55 * base : base;
            slowestCompute = Math.max(slowestCompute, computeSeconds[rank]);
        }
        stepSeconds = slowestCompute + plan.stepSeconds() * COMMUNICATION_SHARE;
        boolean isSaving = tick.second() % CHECKPOINT_SECONDS < CHECKPOINT_DURATION;
        if (!isSaving) {
            step += 1 / stepSeconds;
            tokens += plan.tokensPerStep() / stepSeconds;
        }
        boolean isSpiking = plan.hasLossSpike() && tick.isActive(Incident.LOSS_SPIKE);
        double target = plan.finalLoss() + 6 * Math.pow(step + 1, -0.28);
        loss = target * (isSpiking ? 1.9 + 0.2 * random.nextDouble() : 1) + 0.01 * random.nextGaussian();
        gradNorm = (isSpiking ? 9 : 0.6) * (1 + 0.08 * random.nextGaussian());
        if (tick.second() % CHECKPOINT_SECONDS == CHECKPOINT_DURATION) {
            checkpoint(tick, emissions);
        }
        if (tick.isEvery(LOG_SECONDS)) {
            logStep(tick, emissions, isSpiking);
        }
    }

    private void checkpoint(Tick tick, Emissions emissions) {
        checkpointStep = (long) step;
        checkpointSeconds = tick.seconds();
        emissions.log(
                resource,
                tick.nanos(),
                Severity.INFO,
                "saved checkpoint of step " + checkpointStep + " in " + CHECKPOINT_DURATION + " s",
                Attributes.builder()
                        .put(LogRecord.EVENT_NAME, "checkpoint")
                        .put("ml.step", AttributeValue.of(checkpointStep))
                        .build());
    }

    private void logStep(Tick tick, Emissions emissions, boolean isSpiking) {
        String line = String.format(
                Locale.ROOT,
                "step %d/%d | loss %.4f | grad norm %.2f | lr %.3e | %.3f s/step | %.0f tokens/s",
                (long) step,
                plan.plannedSteps(),
                loss,
                gradNorm,
                learningRate(),
                stepSeconds,
                plan.tokensPerStep() / stepSeconds);
        Attributes attributes = Attributes.builder()
                .put("ml.step", AttributeValue.of((long) step))
                .put("ml.rank", AttributeValue.of(0L))
                .build();
        emissions.log(resource, tick.nanos(), isSpiking ? Severity.WARN : Severity.INFO, line, attributes);
    }

    private double learningRate() {
        double progress = Math.min(1, step / plan.plannedSteps());
        return 3e-5 + 0.5 * (3e-4 - 3e-5) * (1 + Math.cos(Math.PI * progress));
    }

    private void fail(Tick tick, Emissions emissions) {
        state = State.HANGING;
        String node = node(plan.failing());
        int index = plan.failing() % SimulatedNode.GPUS;
        gpu(plan.failing()).xid(79, tick.second());
        String pci = String.format(Locale.ROOT, "PCI:0000:%02x:00", 0x18 + 0x11 * index);
        emissions.syslog(
                node,
                "kernel",
                tick.nanosBefore(0.9),
                "NVRM: Xid (" + pci + "): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.");
        emissions.syslog(
                node,
                "kernel",
                tick.nanosBefore(0.8),
                "NVRM: GPU " + pci.substring(4) + ".0: GPU has fallen off the bus.");
    }

    private void crash(Tick tick, Emissions emissions) {
        state = State.CRASHED;
        for (int rank = 0; rank < computeSeconds.length; rank += 5) {
            String line = String.format(
                    Locale.ROOT,
                    "[rank%d]: [Rank %d] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=%d,"
                            + " OpType=ALLREDUCE, NumelIn=67108864, NumelOut=67108864, Timeout(ms)=%d) ran for %d"
                            + " milliseconds before timing out.",
                    rank,
                    rank,
                    (long) step,
                    1000 * HANG_SECONDS,
                    1000 * HANG_SECONDS + random.nextInt(90));
            Attributes attributes = Attributes.builder()
                    .put("ml.rank", AttributeValue.of((long) rank))
                    .put("host.name", node(rank))
                    .build();
            emissions.log(resource, tick.nanosBefore(0.5), Severity.ERROR, line, attributes);
        }
        emissions.log(
                resource,
                tick.nanos(),
                Severity.FATAL,
                "run " + plan.name() + " exited with code 1 at step " + (long) step,
                Attributes.of(LogRecord.EVENT_NAME, "run.failed"));
    }

    private void resume(Tick tick, Emissions emissions) {
        long lost = (long) step - checkpointStep;
        state = State.RUNNING;
        step = checkpointStep;
        gpu(plan.failing()).xid(0, tick.second());
        emissions.syslog(node(plan.failing()), "systemd", tick.nanosBefore(0.6), "Startup finished after reboot.");
        emissions.log(
                resource,
                tick.nanos(),
                Severity.INFO,
                "resumed from checkpoint of step " + checkpointStep + ", " + lost + " steps lost",
                Attributes.of(LogRecord.EVENT_NAME, "run.restarted"));
    }

    private void useGpus(Tick tick) {
        boolean isSaving = tick.second() % CHECKPOINT_SECONDS < CHECKPOINT_DURATION;
        boolean isSlow = plan.straggler() >= 0 && tick.isActive(Incident.STRAGGLER) && state == State.RUNNING;
        Workload busy = Workload.busy(0.99, isSaving ? 0.25 : isSlow ? 0.6 : 0.92, MEMORY_MIB);
        // A rank that waits in a collective spins: fully used by the meter, and cool.
        Workload spinning = Workload.busy(1, 0.12, MEMORY_MIB);
        for (int rank = 0; rank < computeSeconds.length; rank++) {
            Workload use = switch (state) {
                case RUNNING -> isSlow && rank == plan.straggler() ? busy.throttled() : busy;
                case HANGING -> spinning;
                case CRASHED -> Workload.IDLE;
            };
            gpu(rank).use(state != State.RUNNING && rank == plan.failing() ? use.lost() : use);
        }
    }

    private List<MetricFamily> figures() {
        FamilyBuffer out = new FamilyBuffer();
        String[] labels = {"run", plan.name(), "model", plan.model(), "team", plan.team()};
        out.gauge("ml_training_step", "Optimizer steps done.", (long) step, labels);
        out.gauge("ml_training_steps", "Optimizer steps planned.", plan.plannedSteps(), labels);
        out.gauge("ml_training_loss", "Loss of the last step.", loss, labels);
        out.gauge("ml_training_grad_norm", "Norm of the gradient before clipping.", gradNorm, labels);
        out.gauge("ml_training_learning_rate", "Learning rate.", learningRate(), labels);
        out.gauge("ml_training_step_duration_seconds", "Duration of a step.", stepSeconds, labels);
        double tokensPerSecond = state == State.RUNNING ? plan.tokensPerStep() / stepSeconds : 0;
        out.gauge("ml_training_tokens_per_second", "Tokens trained on per second.", tokensPerSecond, labels);
        out.counter("ml_training_tokens_total", "Tokens trained on.", Math.rint(tokens), labels);
        double mfu = state == State.RUNNING ? 0.43 * plan.stepSeconds() / stepSeconds : 0;
        out.gauge("ml_training_mfu_ratio", "Share of the GPUs' peak that is model arithmetic.", mfu, labels);
        out.gauge("ml_training_checkpoint_step", "Step of the last checkpoint.", checkpointStep, labels);
        if (checkpointSeconds > 0) {
            String help = "When the last checkpoint was saved.";
            out.gauge("ml_training_checkpoint_timestamp_seconds", help, checkpointSeconds, labels);
        }
        return out.build();
    }

    /// Whether the launcher answers scrapes.
    boolean isUp() {
        return state != State.CRASHED;
    }

    void exposeRanks(FamilyBuffer out) {
        for (int rank = 0; rank < computeSeconds.length; rank++) {
            String[] labels = {
                "run", plan.name(),
                "rank", Integer.toString(rank),
                "node", node(rank),
                "gpu", Integer.toString(rank % SimulatedNode.GPUS)
            };
            out.gauge(
                    "ml_training_rank_compute_seconds",
                    "Time of the last step in which the rank computed.",
                    computeSeconds[rank],
                    labels);
            out.gauge(
                    "ml_training_rank_comm_wait_seconds",
                    "Time of the last step in which the rank waited for the others.",
                    slowestCompute - computeSeconds[rank] + plan.stepSeconds() * COMMUNICATION_SHARE,
                    labels);
        }
    }
}
