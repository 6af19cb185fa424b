package dev.belvedere.logql.engine;

import dev.belvedere.logql.pipeline.Line;
import dev.belvedere.logql.pipeline.LineLabels;
import dev.belvedere.logql.pipeline.Pipeline;
import dev.belvedere.logql.pipeline.Unwrapping;
import dev.belvedere.logql.syntax.LogqlExpr.Grouping;
import dev.belvedere.logql.syntax.LogqlExpr.RangeAggregation;
import dev.belvedere.logql.syntax.LogqlExpr.RangeOperation;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.LogStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Turns the lines of one range aggregation into series with a value at each step.
///
/// A step's window reaches back from it by the range; its start does not belong to it, its end does, as in Loki.
/// Lines are read once, oldest first; two indices run over each series' samples.
final class RangeEvaluation {

    private static final int CHECK_EVERY = 1024;
    private static final int MAX_SERIES = 100_000;

    /// Time and value, with what lists keep in reserve.
    private static final int SAMPLE_BYTES = 24;

    /// A series without its samples: its labels with their texts, and objects around it.
    private static final int SERIES_BYTES = 500;

    private final RangeAggregation aggregation;
    private final Steps steps;
    private final QueryBudget budget;
    private final Map<Labels, SampleList> series = new HashMap<>();
    private long samplesTaken;
    private long heldSamples;

    private RangeEvaluation(RangeAggregation aggregation, Steps steps, QueryBudget budget) {
        this.aggregation = aggregation;
        this.steps = steps;
        this.budget = budget;
    }

    /// @return a column of one value a step for each series; absent where a window has no line
    static Map<Labels, double[]> evaluate(
            LogStore store, Tenant tenant, RangeAggregation aggregation, Steps steps, QueryBudget budget) {
        RangeEvaluation evaluation = new RangeEvaluation(aggregation, steps, budget);
        evaluation.read(store, tenant);
        Map<Labels, double[]> columns = aggregation.operation() == RangeOperation.ABSENT_OVER_TIME
                ? evaluation.absence()
                : evaluation.columns();
        budget.release(evaluation.heldSamples, evaluation.heldSamples * SAMPLE_BYTES);
        return columns;
    }

    private long windowEndNanos(int step) {
        return steps.millisAt(step) * 1_000_000 - aggregation.offsetNanos();
    }

    private void read(LogStore store, Tenant tenant) {
        Pipeline pipeline = Pipeline.of(aggregation.query());
        long startNanos = windowEndNanos(0) - aggregation.windowNanos() + 1;
        long endNanos = windowEndNanos(steps.count() - 1) + 1;
        LogRequest request = new LogRequest(
                aggregation.query().matchers(),
                startNanos,
                endNanos,
                LogRequest.Direction.FORWARD,
                pipeline.requiredText());
        long read = 0;
        try (LogCursor cursor = store.select(tenant, request, budget)) {
            while (cursor.next()) {
                if (++read % CHECK_EVERY == 0) {
                    budget.check();
                    hold();
                }
                Line line = pipeline.process(cursor.entry());
                if (line != null) {
                    take(line);
                }
            }
        }
        hold();
    }

    /// Counts the samples taken since the last time.
    private void hold() {
        long more = samplesTaken - heldSamples;
        heldSamples = samplesTaken;
        budget.hold(more, more * SAMPLE_BYTES);
    }

    private void take(Line line) {
        OptionalDouble value = OptionalDouble.of(1);
        if (aggregation.unwrap().isPresent()) {
            value = Unwrapping.number(aggregation.unwrap().get(), line);
        } else if (aggregation.operation() == RangeOperation.BYTES_OVER_TIME
                || aggregation.operation() == RangeOperation.BYTES_RATE) {
            value = OptionalDouble.of(Unwrapping.sizeBytes(line.text()));
        }
        if (value.isEmpty()) {
            return;
        }
        requireNoError(line);
        Labels key = key(line.allLabels());
        SampleList samples = series.get(key);
        if (samples == null) {
            if (series.size() == MAX_SERIES) {
                throw new OperationException(
                        "query_too_many_series",
                        Fault.USER,
                        "the query makes more than " + MAX_SERIES
                                + " series: aggregate by fewer labels, or drop the labels that differ on every line");
            }
            budget.holdBytes(SERIES_BYTES + (long) Double.BYTES * steps.count());
            samples = new SampleList();
            series.put(key, samples);
        }
        samples.add(line.timestampNanos(), value.getAsDouble());
        samplesTaken++;
    }

    private void requireNoError(Line line) {
        if (line.labels().hasError()) {
            String error = line.labels().get(LineLabels.ERROR);
            throw new OperationException(
                    "pipeline_error",
                    Fault.USER,
                    "pipeline error: '" + error + "' for series: '" + line.allLabels()
                            + "'. Use a label filter to intentionally skip this error. (e.g | __error__!=\"" + error
                            + "\"). To skip all potential errors you can match empty errors. (e.g __error__=\"\")");
        }
    }

