package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.Definitions;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/// The labels of the series that an index had at one moment. Safe from any thread: what it reads never changes.
public final class IndexView implements Definitions, LabelPairs {

    /// Arrays of the index at that moment; their later entries may come and go.
    record Arrays(
            String[] names,
            int[] pairName,
            String[] pairValue,
            int[] definitionStart,
            int[] definitionPairs,
            Target[] targets,
            int[][] seriesTarget,
            int[][] seriesDefinition) {}

    private static final String[] NONE = {};
    private static final Predicate<String> EVERY_NAME = name -> true;

    private final Arrays arrays;

    IndexView(Arrays arrays) {
        this.arrays = arrays;
    }

    @Override
    public int nameOf(int pair) {
        return arrays.pairName[pair];
    }

    @Override
    public String name(int pair) {
        return arrays.names[arrays.pairName[pair]];
    }

    @Override
    public String value(int pair) {
        return arrays.pairValue[pair];
    }

    public Target targetOf(int series) {
        return arrays.targets[arrays.seriesTarget[SeriesPage.of(series)][SeriesPage.place(series)]];
    }

    public int definitionOf(int series) {
        return arrays.seriesDefinition[SeriesPage.of(series)][SeriesPage.place(series)];
    }

    public int pairCountOf(int definition) {
        return arrays.definitionStart[definition + 1] - arrays.definitionStart[definition];
    }

    public int pairOf(int definition, int index) {
        return arrays.definitionPairs[arrays.definitionStart[definition] + index];
    }

    @Override
    public int countOf(int series) {
        return pairCountOf(definitionOf(series)) + targetOf(series).pairs().length;
    }

    @Override
    public void forEach(int series, IntConsumer visitor) {
        int definition = definitionOf(series);
        int end = arrays.definitionStart[definition + 1];
        int[] ofTarget = targetOf(series).pairs();
        int next = 0;
        for (int i = arrays.definitionStart[definition]; i < end; i++) {
            int pair = arrays.definitionPairs[i];
            for (int to = firstBehind(name(pair), ofTarget, next); next < to; next++) {
                visitor.accept(ofTarget[next]);
            }
            visitor.accept(pair);
        }
        for (; next < ofTarget.length; next++) {
            visitor.accept(ofTarget[next]);
        }
    }

    /// The first of a target's pairs, from one on, whose name does not come before another.
    private int firstBehind(String name, int[] ofTarget, int from) {
        int next = from;
        while (next < ofTarget.length && Labels.compareUtf8(name(ofTarget[next]), name) < 0) {
            next++;
        }
        return next;
    }

    /// The labels of a series, as new objects.
    public Labels labels(int series) {
        return labels(series, EVERY_NAME);
    }

    /// Those labels of a series whose names are wanted, as new objects.
    public Labels labels(int series, Predicate<String> isWanted) {
        int definition = definitionOf(series);
        int begin = arrays.definitionStart[definition];
        int end = arrays.definitionStart[definition + 1];
        int[] ofTarget = targetOf(series).pairs();
        String[] result = new String[2 * (end - begin + ofTarget.length)];
        int size = 0;
        int next = 0;
        for (int i = begin; i < end; i++) {
            int pair = arrays.definitionPairs[i];
            for (int to = firstBehind(name(pair), ofTarget, next); next < to; next++) {
                size = putIfWanted(ofTarget[next], isWanted, result, size);
            }
            size = putIfWanted(pair, isWanted, result, size);
        }
        for (; next < ofTarget.length; next++) {
            size = putIfWanted(ofTarget[next], isWanted, result, size);
        }
        return sorted(result, size);
    }

    private int putIfWanted(int pair, Predicate<String> isWanted, String[] into, int size) {
        return isWanted.test(name(pair)) ? put(pair, into, size) : size;
    }

    private int put(int pair, String[] into, int size) {
        into[size] = name(pair);
        into[size + 1] = value(pair);
        return size + 2;
    }

    private static Labels sorted(String[] pairs, int size) {
        return Labels.ofSorted(size == pairs.length ? pairs : java.util.Arrays.copyOf(pairs, size));
    }

    @Override
    public Labels labelsOf(int definition, Predicate<String> isWanted) {
        String[] result = NONE;
        int size = 0;
        int pairs = pairCountOf(definition);
        for (int i = 0; i < pairs; i++) {
            int pair = pairOf(definition, i);
            if (isWanted.test(name(pair))) {
                result = result == NONE ? new String[2 * (pairs - i)] : result;
                size = put(pair, result, size);
            }
        }
        return sorted(result, size);
    }

    @Override
    public boolean isOfTargets(String name) {
        return Target.isTargetLabel(name);
    }

    /// The labels of a target, as new objects.
    public Labels labelsOf(Target target) {
        int[] pairs = target.pairs();
        String[] result = new String[2 * pairs.length];
        for (int i = 0; i < result.length; i += 2) {
            result[i] = name(pairs[i / 2]);
            result[i + 1] = value(pairs[i / 2]);
        }
        return Labels.ofSorted(result);
    }

    @Override
    public boolean mayHave(String labelName) {
        for (String name : arrays.names) {
            if (labelName.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
