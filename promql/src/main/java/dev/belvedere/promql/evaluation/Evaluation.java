package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.StringLiteral;
import dev.belvedere.promql.syntax.ValueType;
import java.util.Arrays;
import java.util.List;

/// Evaluates expressions at a row of steps, all steps of a node before the node above it.
public final class Evaluation {

    /// What an evaluation has for each step besides results: sample counts, moments, bounds of windows, a buffer.
    private static final int STEP_BYTES = 64;

    private final QueryContext context;
    private final long startMillis;
    private final long stepMillis;
    private final int steps;
    private final boolean isInstant;
    private final SampleCounts counts;

    private final boolean isEven;

    /// When all steps are.
    private final long[] times;

    /// @param stepMillis at least 1
    public Evaluation(QueryContext context, long startMillis, long endMillis, long stepMillis) {
        this(
                context,
                startMillis,
                stepMillis,
                times(context, startMillis, endMillis, stepMillis),
                startMillis == endMillis,
                true);
    }

    private static long[] times(QueryContext context, long startMillis, long endMillis, long stepMillis) {
        int steps = endMillis < startMillis ? 0 : (int) ((endMillis - startMillis) / stepMillis + 1);
        hold(context, steps);
        long[] times = new long[steps];
        for (int step = 0; step < times.length; step++) {
            times[step] = startMillis + step * stepMillis;
        }
        return times;
    }

    /// @param moments multiples of the step in rising order, with gaps; kept
    public Evaluation(QueryContext context, long[] moments, long stepMillis) {
        hold(context, moments.length);
        this(context, moments.length == 0 ? 0 : moments[0], stepMillis, moments, false, false);
    }

    /// Counts what so many steps take, before any of it is made.
    private static void hold(QueryContext context, int steps) {
        context.hold(0, (long) STEP_BYTES * steps);
    }

    /// @param context holds what the steps take

    private Evaluation(
            QueryContext context, long startMillis, long stepMillis, long[] times, boolean isInstant, boolean isEven) {
        this.context = context;
        this.startMillis = startMillis;
        this.stepMillis = stepMillis;
        this.steps = times.length;
        this.isInstant = isInstant;
        this.isEven = isEven;
        this.times = times;
        this.counts = new SampleCounts(steps);
    }

    /// The same for one partition, with an account of its own.
    Evaluation fork() {
        QueryContext own = context.fork();
        hold(own, steps);
        return new Evaluation(own, startMillis, stepMillis, times, isInstant, isEven);
    }

    void join(Evaluation fork) {
        counts.add(fork.counts);
        context.join(fork.context);
    }

    public QueryContext context() {
        return context;
    }

    public long startMillis() {
        return startMillis;
    }

    public long stepMillis() {
        return stepMillis;
    }

    public int steps() {
        return steps;
    }

    /// Whether start and end are one: not so for a range that is too short for a second step.
    public boolean isInstant() {
        return isInstant;
    }

    /// The samples that each step looks at and reads.
    public SampleCounts counts() {
        return counts;
    }

    public long time(int step) {
        return times[step];
    }

    /// When all steps are; not to be changed.
    public long[] times() {
        return times;
    }

    /// Whether all steps are as far apart.
    public boolean isEven() {
        return isEven;
    }

    public long lastTime() {
        return time(steps - 1);
    }

    public boolean isOneStep() {
        return steps == 1;
    }

    public Annotations annotations() {
        return context.annotations();
    }

    /// Evaluates a node; afterwards only its result is held.
    public StepValue evaluate(Expr expr) {
        context.budget().check();
        if (steps == 0) {
            return expr.type() == ValueType.SCALAR
                    ? new StepValue.Scalars(new double[0])
                    : new StepValue.Vectors(List.of());
        }
        QueryContext.Held mark = context.held();
        StepValue value = context.query().stepInvariant().contains(expr) && !isInstant
                ? evaluateOnce(expr)
                : evaluateProfiled(expr);
        context.settle(mark.plus(value.held()));
        return value;
    }

