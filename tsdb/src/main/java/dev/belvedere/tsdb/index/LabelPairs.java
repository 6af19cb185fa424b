package dev.belvedere.tsdb.index;

import java.util.function.IntConsumer;

/// Label pairs by number, and which of them series have.
public interface LabelPairs {

    /// The number of a pair's name.
    int nameOf(int pair);

    String name(int pair);

    String value(int pair);

    /// How many labels a series has.
    int countOf(int series);

    /// Shows the pairs of a series' labels, in UTF-8 order of their names.
    void forEach(int series, IntConsumer visitor);
}