    private Labels key(Labels labels) {
        Labels withoutErrors = labels.without(List.of(LineLabels.ERROR, LineLabels.ERROR_DETAILS));
        if (aggregation.unwrap().isPresent()) {
            withoutErrors =
                    withoutErrors.without(List.of(aggregation.unwrap().get().label()));
        }
        if (aggregation.grouping().isEmpty()) {
            return withoutErrors;
        }
        Grouping grouping = aggregation.grouping().get();
        return grouping.isWithout() ? withoutErrors.without(grouping.labels()) : withoutErrors.only(grouping.labels());
    }

    private Map<Labels, double[]> columns() {
        Map<Labels, double[]> columns = new TreeMap<>();
        series.forEach((labels, samples) -> columns.put(labels, column(samples)));
        return columns;
    }

    private double[] column(SampleList samples) {
        double[] column = new double[steps.count()];
        int from = 0;
        int to = 0;
        for (int step = 0; step < column.length; step++) {
            long endNanos = windowEndNanos(step);
            while (to < samples.size() && samples.nanos(to) <= endNanos) {
                to++;
            }
            while (from < to && samples.nanos(from) <= endNanos - aggregation.windowNanos()) {
                from++;
            }
            column[step] = from == to ? SampleValues.ABSENT : value(samples, from, to);
        }
        return column;
    }

    private double value(SampleList samples, int from, int to) {
        double seconds = aggregation.windowNanos() / 1e9;
        return switch (aggregation.operation()) {
            case COUNT_OVER_TIME, ABSENT_OVER_TIME -> to - from;
            case RATE -> (aggregation.unwrap().isPresent() ? sum(samples, from, to) : to - from) / seconds;
            case RATE_COUNTER -> increase(samples, from, to) / seconds;
            case BYTES_OVER_TIME, SUM_OVER_TIME -> sum(samples, from, to);
            case BYTES_RATE -> sum(samples, from, to) / seconds;
            case AVG_OVER_TIME -> sum(samples, from, to) / (to - from);
            case MIN_OVER_TIME -> extreme(samples, from, to, false);
            case MAX_OVER_TIME -> extreme(samples, from, to, true);
            case STDVAR_OVER_TIME -> variance(samples, from, to);
            case STDDEV_OVER_TIME -> Math.sqrt(variance(samples, from, to));
            case QUANTILE_OVER_TIME -> quantile(aggregation.parameter().orElse(Double.NaN), samples.copy(from, to));
            case FIRST_OVER_TIME -> samples.value(from);
            case LAST_OVER_TIME -> samples.value(to - 1);
        };
    }

    private static double sum(SampleList samples, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += samples.value(i);
        }
        return sum;
    }

    /// What a counter has grown by, a fall being a reset to zero.
    private static double increase(SampleList samples, int from, int to) {
        double increase = 0;
        for (int i = from + 1; i < to; i++) {
            double step = samples.value(i) - samples.value(i - 1);
            increase += step < 0 ? samples.value(i) : step;
        }
        return increase;
    }

    private static double extreme(SampleList samples, int from, int to, boolean isMaximum) {
        double extreme = samples.value(from);
        for (int i = from + 1; i < to; i++) {
            double value = samples.value(i);
            if (Double.isNaN(extreme) || (isMaximum ? value > extreme : value < extreme)) {
                extreme = value;
            }
        }
        return extreme;
    }

    /// Welford's method.
    private static double variance(SampleList samples, int from, int to) {
        double mean = 0;
        double squares = 0;
        for (int i = from; i < to; i++) {
            double delta = samples.value(i) - mean;
            mean += delta / (i - from + 1);
            squares += delta * (samples.value(i) - mean);
        }
        return squares / (to - from);
    }

    private static double quantile(double q, double[] values) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0 || q > 1) {
            return q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        Arrays.sort(values);
        double rank = q * (values.length - 1);
        int lower = (int) Math.floor(rank);
        int upper = Math.min(values.length - 1, lower + 1);
        double weight = rank - lower;
        return values[lower] * (1 - weight) + values[upper] * weight;
    }

    /// One series with 1 wherever no line was found; its labels are those that the selector fixes.
    private Map<Labels, double[]> absence() {
        double[] absent = new double[steps.count()];
        Arrays.fill(absent, 1);
        for (SampleList samples : series.values()) {
            double[] counts = column(samples);
            for (int step = 0; step < absent.length; step++) {
                absent[step] = SampleValues.isAbsent(counts[step]) ? absent[step] : SampleValues.ABSENT;
            }
        }
        Labels.Builder labels = new Labels.Builder();
        aggregation.query().matchers().stream()
                .filter(matcher -> matcher.type() == LabelMatcher.Type.EQUAL)
                .forEach(matcher -> labels.set(matcher.name(), matcher.value()));
        return Map.of(labels.build(), absent);
    }
}
