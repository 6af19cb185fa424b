package dev.belvedere.promql.function;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.evaluation.Evaluation;
import dev.belvedere.promql.evaluation.StepSeries;
import dev.belvedere.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A vector seen as histograms: the native ones in it, and the classic ones whose buckets are series
/// with an `le` label. Where both claim the same labels at the same step, neither counts.
final class HistogramInput {

    private static final String BOUND_LABEL = "le";

    private record Bucket(double bound, StepSeries series) {}

    private record Classic(Labels labels, List<Bucket> buckets) {

        boolean isPresent(int step) {
            for (Bucket bucket : buckets) {
                if (bucket.series.hasFloat(step)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Is shown the histograms of one series, step by step; each kind of them in turn.
    interface NativeVisitor {
        void visit(int step, NativeHistogram histogram);
    }

    interface ClassicVisitor {

        /// @param buckets not empty
        void visit(int step, ClassicBuckets buckets);
    }

    private final Evaluation evaluation;
    private final Expr vector;
    private final List<StepSeries> natives = new ArrayList<>();
    private final Map<Labels, List<StepSeries>> nativesByLabels = new HashMap<>();
    private final Map<Labels, Classic> classics = new LinkedHashMap<>();

    /// Bounds by their text: histograms mostly have the same ones.
    private final Map<String, Double> bounds = new HashMap<>();

    private HistogramInput(Evaluation evaluation, Expr vector) {
        this.evaluation = evaluation;
        this.vector = vector;
    }

    static HistogramInput of(Evaluation evaluation, Expr vector) {
        HistogramInput input = new HistogramInput(evaluation, vector);
        for (StepSeries series : evaluation.vector(vector)) {
            input.add(series);
        }
        for (Classic classic : input.classics.values()) {
            classic.buckets.sort(Comparator.comparingDouble(Bucket::bound));
        }
        return input;
    }

    private void add(StepSeries series) {
        if (series.hasHistograms()) {
            natives.add(series);
            nativesByLabels
                    .computeIfAbsent(series.labels(), l -> new ArrayList<>())
                    .add(series);
        }
        boolean hasFloats = false;
        for (int step = 0; step < series.steps() && !hasFloats; step++) {
            hasFloats = series.hasFloat(step);
        }
        if (!hasFloats) {
            return;
        }
        String text = series.labels().get(BOUND_LABEL);
        Double bound = bounds.get(text);
        if (bound == null) {
            try {
                bound = bound(text);
            } catch (NumberFormatException e) {
                evaluation.annotations().badBucketLabel(shownName(series.labels()), text, vector.position());
                return;
            }
            bounds.put(text, bound);
        }
        Labels labels = series.labels().filter(name -> !name.equals(BOUND_LABEL));
        classics.computeIfAbsent(labels, l -> new Classic(l, new ArrayList<>()))
                .buckets
                .add(new Bucket(bound, series));
    }

    private static double bound(String text) {
        return switch (text) {
            case "+Inf", "Inf", "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-Inf", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
                if (Character.isWhitespace(last) || last == 'd' || last == 'f' || last == 'D' || last == 'F') {
                    throw new NumberFormatException("no bucket bound: " + text);
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private String shownName(Labels labels) {
        return evaluation.context().options().hasDelayedNameRemoval() ? labels.metricName() : "";
    }

    /// @param visitors makes a visitor for the labels of each series
    void forEachNative(Function<Labels, NativeVisitor> visitors) {
        for (StepSeries series : natives) {
            Classic classic = classics.get(series.labels());
            NativeVisitor visitor = visitors.apply(series.labels());
            for (int step = 0; step < evaluation.steps(); step++) {
                NativeHistogram histogram = series.histogram(step);
                if (histogram == null) {
                    continue;
                }
                if (classic != null && classic.isPresent(step)) {
                    evaluation
                            .annotations()
                            .mixedClassicAndNativeHistograms(shownName(series.labels()), vector.position());
                } else {
                    visitor.visit(step, histogram);
                }
            }
        }
    }

    /// @param visitors makes a visitor for the labels of each histogram, `le` not among them
    void forEachClassic(Function<Labels, ClassicVisitor> visitors) {
        ClassicBuckets buckets = new ClassicBuckets();
        for (Classic classic : classics.values()) {
            List<StepSeries> rivals = nativesByLabels.getOrDefault(classic.labels, List.of());
            ClassicVisitor visitor = visitors.apply(classic.labels);
            int count = classic.buckets.size();
            double[] bounds = new double[count];
            double[][] columns = new double[count][];
            for (int i = 0; i < count; i++) {
                bounds[i] = classic.buckets.get(i).bound;
                columns[i] = classic.buckets.get(i).series.values();
            }
            buckets.begin(bounds, columns);
            for (int step = 0; step < evaluation.steps(); step++) {
                buckets.moveTo(step);
                if (!buckets.isEmpty() && !hasNative(rivals, step)) {
                    visitor.visit(step, buckets);
                }
            }
        }
    }

    private static boolean hasNative(List<StepSeries> rivals, int step) {
        for (StepSeries rival : rivals) {
            if (rival.histogram(step) != null) {
                return true;
            }
        }
        return false;
    }
}
