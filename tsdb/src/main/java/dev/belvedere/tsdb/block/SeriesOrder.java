package dev.belvedere.tsdb.block;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The order in which columns pack best: by metric, then labels, the buckets of a histogram by their bound. Not safe
/// for concurrent use: it keeps the orders of targets before, since those of one exporter have the same.
public final class SeriesOrder {

    /// So many places of orders are kept at most, or the order of one target.
    private static final int MAX_KEPT_PLACES = 1 << 16;

    private final IndexView view;

    /// Which definition comes first, and so on, by the definitions of a target's series in the order of their numbers.
    private final Map<IntList, int[]> orders = new HashMap<>();

    private int keptPlaces;

    public SeriesOrder(IndexView view) {
        this.view = view;
    }

    /// @param place where its series stands
    private record Keyed(int place, String metric, String rest, double bound) {}

    /// @param series of one target, in any order
    public int[] sort(int[] series) {
        int[] ascending = series.clone();
        Arrays.sort(ascending);
        int[] definitions = new int[ascending.length];
        for (int i = 0; i < definitions.length; i++) {
            definitions[i] = view.definitionOf(ascending[i]);
        }
        int[] order = keptOrder(definitions);
        int[] sorted = new int[ascending.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = ascending[order[i]];
        }
        return sorted;
    }

    private int[] keptOrder(int[] definitions) {
        IntList key = IntArrayList.wrap(definitions);
        int[] kept = orders.get(key);
        if (kept != null) {
            return kept;
        }
        if (keptPlaces + definitions.length > MAX_KEPT_PLACES) {
            orders.clear();
            keptPlaces = 0;
        }
        int[] order = order(definitions);
        orders.put(key, order);
        keptPlaces += order.length;
        return order;
    }

    private int[] order(int[] definitions) {
        List<Keyed> keyed = new ArrayList<>(definitions.length);
        for (int place = 0; place < definitions.length; place++) {
            keyed.add(key(place, definitions[place]));
        }
        keyed.sort(Comparator.comparing(Keyed::metric)
                .thenComparing(Keyed::rest)
                .thenComparingDouble(Keyed::bound)
                .thenComparingInt(Keyed::place));
        int[] order = new int[definitions.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = keyed.get(i).place();
        }
        return order;
    }

    private Keyed key(int place, int definition) {
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
        return new Keyed(place, metric, rest.toString(), bound);
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
