package dev.belvedere.promql.window;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.EvaluationException;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.PartitionedStream;
import dev.belvedere.promql.evaluation.SampleCounts;
import dev.belvedere.promql.evaluation.Selections;
import dev.belvedere.promql.evaluation.SeriesSink;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.histogram.HistogramSummaries;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.NumberLiteral;
import dev.belvedere.promql.syntax.PositionRange;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.ValueType;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A function over a range vector, evaluated for one series after the other.
///
/// The windows of all steps are found once for a group of series that share their timestamps; only a
/// series with gaps has its own.
public final class RangeFunctionCall {

    /// After so many rows of all windows of a series the budget is checked: some milliseconds.
    private static final int ROWS_PER_CHECK = 1 << 16;

    private final Evaluation evaluation;
    private final Call call;
    private final Expr range;
    private final PositionRange position;
    private final RangeKernel kernel;
    private final long rangeMillis;
    private final TimeShift shift;
    private final VectorSelector.Extension extension;
    private final boolean isSubquery;
    private final boolean isNameKept;
    private final boolean needsStarts;
    private final boolean isWithoutBuckets;
    private final SampleColumn column = new SampleColumn();
    private final RangeWindow window = new RangeWindow();

    /// When the window of each step ends.
    private final long[] windowEnds;

    private final WindowBounds groupBounds;
    private final WindowBounds floatBounds;
    private final WindowBounds histogramBounds;
    private final SparseColumns sparse = new SparseColumns();

    /// Series of the group in hand that have a float at each of its times.
    private int denseSeries;

    private final Set<String> notedNames = new HashSet<>();

    /// The name added last: most series have the name of the one before.
    private @Nullable String notedLast;

    private @Nullable Set<Labels> seenLabels;

    /// The metric's name if there can be but one.
    private @Nullable String onlyName;

    public RangeFunctionCall(Evaluation evaluation, Call call) {
        this.evaluation = evaluation;
        this.call = call;
        this.range = rangeArgument(call);
        this.isSubquery = range.unwrapped() instanceof SubqueryExpr;
        Expr inner = range.unwrapped();
        switch (inner) {
            case MatrixSelector matrix -> {
                rangeMillis = matrix.rangeMillis();
                shift = matrix.selector().shift();
                extension = matrix.selector().extension();
            }
            case SubqueryExpr subquery -> {
                rangeMillis = subquery.rangeMillis();
                shift = subquery.shift();
                extension = VectorSelector.Extension.NONE;
            }
            default -> throw new IllegalStateException("no range vector: " + range);
        }
        requireExtensionAllowed();
        this.isNameKept = call.function() == Function.LAST_OVER_TIME || call.function() == Function.FIRST_OVER_TIME;
        this.needsStarts = evaluation.context().options().usesStartTimestamps()
                && switch (call.function()) {
                    case RATE, IRATE, INCREASE, RESETS -> true;
                    default -> false;
                };
        this.isWithoutBuckets = inner instanceof MatrixSelector m
                && evaluation.context().query().withoutBuckets().contains(m.selector());
        this.windowEnds = windowEnds();
        WindowBounds.Windows windows = windows();
        this.groupBounds = new WindowBounds(windows);
        this.floatBounds = new WindowBounds(windows);
        this.histogramBounds = new WindowBounds(windows);
        this.position = isSubquery ? PositionRange.BEGINNING : range.position();
        this.kernel = RangeKernels.create(evaluation, call, position, rangeMillis, extension);
    }

    /// Whether a call's series can be handed on one by one: a function over a range that yields a series
    /// for each.
    public static boolean isStreamable(Call call) {
        return call.function() != Function.ABSENT_OVER_TIME
                && call.function().argumentTypes().contains(ValueType.MATRIX);
    }

    static Expr rangeArgument(Call call) {
        for (Expr argument : call.arguments()) {
            if (argument.type() == ValueType.MATRIX) {
                return argument;
            }
        }
        throw new IllegalStateException("no range vector in " + call);
    }

    private void requireExtensionAllowed() {
        boolean isRate = switch (call.function()) {
            case RATE, INCREASE, DELTA -> true;
            default -> false;
        };
        boolean isCount = call.function() == Function.CHANGES || call.function() == Function.RESETS;
        if (extension == VectorSelector.Extension.ANCHORED && !isRate && !isCount) {
            throw new EvaluationException("anchored modifier can only be used with: changes, delta, increase, rate,"
                    + " resets - not with " + call.function().text());
        }
        if (extension == VectorSelector.Extension.SMOOTHED && !isRate) {
            throw new EvaluationException("smoothed modifier can only be used with: delta, increase, rate - not with "
                    + call.function().text());
        }
    }

