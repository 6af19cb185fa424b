package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Finds the series that a list of matchers selects.
///
/// Matchers on a target's labels are tried per target, the others per definition; their product is the answer.
/// Cost: one comparison per definition of the named metrics and one step per series of them, per series of the targets
/// selected, or per target and definition selected, whichever is least.
public final class Selector {

    /// The selected series of one target.
    public record Selected(Target target, IntArrayList series) {}

    /// A step from series to series of a definition, in those of a target.
    private static final int DEFINITION_STEP_COST = 2;

    private final SeriesIndex index;
    private final List<PairTest> targetTests = new ArrayList<>();
    private final List<PairTest> definitionTests = new ArrayList<>();

    /// The test of `__name__` that limits the metrics; absent if it does not.
    private final List<PairTest> nameTest = new ArrayList<>(1);

    public Selector(SeriesIndex index, List<LabelMatcher> matchers) {
        this.index = index;
        for (LabelMatcher matcher : matchers) {
            PairTest test = PairTest.of(matcher, index.pairs());
            if (Target.isTargetLabel(matcher.name())) {
                targetTests.add(test);
            } else if (matcher.name().equals(Labels.METRIC_NAME) && !test.matchesEmpty() && nameTest.isEmpty()) {
                nameTest.add(test);
            } else {
                definitionTests.add(test);
            }
        }
    }

    public List<Selected> select() {
        BitSet targets = new BitSet();
        long targetSeries = 0;
        for (int t = 0; t < index.targetCount(); t++) {
            Target target = index.target(t);
            if (accepts(target)) {
                targets.set(target.number());
                targetSeries += target.series().size();
            }
        }
        if (nameTest.isEmpty()) {
            return byTarget(targets, allDefinitions());
        }
        BitSet definitions = namedDefinitions();
        long definitionSeries = 0;
        for (int d = definitions.nextSetBit(0); d >= 0; d = definitions.nextSetBit(d + 1)) {
            definitionSeries += index.usesOf(d);
        }
        long combinations = (long) targets.cardinality() * definitions.cardinality();
        if (combinations < Math.min(definitionSeries, targetSeries)) {
            return byCombination(targets, definitions);
        }
        // The series of a target lie side by side, those of a definition anywhere.
        return DEFINITION_STEP_COST * definitionSeries <= targetSeries
                ? byDefinition(targets, definitions)
                : byTarget(targets, definitions);
    }

    private boolean accepts(Target target) {
        for (PairTest test : targetTests) {
            if (!test.acceptsTarget(target, index)) {
                return false;
            }
        }
        return true;
    }

    private boolean accepts(int definition) {
        for (PairTest test : definitionTests) {
            if (!test.acceptsDefinition(definition, index)) {
                return false;
            }
        }
        return true;
    }

    private BitSet allDefinitions() {
        BitSet definitions = new BitSet(index.definitionCount());
        for (int d = 0; d < index.definitionCount(); d++) {
            if (accepts(d)) {
                definitions.set(d);
            }
        }
        return definitions;
    }

    private BitSet namedDefinitions() {
        BitSet definitions = new BitSet();
        BitSet names = nameTest.getFirst().accepted();
        for (int name = names.nextSetBit(0); name >= 0; name = names.nextSetBit(name + 1)) {
            IntArrayList candidates = index.definitionsOf(name);
            for (int i = 0; i < candidates.size(); i++) {
                if (accepts(candidates.getInt(i))) {
                    definitions.set(candidates.getInt(i));
                }
            }
        }
        return definitions;
    }

    private List<Selected> byTarget(BitSet targets, BitSet definitions) {
        List<Selected> result = new ArrayList<>();
        for (int t = targets.nextSetBit(0); t >= 0; t = targets.nextSetBit(t + 1)) {
            Target target = index.target(t);
            IntArrayList found = ofDefinitions(target.series(), definitions);
            if (!found.isEmpty()) {
                result.add(new Selected(target, found));
            }
        }
        return result;
    }

    private IntArrayList ofDefinitions(IntArrayList series, BitSet definitions) {
        IntArrayList found = new IntArrayList();
        for (int i = 0; i < series.size(); i++) {
            int each = series.getInt(i);
            if (definitions.get(index.definitionOf(each))) {
                found.add(each);
            }
        }
        return found;
    }

    private List<Selected> byCombination(BitSet targets, BitSet definitions) {
        List<Selected> result = new ArrayList<>();
        for (int t = targets.nextSetBit(0); t >= 0; t = targets.nextSetBit(t + 1)) {
            IntArrayList found = new IntArrayList();
            for (int d = definitions.nextSetBit(0); d >= 0; d = definitions.nextSetBit(d + 1)) {
                int series = index.findSeries(t, d);
                if (series >= 0) {
                    found.add(series);
                }
            }
            if (!found.isEmpty()) {
                result.add(new Selected(index.target(t), found));
            }
        }
        return result;
    }

    private List<Selected> byDefinition(BitSet targets, BitSet definitions) {
        IntArrayList[] found = new IntArrayList[index.targetCount()];
        for (int d = definitions.nextSetBit(0); d >= 0; d = definitions.nextSetBit(d + 1)) {
            for (int s = index.firstOfDefinition(d); s >= 0; s = index.nextOfDefinition(s)) {
                int t = index.targetNumberOf(s);
                if (targets.get(t)) {
                    if (found[t] == null) {
                        found[t] = new IntArrayList();
                    }
                    found[t].add(s);
                }
            }
        }
        List<Selected> result = new ArrayList<>();
        for (int t = 0; t < found.length; t++) {
            if (found[t] != null) {
                result.add(new Selected(index.target(t), found[t]));
            }
        }
        return result;
    }
}
