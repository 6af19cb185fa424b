package dev.belvedere.tsdb.head;

import dev.belvedere.tsdb.chunk.ColumnLayout;

/// Is shown which series have samples in a time range.
public interface LayoutVisitor {

    /// All series of a layout have.
    void layout(ColumnLayout layout);

    /// One series has.
    void series(int series);
}
