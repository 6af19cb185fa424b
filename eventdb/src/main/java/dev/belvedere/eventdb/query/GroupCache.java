package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.storage.QueryBudget;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/// The row groups that one lookup in a segment has opened so far. Used by one thread.
final class GroupCache implements IntFunction<GroupReader>, AutoCloseable {

    private final SegmentFile file;
    private final QueryBudget budget;
    private final Map<Integer, GroupReader> groups = new HashMap<>();

    GroupCache(SegmentFile file, QueryBudget budget) {
        this.file = file;
        this.budget = budget;
    }

    @Override
    public GroupReader apply(int index) {
        return groups.computeIfAbsent(index, key -> file.group(key, budget));
    }

    GroupReader ofRow(int row) {
        return apply(file.groupOf(row));
    }

    @Override
    public void close() {
        groups.values().forEach(GroupReader::close);
        groups.clear();
    }
}