    private StepValue evaluateOnce(Expr expr) {
        Evaluation once = new Evaluation(context, startMillis, startMillis, stepMillis);
        StepValue value = once.evaluate(expr);
        counts.addOnce(once.counts);
        return repeated(value);
    }

    private StepValue evaluateProfiled(Expr expr) {
        QueryProfile profile = context.profile();
        if (profile == null) {
            return context.nodes().evaluate(this, expr);
        }
        QueryProfile.Visit visit = profile.visit(expr, context.budget());
        StepValue value = context.nodes().evaluate(this, expr);
        visit.end(
                steps,
                value instanceof StepValue.Vectors vectors ? vectors.series().size() : 1);
        return value;
    }

    public List<StepSeries> vector(Expr expr) {
        return switch (evaluate(expr)) {
            case StepValue.Vectors v -> v.series();
            case StepValue.Scalars s -> throw new IllegalStateException("scalar where a vector belongs: " + expr);
            case StepValue.Text t -> throw new IllegalStateException("string where a vector belongs: " + expr);
        };
    }

    public double[] scalars(Expr expr) {
        return switch (evaluate(expr)) {
            case StepValue.Scalars s -> s.values();
            case StepValue.Vectors v -> throw new IllegalStateException("vector where a scalar belongs: " + expr);
            case StepValue.Text t -> throw new IllegalStateException("string where a scalar belongs: " + expr);
        };
    }

    public static String text(Expr expr) {
        if (expr.unwrapped() instanceof StringLiteral string) {
            return string.value();
        }
        throw new IllegalStateException("no string: " + expr);
    }

    /// Hands the series of a vector to a sink as they come.
    public void stream(Expr expr, SeriesSink sink) {
        Expr inner = expr.unwrapped();
        boolean isInvariant = steps > 1
                && (context.query().stepInvariant().contains(expr)
                        || context.query().stepInvariant().contains(inner));
        if (!isInvariant && steps > 0 && context.nodes().isStreamable(inner)) {
            QueryProfile profile = context.profile();
            if (profile == null) {
                context.nodes().stream(this, inner, sink);
                return;
            }
            QueryProfile.Visit visit = profile.visit(inner, context.budget());
            QueryProfile.TimedSink timed = new QueryProfile.TimedSink(sink, visit);
            context.nodes().stream(this, inner, timed);
            visit.end(steps, timed.seriesCount());
            return;
        }
        vector(expr).forEach(sink::accept);
    }

    private StepValue repeated(StepValue once) {
        return switch (once) {
            case StepValue.Text text -> text;
            case StepValue.Scalars scalars -> {
                double[] values = new double[steps];
                Arrays.fill(values, scalars.values()[0]);
                yield new StepValue.Scalars(values);
            }
            case StepValue.Vectors vectors ->
                new StepValue.Vectors(
                        vectors.series().stream().map(this::repeated).toList());
        };
    }

    private StepSeries repeated(StepSeries once) {
        StepSeries all = new StepSeries(once.labels(), once.isNameDropped(), steps);
        NativeHistogram histogram = once.histogram(0);
        for (int step = 0; step < steps; step++) {
            if (histogram == null) {
                all.values()[step] = once.values()[0];
            } else {
                all.setHistogram(step, histogram);
            }
        }
        return all;
    }

    /// An empty series for the result of an operation that no longer measures what its operand does.
    public StepSeries derived(StepSeries operand) {
        return new StepSeries(nameDropped(operand), true, steps);
    }

    public Labels nameDropped(StepSeries operand) {
        return context.options().hasDelayedNameRemoval()
                ? operand.labels()
                : LabelRules.withoutMetadata(operand.labels());
    }

    /// Puts together what has the same labels now that names were dropped.
    public List<StepSeries> mergedAfterDrop(List<StepSeries> series) {
        return context.options().hasDelayedNameRemoval() ? series : SeriesMerge.merged(series);
    }
}
