package dev.belvedere.promql.script;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.promql.histogram.WorkingHistogram;
import dev.belvedere.promql.script.Command.LoadedSeries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Makes native histograms with custom buckets of the classic ones among loaded series.
final class ClassicHistograms {

    private static final String BOUND_LABEL = "le";

    /// A classic histogram at one moment.
    private static final class Parts {
        final TreeMap<Double, Double> countsByBound = new TreeMap<>();
        double count = Double.NaN;
        double sum;

        NativeHistogram toNative() {
            if (Double.isNaN(count)) {
                count = countsByBound.isEmpty() ? 0 : countsByBound.lastEntry().getValue();
            }
            countsByBound.putIfAbsent(Double.POSITIVE_INFINITY, count);
            double[] bounds = countsByBound.headMap(Double.POSITIVE_INFINITY).keySet().stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            double[] counts = new double[bounds.length + 1];
            double below = 0;
            int at = 0;
            for (double cumulative : countsByBound.values()) {
                if (cumulative < below) {
                    throw new ScriptException("count is not cumulative: " + cumulative + " < " + below);
                }
                counts[at++] = cumulative - below;
                below = cumulative;
            }
            if (below != count) {
                throw new ScriptException("count mismatch: " + count + " != " + below);
            }
            NativeHistogram histogram =
                    NativeHistogram.ofBounds(bounds, new int[] {0, counts.length}, counts, count, sum);
            return WorkingHistogram.of(histogram).compacted().toNative();
        }
    }

    private ClassicHistograms() {}

    static Map<Labels, Map<Long, NativeHistogram>> converted(Command.Load command) {
        Map<Labels, TreeMap<Long, Parts>> parts = new LinkedHashMap<>();
        command.series().forEach((labels, series) -> collect(labels, series, command.stepMillis(), parts));
        Map<Labels, Map<Long, NativeHistogram>> converted = new LinkedHashMap<>();
        parts.forEach((labels, byTime) -> {
            Map<Long, NativeHistogram> histograms = new TreeMap<>();
            byTime.forEach((time, p) -> histograms.put(time, p.toNative()));
            converted.put(labels, histograms);
        });
        return converted;
    }

    private static void collect(
            Labels labels, LoadedSeries series, long stepMillis, Map<Labels, TreeMap<Long, Parts>> into) {
        String name = labels.metricName();
        int suffix = name.lastIndexOf('_');
        String kind = suffix < 0 ? "" : name.substring(suffix);
        if (!kind.equals("_bucket") && !kind.equals("_count") && !kind.equals("_sum")) {
            return;
        }
        Labels base = labels.filter(n -> !n.equals(BOUND_LABEL)).with(Labels.METRIC_NAME, name.substring(0, suffix));
        double bound = kind.equals("_bucket") ? bound(labels.get(BOUND_LABEL)) : 0;
        if (Double.isNaN(bound)) {
            return;
        }
        for (int i = 0; i < series.values().size(); i++) {
            SequenceValue value = series.values().get(i);
            if (value.isOmitted() || value.histogram() != null) {
                continue;
            }
            Parts parts =
                    into.computeIfAbsent(base, l -> new TreeMap<>()).computeIfAbsent(i * stepMillis, t -> new Parts());
            switch (kind) {
                case "_bucket" -> parts.countsByBound.putIfAbsent(bound, value.value());
                case "_count" -> parts.count = value.value();
                default -> parts.sum = value.value();
            }
        }
    }

    private static double bound(String text) {
        try {
            return SeriesLine.number(text);
        } catch (IllegalArgumentException e) {
            return Double.NaN;
        }
    }
}