    public void stream(SeriesSink sink) {
        Expr inner = range.unwrapped();
        if (inner instanceof MatrixSelector matrix) {
            VectorSelector selector = matrix.selector();
            onlyName = onlyName(selector);
            seenLabels = onlyName != null || isNameKept || !needsDistinctLabels() ? null : new HashSet<>();
            Selections selections = evaluation.context().selections();
            Selections.Need need =
                    selections.need(selector, rangeMillis, evaluation.startMillis(), evaluation.lastTime());
            Selections.Purpose purpose = new Selections.Purpose(false, folding());
            List<Selections.GroupSource> sources = selections.sources(selector.matchers(), need, purpose);
            if (hasComputedArguments()) {
                sources.forEach(source -> source.forEach(group -> visit(group, sink)));
            } else {
                PartitionedStream.run(
                        evaluation,
                        sources,
                        need.usualSamples(),
                        sink,
                        (own, into) -> own == evaluation ? new PartVisitor(this, into) : forked(own, into));
            }
        } else if (inner instanceof SubqueryExpr subquery) {
            seenLabels = needsDistinctLabels() ? new HashSet<>() : null;
            Subquery.forEachGroup(evaluation, subquery, group -> visit(group, group.series(), sink));
        }
    }

    /// Whether anything besides the range has to be evaluated, which must happen once.
    private boolean hasComputedArguments() {
        for (Expr argument : call.arguments()) {
            if (argument != range && !(argument.unwrapped() instanceof NumberLiteral)) {
                return true;
            }
        }
        return false;
    }

    private PartVisitor forked(Evaluation own, SeriesSink sink) {
        RangeFunctionCall fork = new RangeFunctionCall(own, call);
        fork.onlyName = onlyName;
        fork.seenLabels = seenLabels == null ? null : new HashSet<>();
        return new PartVisitor(fork, sink);
    }

    /// The call for one partition.
    private record PartVisitor(RangeFunctionCall call, SeriesSink sink) implements PartitionedStream.Visitor {

        @Override
        public void visit(SeriesGroup group) {
            call.visit(group, sink);
        }

        @Override
        public void join(PartitionedStream.Visitor later) {
            Set<Labels> more = ((PartVisitor) later).call.seenLabels;
            if (more == null) {
                return;
            }
            Set<Labels> seen = call.seenLabels == null ? new HashSet<>() : call.seenLabels;
            for (Labels labels : more) {
                if (!seen.add(labels)) {
                    throw LabelRules.duplicateLabelSet();
                }
            }
            call.seenLabels = seen;
        }
    }

    private void visit(SeriesGroup group, SeriesSink sink) {
        if (DownsampledWindows.areFor(call.function(), group)) {
            visitWindows(group, sink);
        } else {
            visit(group, null, sink);
        }
    }

    private static @Nullable String onlyName(VectorSelector selector) {
        for (LabelMatcher matcher : selector.matchers()) {
            if (matcher.name().equals(Labels.METRIC_NAME) && matcher.type() == LabelMatcher.Type.EQUAL) {
                return matcher.value();
            }
        }
        return null;
    }

    private Folding folding() {
        return evaluation.isEven()
                ? new Folding(
                        DownsampledWindows.use(call.function(), extension, needsStarts),
                        reference(0),
                        reference(evaluation.steps() - 1),
                        evaluation.stepMillis(),
                        rangeMillis,
                        Folding.AUTO)
                : Folding.NONE;
    }

