package dev.belvedere.demo.site;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Severity;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.util.random.RandomGenerator;

/// A pipeline that runs again and again, fails now and then, and leaves a dataset behind.
final class DataPipeline {

    /// @param everySeconds from the start of a run to the start of the next
    /// @param failureShare of all runs
    record Plan(
            String name, String dataset, String team, int everySeconds, double rowsPerSecond, double failureShare) {}

    private final Plan plan;
    private final RandomGenerator random;
    private final Resource resource;
    private long runStart;
    private int runSeconds;
    private boolean isFailing;
    private double lastSuccess;
    private double lastDuration;
    private long successes;
    private long failures;
    private double rows;
    private double rejectedRows;
    private double now;

    DataPipeline(Plan plan, double startSeconds, RandomGenerator random) {
        this.plan = plan;
        this.random = random;
        this.lastSuccess = startSeconds - random.nextInt(plan.everySeconds());
        this.now = startSeconds;
        this.runStart = -random.nextInt(plan.everySeconds());
        resource = new Resource(Attributes.of(
                "service.name", "data-pipelines", "service.instance.id", plan.name(), "team", plan.team()));
        plan();
    }

    private void plan() {
        runSeconds = (int) (plan.everySeconds() * (0.4 + 0.3 * random.nextDouble()));
        isFailing = random.nextDouble() < plan.failureShare();
    }

    void step(Tick tick, Emissions emissions) {
        now = tick.seconds();
        long inRun = tick.second() - runStart;
        if (inRun < runSeconds) {
            double done = Math.rint(plan.rowsPerSecond() * (0.9 + 0.2 * random.nextDouble()));
            rows += done;
            rejectedRows += Math.rint(done * 0.002 * random.nextDouble());
        } else if (inRun == runSeconds) {
            end(tick, emissions);
        }
        if (inRun >= plan.everySeconds()) {
            runStart = tick.second();
            plan();
            String line = "pipeline " + plan.name() + " started";
            emissions.log(resource, tick.nanos(), Severity.INFO, line, Attributes.of("dataset", plan.dataset()));
        }
    }

    private void end(Tick tick, Emissions emissions) {
        lastDuration = runSeconds;
        if (isFailing) {
            failures++;
            String line = "pipeline " + plan.name() + " failed: not_null(text) found 1.8 % of rows without text";
            emissions.log(resource, tick.nanos(), Severity.ERROR, line, Attributes.of("dataset", plan.dataset()));
            return;
        }
        successes++;
        lastSuccess = now;
        String line = "pipeline " + plan.name() + " wrote " + plan.dataset() + " in " + runSeconds + " s";
        emissions.log(resource, tick.nanos(), Severity.INFO, line, Attributes.of("dataset", plan.dataset()));
    }

    void expose(FamilyBuffer out) {
        String[] labels = {"pipeline", plan.name(), "dataset", plan.dataset(), "team", plan.team()};
        String help = "When the pipeline last succeeded.";
        out.gauge("pipeline_last_success_timestamp_seconds", help, lastSuccess, labels);
        out.gauge("pipeline_freshness_seconds", "Age of the dataset.", now - lastSuccess, labels);
        out.gauge("pipeline_last_run_duration_seconds", "Duration of the last run.", lastDuration, labels);
        out.counter("pipeline_rows_total", "Rows processed.", rows, labels);
        out.counter("pipeline_rows_rejected_total", "Rows that failed an assertion.", rejectedRows, labels);
        out.counter("pipeline_runs_total", "Runs by outcome.", successes, "pipeline", plan.name(), "status", "success");
        out.counter("pipeline_runs_total", "Runs by outcome.", failures, "pipeline", plan.name(), "status", "failed");
    }
}
