package dev.belvedere.promql.evaluation;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.syntax.Call;
import dev.belvedere.promql.syntax.Expr;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.MatrixSelector;
import dev.belvedere.promql.syntax.SubqueryExpr;
import dev.belvedere.promql.syntax.TimeShift;
import dev.belvedere.promql.syntax.VectorSelector;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.Folding;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.storage.metrics.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the series that a query selects. What several selectors of the query have in common is read
/// once and kept; everything else streams by.
public final class Selections {

    /// What the store keeps of a series that is selected: its number, and its part of the list of chunks.
    private static final long SELECTED_BYTES = 32;

    /// What is decoded of a row at once: its time, its value, and where windows begin and end.
    private static final int ROW_BYTES = 32;

    /// Groups of fewer rows are not worth counting.
    private static final int FREE_ROWS = 2048;

    private static final class Usage {
        int selectors;
        long fromMillis = Long.MAX_VALUE;
        long toMillis = Long.MIN_VALUE;

        @Nullable
        List<SeriesGroup> loaded;

        QueryContext.Held held = QueryContext.Held.NOTHING;

        /// Whether some of it is downsampled, so that each selector has to say what it does with it.
        boolean isDownsampled;
    }

    private final MetricQuerier querier;
    private final QueryBudget budget;
    private final long lookbackMillis;
    private final Map<List<LabelMatcher>, Usage> usages = new HashMap<>();
    private volatile boolean isDownsampled;

    public Selections(MetricQuerier querier, QueryBudget budget, long lookbackMillis) {
        this.querier = querier;
        this.budget = budget;
        this.lookbackMillis = lookbackMillis;
    }

    /// What of the samples is known to be missing.
    public List<String> warnings() {
        return querier.warnings();
    }

    /// Whether something that was read is downsampled. Which windows the store hands out depends on all steps of the
    /// query.
    boolean isDownsampled() {
        return isDownsampled;
    }

    /// The samples that a selector needs.
    public record Need(long fromMillis, long toMillis) {

        /// How often a series is usually sampled.
        private static final long USUAL_INTERVAL_MILLIS = 15_000;

        /// How many samples of a series that usually is.
        public long usualSamples() {
            return (toMillis - fromMillis) / USUAL_INTERVAL_MILLIS + 1;
        }
    }

    /// What a selector needs when it is evaluated from start to end.
    ///
    /// @param rangeMillis 0 for an instant selector
    public Need need(VectorSelector selector, long rangeMillis, long startMillis, long endMillis) {
        TimeShift shift = selector.shift();
        long from = (shift.hasAt() ? shift.atMillis() : startMillis) - shift.offsetMillis();
        long to = (shift.hasAt() ? shift.atMillis() : endMillis) - shift.offsetMillis();
        boolean isInstant = rangeMillis == 0;
        return switch (selector.extension()) {
            case NONE -> new Need(from - (isInstant ? lookbackMillis : rangeMillis) + 1, to);
            case ANCHORED -> new Need(from - rangeMillis - lookbackMillis + 1, to);
            case SMOOTHED -> new Need(from - rangeMillis - lookbackMillis + 1, to + lookbackMillis);
        };
    }

    /// Finds out which selectors have their samples in common.
    public void plan(Expr expr, long startMillis, long endMillis) {
        switch (expr) {
            case VectorSelector selector -> plan(selector, need(selector, 0, startMillis, endMillis));
            case MatrixSelector matrix ->
                plan(matrix.selector(), need(matrix.selector(), matrix.rangeMillis(), startMillis, endMillis));
            case SubqueryExpr subquery -> {
                TimeShift shift = subquery.shift();
                long from = (shift.hasAt() ? shift.atMillis() : startMillis) - shift.offsetMillis();
                long to = (shift.hasAt() ? shift.atMillis() : endMillis) - shift.offsetMillis();
                plan(subquery.expr(), from - subquery.rangeMillis(), to);
            }
            default -> {
                boolean isInfo = expr instanceof Call call && call.function() == Function.INFO;
                List<Expr> children = isInfo ? expr.children().subList(0, 1) : expr.children();
                children.forEach(child -> plan(child, startMillis, endMillis));
            }
        }
    }