    /// Computes the function from downsampled windows.
    private void visitWindows(SeriesGroup group, SeriesSink sink) {
        WindowFunction function = new WindowFunction(evaluation.annotations(), position, call.function(), kernel);
        DownsampledWindows rows = new DownsampledWindows();
        window.labels.begin(group);
        for (int series = 0; series < group.seriesCount(); series++) {
            evaluation.context().budget().check();
            rows.read(group, series);
            window.labels.moveTo(series);
            floatBounds.find(rows.times, rows.rows);
            histogramBounds.find(rows.histogramRowTimes, rows.histogramRows);
            StepSeries result = sink.buffer(evaluation.steps());
            boolean hasSamples = false;
            for (int step = 0; step < evaluation.steps(); step++) {
                window.from = floatBounds.from[step];
                window.to = floatBounds.to[step];
                window.endMillis = windowEnds[step];
                window.startMillis = window.endMillis - rangeMillis;
                double value = function.apply(rows, window, histogramBounds.from[step], histogramBounds.to[step]);
                NativeHistogram histogram = window.result;
                if (histogram != null) {
                    result.setHistogram(step, histogram);
                    window.result = null;
                    hasSamples = true;
                } else if (!SampleValues.isAbsent(value)) {
                    result.values()[step] = value;
                    hasSamples = true;
                }
            }
            window.clearHistograms();
            if (hasSamples) {
                emit(result, false, sink);
            }
        }
    }

    private boolean needsDistinctLabels() {
        return !isDropDelayed() && call.function() != Function.ABSENT_OVER_TIME;
    }

    private boolean isDropDelayed() {
        return evaluation.context().options().hasDelayedNameRemoval();
    }

    /// @param stepSeries the series of a subquery, which know whether their names are to be dropped
    private void visit(SeriesGroup group, @Nullable List<StepSeries> stepSeries, SeriesSink sink) {
        denseSeries = 0;
        window.labels.begin(group);
        for (int series = 0; series < group.seriesCount(); series++) {
            boolean isDense = read(group, series);
            StepSeries result = sink.buffer(evaluation.steps());
            if (compute(result, isDense)) {
                emit(result, stepSeries != null && stepSeries.get(series).isNameDropped(), sink);
            }
        }
        if (denseSeries > 0) {
            countSamples(groupBounds, denseSeries);
        }
    }

    /// Reads a series into the window, and counts its samples unless it is dense.
    ///
    /// @return whether it has a float at each time of the group, whose bounds are its own then
    private boolean read(SeriesGroup group, int series) {
        group.read(series, column);
        if (isWithoutBuckets) {
            HistogramSummaries.dropBuckets(column, group.timestamps(), windowEnds, rangeMillis);
        }
        window.labels.moveTo(series);
        if (column.isDense() && !needsStarts) {
            useGroup(group);
            return true;
        }
        sparse.fill(column, group.timestamps(), window, needsStarts);
        floatBounds.find(window.times, window.rows);
        histogramBounds.find(window.histogramTimes, window.histogramRows);
        countSamples();
        return false;
    }

    private void useGroup(SeriesGroup group) {
        if (denseSeries == 0) {
            groupBounds.find(group.timestamps(), group.rowCount());
            kernel.beginGroup(new RangeKernel.GroupWindows(
                    group.timestamps(), groupBounds.from, groupBounds.to, windowEnds, rangeMillis));
        }
        denseSeries++;
        window.times = group.timestamps();
        window.values = column.values();
        window.rows = group.rowCount();
        window.isNonDecreasing = column.isNonDecreasing();
        window.starts = null;
        window.clearHistograms();
    }

    private boolean compute(StepSeries result, boolean isDense) {
        kernel.begin(window);
        if (isDense && kernel.applyAll(window, result.values())) {
            return !result.isEmpty();
        }
        return computeSteps(result, isDense ? groupBounds : floatBounds);
    }

    /// Counts the samples in each step's window of a series with bounds of its own.
    private void countSamples() {
        countSamples(floatBounds, 1);
        int[] from = histogramBounds.from;
        int[] to = histogramBounds.to;
        for (int step = 0; step < evaluation.steps() && window.histogramRows > 0; step++) {
            evaluation.counts().addQueryable(step, weight(from[step], to[step]));
            if (!isSubquery) {
                evaluation.counts().addRead(step, weight(SampleCounts.firstRead(from, to, step), to[step]));
            }
        }
    }

    /// Counts the floats in each step's window of some series. What a subquery reads it counts itself.
    private void countSamples(WindowBounds bounds, int series) {
        if (isSubquery) {
            evaluation.counts().addRanges(bounds.from, bounds.to, series);
        } else {
            evaluation.counts().addReadRanges(bounds.from, bounds.to, series);
        }
    }

    private long weight(int fromRow, int toRow) {
        long weight = 0;
        for (int row = fromRow; row < toRow; row++) {
            weight += SampleCounts.weight(window.histograms[row]);
        }
        return weight;
    }

