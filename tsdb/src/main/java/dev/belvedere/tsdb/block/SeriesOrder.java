package dev.belvedere.tsdb.block;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.IndexView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The order in which columns pack best: by metric, then labels, the buckets of a histogram by their bound.
public final class SeriesOrder {

    private final IndexView view;

    public SeriesOrder(IndexView view) {
        this.view = view;
    }

    private record Keyed(int series, String metric, String rest, double bound) {}

    public int[] sort(int[] series) {
        List<Keyed> keyed = new ArrayList<>(series.length);
        for (int each : series) {
            keyed.add(key(each));
        }
        keyed.sort(Comparator.comparing(Keyed::metric)
                .thenComparing(Keyed::rest)
                .thenComparingDouble(Keyed::bound)
                .thenComparingInt(Keyed::series));
        int[] sorted = new int[series.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = keyed.get(i).series();
        }
        return sorted;
    }

    private Keyed key(int series) {
        int definition = view.definitionOf(series);
        StringBuilder rest = new StringBuilder();
        String metric = "";
        double bound = 0;
        for (int i = 0; i < view.pairCountOf(definition); i++) {
            int pair = view.pairOf(definition, i);
            String name = view.name(pair);
            if (name.equals(Labels.METRIC_NAME)) {
                metric = view.value(pair);
            } else if (name.equals("le")) {
                bound = bound(view.value(pair));
            } else {
                rest.append(name).append('\0').append(view.value(pair)).append('\0');
            }
        }
        return new Keyed(series, metric, rest.toString(), bound);
    }

    private static double bound(String text) {
        try {
            return Double.parseDouble(text.equals("+Inf") ? "Infinity" : text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /// Whether two series differ in nothing but `le`.
    public boolean isNextBucket(int series, int next) {
        int a = view.definitionOf(series);
        int b = view.definitionOf(next);
        if (view.pairCountOf(a) != view.pairCountOf(b)) {
            return false;
        }
        boolean hasBound = false;
        for (int i = 0; i < view.pairCountOf(a); i++) {
            int pair = view.pairOf(a, i);
            int other = view.pairOf(b, i);
            boolean isBound = view.name(pair).equals("le") && view.name(other).equals("le");
            if (pair != other && !isBound) {
                return false;
            }
            hasBound |= isBound;
        }
        return hasBound;
    }
}
