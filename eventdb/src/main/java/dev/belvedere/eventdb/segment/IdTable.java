package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.column.LongColumn;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.List;
import java.util.function.IntFunction;

/// Finds the rows of a trace through the id table: one block read per segment, then the id columns of the groups it
/// points to.
final class IdTable {

    private record Entries(long[] fingerprints, long[] firstRows, long[] counts) {
        static Entries decode(BytesReader from, int count) {
            return new Entries(
                    LongColumn.decodeNested(from, count),
                    LongColumn.decodeNested(from, count),
                    LongColumn.decodeNested(from, count));
        }
    }

    private IdTable() {}

    static IntList rows(SegmentFile file, TraceId id, IntFunction<GroupReader> groups, QueryBudget budget) {
        List<Footer.IdBlock> blocks = file.footer().idBlocks();
        long wanted = IdTableWriter.fingerprint(id) & 0xffffffffL;
        IntArrayList candidates = new IntArrayList(0);
        for (int i = firstBlock(blocks, wanted); i < blocks.size(); i++) {
            Footer.IdBlock block = blocks.get(i);
            if ((block.firstFingerprint() & 0xffffffffL) > wanted) {
                break;
            }
            budget.chargeBytesRead(block.length());
            addRows(file, read(file, block), wanted, candidates);
        }
        IntArrays.quickSort(candidates.elements(), 0, candidates.size());
        return withId(file, candidates, id, groups);
    }

    /// The last block that begins below `wanted`: entries that equal it may begin there.
    private static int firstBlock(List<Footer.IdBlock> blocks, long wanted) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if ((blocks.get(middle).firstFingerprint() & 0xffffffffL) < wanted) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static Entries read(SegmentFile file, Footer.IdBlock block) {
        return file.decode(
                block.offset(),
                block.length(),
                content -> Entries.decode(content, block.entries()),
                () -> "a block of its id table");
    }

    private static void addRows(SegmentFile file, Entries entries, long wanted, IntArrayList into) {
        int rows = file.footer().range().rows();
        for (int i = 0; i < entries.fingerprints().length; i++) {
            if (entries.fingerprints()[i] == wanted) {
                long first = entries.firstRows()[i];
                long end = first + entries.counts()[i];
                if (first < 0 || end < first || end > rows) {
                    throw file.corrupt(
                            "its id table",
                            new MalformedBytesException("rows " + first + " to " + end + " of " + rows));
                }
                for (long row = first; row < end; row++) {
                    into.add((int) row);
                }
            }
        }
    }

    private static IntList withId(
            SegmentFile file, IntArrayList candidates, TraceId id, IntFunction<GroupReader> groups) {
        IntArrayList rows = new IntArrayList(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            int row = candidates.getInt(i);
            GroupReader group = groups.apply(file.groupOf(row));
            if (group.hasTraceId(row - group.group().firstRow(), id)) {
                rows.add(row);
            }
        }
        return rows;
    }

    static void verify(SegmentFile file, QueryBudget budget) {
        for (Footer.IdBlock block : file.footer().idBlocks()) {
            budget.check();
            read(file, block);
        }
    }
}