    private long[] windowEnds() {
        if (shift.isNone()) {
            return evaluation.times();
        }
        long[] ends = new long[evaluation.steps()];
        for (int step = 0; step < ends.length; step++) {
            ends[step] = reference(step);
        }
        return ends;
    }

    /// What is looked at of a series for each step: the range, and where values at its edges are wanted more.
    private WindowBounds.Windows windows() {
        long lookback = evaluation.context().options().lookbackMillis();
        long before = extension == VectorSelector.Extension.NONE ? 0 : lookback;
        long behind = extension == VectorSelector.Extension.SMOOTHED ? lookback : 0;
        long[] ends = windowEnds;
        if (behind > 0) {
            ends = Arrays.stream(windowEnds).map(end -> end + behind).toArray();
        }
        boolean isEven = evaluation.isEven() && !shift.hasAt();
        return WindowBounds.Windows.of(ends, before + rangeMillis + behind, isEven ? evaluation.stepMillis() : 0);
    }

    private boolean computeSteps(StepSeries result, WindowBounds floats) {
        boolean hasSamples = false;
        long seenRows = 0;
        for (int step = 0; step < evaluation.steps(); step++) {
            window.from = floats.from[step];
            window.to = floats.to[step];
            if (window.histogramRows > 0) {
                window.histogramFrom = histogramBounds.from[step];
                window.histogramTo = histogramBounds.to[step];
            }
            if (window.from == window.to && window.histogramFrom == window.histogramTo) {
                continue;
            }
            seenRows += window.floatCount() + window.histogramCount();
            if (seenRows > ROWS_PER_CHECK) {
                evaluation.context().budget().check();
                seenRows = 0;
            }
            window.evaluationMillis = evaluation.time(step);
            window.endMillis = windowEnds[step];
            window.startMillis = window.endMillis - rangeMillis;
            double value = kernel.apply(window, step);
            NativeHistogram histogram = window.result;
            if (histogram != null) {
                result.setHistogram(step, histogram);
                window.result = null;
                hasSamples = true;
            } else if (!SampleValues.isAbsent(value)) {
                result.values()[step] = value;
                hasSamples = true;
            }
        }
        return hasSamples;
    }

    private void emit(StepSeries result, boolean isInputNameDropped, SeriesSink sink) {
        noteNonCounter(result);
        boolean isDropped = !isNameKept || isInputNameDropped;
        result.setNameDropped(isDropped);
        boolean isDroppedNow = isDropped && !isDropDelayed();
        if (needsDistinctLabels() && isDropped && window.labels.hasTypeOrUnit()) {
            evaluation.context().noteRangeWideCheck();
            seenLabels = seenLabels == null ? new HashSet<>() : seenLabels;
        }
        if (seenLabels != null && !seenLabels.add(window.labels.get(isDroppedNow))) {
            throw LabelRules.duplicateLabelSet();
        }
        sink.accept(result, window.labels, isDroppedNow);
    }

    /// Remarks once for each name that a rate is taken of what does not look like a counter.
    private void noteNonCounter(StepSeries result) {
        if (call.function() != Function.RATE && call.function() != Function.INCREASE) {
            return;
        }
        String name = onlyName == null ? window.metricName() : onlyName;
        if (name.equals(notedLast) || name.isEmpty() || notedNames.contains(name) || !hasFloats(result)) {
            return;
        }
        if (evaluation.context().options().hasTypeAndUnitLabels()) {
            String type = window.labels.get().get(LabelRules.TYPE);
            if (!type.equals("counter") && !type.equals("histogram")) {
                evaluation.annotations().possibleNonCounterByLabel(name, type, position);
            }
            return;
        }
        notedLast = name;
        notedNames.add(name);
        boolean isCounter =
                name.endsWith("_total") || name.endsWith("_sum") || name.endsWith("_count") || name.endsWith("_bucket");
        if (!isCounter) {
            evaluation.annotations().possibleNonCounter(name, position);
        }
    }

    private static boolean hasFloats(StepSeries series) {
        if (!series.hasHistograms()) {
            return true;
        }
        for (int step = 0; step < series.steps(); step++) {
            if (series.hasFloat(step)) {
                return true;
            }
        }
        return false;
    }

    private long reference(int step) {
        return (shift.hasAt() ? shift.atMillis() : evaluation.time(step)) - shift.offsetMillis();
    }
}