    private void plan(VectorSelector selector, Need need) {
        Usage usage = usages.computeIfAbsent(selector.matchers(), m -> new Usage());
        usage.selectors++;
        usage.fromMillis = Math.min(usage.fromMillis, need.fromMillis);
        usage.toMillis = Math.max(usage.toMillis, need.toMillis);
    }

    /// Shows every group of matching series to a visitor. A group is valid only while it is shown.
    public void forEachGroup(List<LabelMatcher> matchers, Need need, Consumer<SeriesGroup> visitor) {
        forEachGroup(matchers, need, new Purpose(false, Folding.NONE), visitor);
    }

    public void forEachGroup(List<LabelMatcher> matchers, Need need, Purpose purpose, Consumer<SeriesGroup> visitor) {
        for (GroupSource source : sources(matchers, need, purpose)) {
            source.forEach(visitor);
        }
    }

    /// What becomes of the samples.
    ///
    /// @param isLastEnough whether the newest sample of each series suffices
    public record Purpose(boolean isLastEnough, Folding folding) {}

    /// The groups of one partition; to be gone through once, by any thread.
    public interface GroupSource {

        /// How many series there are at most; 0 if nobody knows.
        long seriesCount();

        void forEach(Consumer<SeriesGroup> visitor);
    }

    private record LoadedSource(List<SeriesGroup> groups) implements GroupSource {

        @Override
        public long seriesCount() {
            return 0;
        }

        @Override
        public void forEach(Consumer<SeriesGroup> visitor) {
            groups.forEach(visitor);
        }
    }

    private final class CursorSource implements GroupSource {

        private final SeriesCursor cursor;

        CursorSource(SeriesCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public long seriesCount() {
            return cursor.seriesCount();
        }

        @Override
        public void forEach(Consumer<SeriesGroup> visitor) {
            long held = SELECTED_BYTES * cursor.seriesCount();
            budget.holdBytes(held);
            int rows = FREE_ROWS;
            try (cursor) {
                while (cursor.next()) {
                    SeriesGroup group = cursor.group();
                    if (group.resolutionMillis() > 0) {
                        isDownsampled = true;
                    }
                    if (group.rowCount() > rows) {
                        long more = (long) ROW_BYTES * (group.rowCount() - rows);
                        held += more;
                        budget.holdBytes(more);
                        rows = group.rowCount();
                    }
                    visitor.accept(group);
                }
            } finally {
                budget.release(0, held);
            }
        }
    }

    /// The groups of matching series, by partition.
    public List<GroupSource> sources(List<LabelMatcher> matchers, Need need, Purpose purpose) {
        Usage usage = usages.get(matchers);
        boolean isShared = usage != null
                && usage.selectors > 1
                && usage.fromMillis <= need.fromMillis
                && usage.toMillis >= need.toMillis;
        if (usage != null && isShared && !usage.isDownsampled) {
            List<SeriesGroup> loaded = usage.loaded;
            if (loaded == null) {
                loaded = load(matchers, usage);
                usage.loaded = loaded;
            }
            if (!usage.isDownsampled) {
                return List.of(new LoadedSource(loaded));
            }
        }
        SelectRequest.Need wanted =
                purpose.isLastEnough ? SelectRequest.Need.LAST_SAMPLE : SelectRequest.Need.ALL_SAMPLES;
        return sources(new SelectRequest(allowed(matchers), need.fromMillis, need.toMillis, wanted, purpose.folding));
    }

    private List<GroupSource> sources(SelectRequest request) {
        List<GroupSource> sources = new ArrayList<>();
        for (SeriesCursor cursor : querier.select(request)) {
            sources.add(new CursorSource(cursor));
        }
        return sources;
    }

