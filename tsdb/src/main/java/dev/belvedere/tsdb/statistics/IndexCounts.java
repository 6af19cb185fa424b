package dev.belvedere.tsdb.statistics;

import dev.belvedere.tsdb.index.SeriesIndex;
import java.util.BitSet;

/// How many of some series each definition, target and pair of an index has, by their numbers.
record IndexCounts(int[] ofDefinition, int[] ofTarget, int[] ofPair) {

    static IndexCounts of(SeriesIndex index, BitSet series) {
        int[] ofDefinition = new int[index.definitionCount()];
        int[] ofTarget = new int[index.targetCount()];
        int[] ofPair = new int[index.pairs().size()];
        for (int s = series.nextSetBit(0); s >= 0; s = series.nextSetBit(s + 1)) {
            ofDefinition[index.definitionOf(s)]++;
            ofTarget[index.targetOf(s).number()]++;
        }
        for (int d = 0; d < ofDefinition.length; d++) {
            for (int i = 0; ofDefinition[d] > 0 && i < index.pairCountOf(d); i++) {
                ofPair[index.pairOf(d, i)] += ofDefinition[d];
            }
        }
        for (int t = 0; t < ofTarget.length; t++) {
            for (int pair : index.target(t).pairs()) {
                ofPair[pair] += ofTarget[t];
            }
        }
        return new IndexCounts(ofDefinition, ofTarget, ofPair);
    }
}
