package dev.belvedere.tsdb.head;

import java.util.BitSet;
import java.util.List;

/// Marks the series that have samples in a head, by turns, between which the head may take more: whoever marks asks
/// elsewhere which series these are of (see [dev.belvedere.tsdb.index.Forgetting]). Late samples are left out.
///
/// Guarded by the partition.
public final class HeadMarks {

    /// So many samples of open rows are looked at in the time that one series takes elsewhere.
    private static final int SAMPLES_PER_WORK = 16;

    private final List<HeadGroup> groups;
    private int at;

    /// @param groups all there are; samples never go from one to another
    HeadMarks(List<HeadGroup> groups) {
        this.groups = groups;
    }

    /// Goes on for a turn.
    ///
    /// @param mostWork about how many series to look at
    /// @return whether all is marked
    public boolean turn(BitSet into, int mostWork) {
        for (int work = 0; at < groups.size() && work < mostWork; at++) {
            HeadGroup group = groups.get(at);
            group.mark(Long.MIN_VALUE, Long.MAX_VALUE, into);
            work += 1 + group.columns() * (group.rows() + group.sealed().size()) / SAMPLES_PER_WORK;
        }
        return at == groups.size();
    }
}