    /// A store wants at least one condition; none at all means every series.
    private static List<LabelMatcher> allowed(List<LabelMatcher> matchers) {
        return matchers.isEmpty()
                ? List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, Labels.METRIC_NAME, ".*"))
                : matchers;
    }

    private List<SeriesGroup> load(List<LabelMatcher> matchers, Usage usage) {
        List<SeriesGroup> groups = new ArrayList<>();
        SampleColumn column = new SampleColumn();
        Consumer<SeriesGroup> visitor = group -> {
            usage.isDownsampled |= group.resolutionMillis() > 0;
            if (usage.isDownsampled) {
                return;
            }
            hold(usage, LoadedGroup.held(group));
            LoadedGroup loaded = new LoadedGroup(group, column);
            hold(usage, new QueryContext.Held(0, loaded.histogramBytes));
            groups.add(loaded);
        };
        SelectRequest request = SelectRequest.samples(allowed(matchers), usage.fromMillis, usage.toMillis);
        sources(request).forEach(source -> source.forEach(visitor));
        if (usage.isDownsampled) {
            groups.clear();
            release(usage);
        }
        return groups;
    }

    private void hold(Usage usage, QueryContext.Held more) {
        usage.held = usage.held.plus(more);
        budget.hold(more.samples(), more.bytes());
    }

    private void release(Usage usage) {
        budget.release(usage.held.samples(), usage.held.bytes());
        usage.held = QueryContext.Held.NOTHING;
    }

    /// Gives up all that was kept.
    public void release() {
        for (Usage usage : usages.values()) {
            usage.loaded = null;
            release(usage);
        }
    }

    /// A copy of a group that outlives its cursor.
    private static final class LoadedGroup implements SeriesGroup {

        private final long[] timestamps;
        private final Labels[] labels;
        private final SampleColumn[] columns;
        private long histogramBytes;

        LoadedGroup(SeriesGroup source, SampleColumn scratch) {
            timestamps = Arrays.copyOf(source.timestamps(), source.rowCount());
            labels = new Labels[source.seriesCount()];
            columns = new SampleColumn[labels.length];
            for (int series = 0; series < labels.length; series++) {
                labels[series] = source.labels(series);
                source.read(series, scratch);
                columns[series] = new SampleColumn();
                histogramBytes += copy(scratch, columns[series]);
            }
        }

        /// @return what its histograms take of the memory
        private static long copy(SampleColumn from, SampleColumn to) {
            int rows = from.rowCount();
            long bytes = 0;
            to.reset(rows);
            System.arraycopy(from.values(), 0, to.values(), 0, rows);
            for (int row = 0; row < rows && from.hasHistograms(); row++) {
                NativeHistogram histogram = from.histogram(row);
                if (histogram != null) {
                    to.setHistogram(row, histogram);
                    bytes += histogram.sizeBytes();
                }
            }
            for (int row = 0; row < rows && from.hasStartTimestamps(); row++) {
                to.setStartTimestamp(row, from.startTimestamp(row));
            }
            if (from.isDense()) {
                to.markDense(from.isNonDecreasing());
            }
            return bytes;
        }

        /// What a copy of a group takes.
        static QueryContext.Held held(SeriesGroup group) {
            long samples = (long) group.rowCount() * group.seriesCount();
            long bytes = group.seriesCount() * StepSeries.sizeBytes(0);
            return new QueryContext.Held(samples, bytes + Double.BYTES * (samples + group.rowCount()));
        }

        @Override
        public int rowCount() {
            return timestamps.length;
        }

        @Override
        public long[] timestamps() {
            return timestamps;
        }

        @Override
        public int seriesCount() {
            return labels.length;
        }

        @Override
        public Labels labels(int series) {
            return labels[series];
        }

        @Override
        public void read(int series, SampleColumn into) {
            copy(columns[series], into);
        }
    }
}
