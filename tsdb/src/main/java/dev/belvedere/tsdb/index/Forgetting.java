package dev.belvedere.tsdb.index;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/// Makes an index of the series that live beside the one in use, by turns, between which others may use that; and puts
/// it in place when it has all. Guarded by the owner of the index, as the index is.
///
/// Whoever asks for a series, brings samples of it or makes it meanwhile keeps it (see [SeriesIndex#touch]).
public final class Forgetting {

    /// A turn looks at so many places in memory at most, and a few more for its last series: about 2 ms, so that
    /// writers wait for 5 ms at most.
    public static final int TURN_WORK = 1 << 15;

    private final int turnWork;

    private enum Phase {
        COUNTING,
        COUNTED,
        COPYING
    }

    private final SeriesIndex index;
    private final BitSet alive = new BitSet();
    private final BitSet dead;

    private Phase phase = Phase.COUNTING;
    private int work;
    private int longestTurn;

    private int counted;
    private final BitSet usedDefinitions = new BitSet();
    private final BitSet usedPairs = new BitSet();
    private int definitionPairs;
    private int seriesCount;
    private int definitionCount;
    private int pairCount;

    private SeriesIndex next;

    /// By number in the old index, the number in the new one plus 1; 0 where there is none yet.
    private int[] newDefinitions = {};

    private int[] newPairs = {};
    private int target;
    private int place;

    /// What came, or came back to life, since copying began.
    private final IntArrayList missed = new IntArrayList();

    /// @param idle what may be forgotten
    /// @param turnWork the most that a turn does
    Forgetting(SeriesIndex index, BitSet idle, int turnWork) {
        this.turnWork = turnWork;
        this.index = index;
        this.next = index;
        this.dead = (BitSet) idle.clone();
    }

    /// Keeps series.
    public void keepAll(BitSet series) {
        alive.or(series);
        dead.andNot(series);
    }

    /// How many series there are to forget.
    public int deadCount() {
        return dead.cardinality();
    }

    /// Those that there are and that nothing has kept.
    public BitSet idle() {
        BitSet idle = index.numbers();
        idle.andNot(alive);
        return idle;
    }

    /// The most that was done in one turn.
    public int longestTurn() {
        return longestTurn;
    }

    void touch(int first, int count) {
        int end = first + count;
        alive.set(first, end);
        for (int s = dead.nextSetBit(first); s >= 0 && s < end; s = dead.nextSetBit(s + 1)) {
            dead.clear(s);
            missed.add(s);
        }
    }

    void made(int series) {
        alive.set(series);
        missed.add(series);
    }

    /// Goes on for a turn.
    ///
    /// @param letGo is told of each series that may be forgotten, once; false keeps it
    /// @return whether nothing is left but [#finish], in this turn
    public boolean turn(IntPredicate letGo) {
        work = 0;
        if (phase == Phase.COUNTING) {
            count();
        }
        if (phase == Phase.COPYING) {
            copyTargets(letGo);
            while (target >= index.targetCount() && !missed.isEmpty() && work < turnWork) {
                copyMissed(missed.popInt());
            }
        }
        longestTurn = Math.max(longestTurn, work);
        return phase == Phase.COPYING && target >= index.targetCount() && missed.isEmpty();
    }

    /// Finds out how large the arrays have to be.
    private void count() {
        int bound = index.seriesBound();
        for (; counted < bound && work < turnWork; counted++) {
            work++;
            if (index.hasSeries(counted) && !dead.get(counted)) {
                countDefinition(index.definitionOf(counted));
            }
        }
        if (counted == bound) {
            seriesCount = index.seriesCount() - dead.cardinality();
            definitionCount = index.definitionCount();
            pairCount = index.pairs().size();
            phase = Phase.COUNTED;
        }
    }

    /// Between two turns, without the owner's guard: makes large arrays, which nobody else sees.
    public void makeRoom() {
        if (phase == Phase.COUNTED) {
            newDefinitions = new int[definitionCount];
            newPairs = new int[pairCount];
            next = new SeriesIndex(
                    seriesCount, usedDefinitions.cardinality(), definitionPairs, usedPairs.cardinality());
            phase = Phase.COPYING;
        }
    }

    private void countDefinition(int definition) {
        if (usedDefinitions.get(definition)) {
            return;
        }
        usedDefinitions.set(definition);
        int count = index.pairCountOf(definition);
        for (int i = 0; i < count; i++) {
            usedPairs.set(index.pairOf(definition, i));
        }
        definitionPairs += count;
        work += count;
    }

    private void copyTargets(IntPredicate letGo) {
        while (target < index.targetCount() && work < turnWork) {
            IntArrayList series = index.target(target).series();
            for (; place < series.size() && work < turnWork; place++) {
                copyUnlessDead(series.getInt(place), letGo);
            }
            if (place >= series.size()) {
                work++;
                target++;
                place = 0;
            }
        }
    }

    private void copyUnlessDead(int series, IntPredicate letGo) {
        work++;
        if (dead.get(series)) {
            work++;
            if (!letGo.test(series)) {
                dead.clear(series);
                alive.set(series);
            }
        }
        if (!dead.get(series)) {
            copy(series);
        }
    }

    private void copyMissed(int series) {
        work++;
        if (index.hasSeries(series)) {
            copy(series);
        }
    }

    private void copy(int series) {
        if (next.hasSeries(series)) {
            return;
        }
        work += 2;
        Target of = index.targetOf(series);
        if (!next.hasTarget(of.number())) {
            next.putTarget(of.number(), renumbered(of.pairs()), of.stableHash());
        }
        next.putSeries(series, (char) index.generationOf(series), of.number(), definition(index.definitionOf(series)));
    }

    private int definition(int number) {
        if (number >= newDefinitions.length) {
            newDefinitions = Arrays.copyOf(newDefinitions, number + (number >> 3) + 1);
        }
        if (newDefinitions[number] == 0) {
            int[] pairs = new int[index.pairCountOf(number)];
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = pair(index.pairOf(number, i));
            }
            work += pairs.length;
            newDefinitions[number] = next.addDefinition(pairs, pairs.length) + 1;
        }
        return newDefinitions[number] - 1;
    }

    private int[] renumbered(int[] pairs) {
        int[] renumbered = new int[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            renumbered[i] = pair(pairs[i]);
        }
        return renumbered;
    }

    private int pair(int number) {
        if (number >= newPairs.length) {
            newPairs = Arrays.copyOf(newPairs, number + (number >> 3) + 1);
        }
        if (newPairs[number] == 0) {
            work += 2;
            newPairs[number] = next.pairs().add(index.pairs(), number) + 1;
        }
        return newPairs[number] - 1;
    }

    /// Puts the new index in place. Views from before go on as if nothing had happened.
    ///
    /// @return how many series are forgotten
    public int finish() {
        int forgotten = index.seriesCount() - next.seriesCount();
        index.become(next);
        return forgotten;
    }
}
