package dev.belvedere.tsdb.index;

import java.util.Arrays;
import java.util.BitSet;

/// The series of an index by number: target, definition, the next of the same definition, and generation.
///
/// In pages: where no number of a page has a series nothing is kept of it, so that one series with a high number does
/// not keep what stood before it, and to grow copies nothing. Guarded by the owner of the index; what a view has of
/// `targets` and `definitions` does not change.
final class SeriesTable {

    /// The generation of a number that no series has.
    static final char FREE = Character.MAX_VALUE;

    /// Pages without a series; never written.
    private static final int[] NO_NUMBERS = new int[SeriesPage.SIZE];

    private static final char[] ALL_FREE = new char[SeriesPage.SIZE];

    static {
        Arrays.fill(ALL_FREE, FREE);
    }

    private int[][] targets = {NO_NUMBERS};
    private int[][] definitions = {NO_NUMBERS};
    private int[][] next = {NO_NUMBERS};
    private char[][] generations = {ALL_FREE};

    private final BitSet taken = new BitSet();
    private int count;

    /// No number below is free.
    private int lowestFree;

    int count() {
        return count;
    }

    /// All numbers of series are below.
    int bound() {
        return taken.length();
    }

    /// The numbers that have series, as they are now.
    BitSet numbers() {
        return (BitSet) taken.clone();
    }

    boolean has(int series) {
        return taken.get(series);
    }

    boolean hasPage(int page) {
        return page < generations.length && generations[page] != ALL_FREE;
    }

    int target(int series) {
        return targets[SeriesPage.of(series)][SeriesPage.place(series)];
    }

    int definition(int series) {
        return definitions[SeriesPage.of(series)][SeriesPage.place(series)];
    }

    int next(int series) {
        return next[SeriesPage.of(series)][SeriesPage.place(series)];
    }

    void setNext(int series, int other) {
        next[SeriesPage.of(series)][SeriesPage.place(series)] = other;
    }

    /// [#FREE] for a number without a series.
    char generation(int series) {
        int page = SeriesPage.of(series);
        return page < generations.length ? generations[page][SeriesPage.place(series)] : FREE;
    }

    /// Whether consecutive numbers all have series of one generation.
    boolean areOfGeneration(int first, int count, int expected) {
        if (first < 0 || count > generations.length * SeriesPage.SIZE - first) {
            return false;
        }
        int end = first + count;
        for (int series = first; series < end; ) {
            char[] page = generations[SeriesPage.of(series)];
            int from = SeriesPage.place(series);
            int to = Math.min(SeriesPage.SIZE, from + end - series);
            for (int i = from; i < to; i++) {
                if (page[i] != expected) {
                    return false;
                }
            }
            series += to - from;
        }
        return true;
    }

    /// The lowest number without a series.
    int freeNumber() {
        lowestFree = taken.nextClearBit(lowestFree);
        return lowestFree;
    }

    /// Gives a series a number that is free.
    void put(int series, char generation, int target, int definition) {
        int page = SeriesPage.of(series);
        ensure(page);
        int place = SeriesPage.place(series);
        targets[page][place] = target;
        definitions[page][place] = definition;
        generations[page][place] = generation;
        taken.set(series);
        count++;
    }

    private void ensure(int page) {
        int before = generations.length;
        if (page >= before) {
            int larger = Math.max(page + 1, before + (before >> 1));
            targets = Arrays.copyOf(targets, larger);
            definitions = Arrays.copyOf(definitions, larger);
            next = Arrays.copyOf(next, larger);
            generations = Arrays.copyOf(generations, larger);
            Arrays.fill(targets, before, larger, NO_NUMBERS);
            Arrays.fill(definitions, before, larger, NO_NUMBERS);
            Arrays.fill(next, before, larger, NO_NUMBERS);
            Arrays.fill(generations, before, larger, ALL_FREE);
        }
        if (generations[page] == ALL_FREE) {
            targets[page] = new int[SeriesPage.SIZE];
            definitions[page] = new int[SeriesPage.SIZE];
            next[page] = new int[SeriesPage.SIZE];
            generations[page] = ALL_FREE.clone();
        }
    }

    /// The targets by page and place. What is there stays, more may come.
    int[][] targets() {
        return targets;
    }

    /// The same of the definitions.
    int[][] definitions() {
        return definitions;
    }
}
