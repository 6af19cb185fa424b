package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.SpanRows;
import dev.belvedere.eventdb.store.Reading;
import dev.belvedere.eventdb.store.SegmentHandle;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.TraceStore.Operation;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Finds the operations of a service, or of all, that have spans in a range. Used once.
final class OperationFinder {

    /// What an operation is taken to cost in a sorted set, besides its texts.
    private static final int OPERATION_BYTES = 96;

    /// Rows of a head between two looks at the budget.
    private static final int ROWS_PER_CHECK = 4096;

    private final Tenant tenant;
    private final String service;
    private final long startNanos;
    private final long endNanos;
    private final QueryBudget budget;
    private final Set<Operation> found = new TreeSet<>();

    /// @param service empty for all
    OperationFinder(Tenant tenant, String service, long startNanos, long endNanos, QueryBudget budget) {
        this.tenant = tenant;
        this.service = service;
        this.startNanos = startNanos;
        this.endNanos = endNanos;
        this.budget = budget;
    }

    Set<Operation> find(Reading<SpanFrame, TraceId> reading) {
        reading.heads().forEach(this::addFrom);
        for (SegmentHandle handle : reading.segments()) {
            addFrom(handle.file());
        }
        return found;
    }

    private boolean isWithin(long nanos) {
        return nanos >= startNanos && nanos < endNanos;
    }

    private void add(Operation operation) {
        if (found.add(operation)) {
            budget.holdBytes(OPERATION_BYTES
                    + operation.name().length()
                    + operation.service().length());
        }
    }

    private void addFrom(HeadSnapshot<SpanFrame, TraceId> head) {
        for (int row = 0; row < head.size(); row++) {
            if (row % ROWS_PER_CHECK == 0) {
                budget.check();
            }
            if (isWithin(head.nanos()[row]) && head.tenant(row).equals(tenant)) {
                Operation operation = head.frame(row).operation(head.rows()[row]);
                if (service.isEmpty() || service.equals(operation.service())) {
                    add(operation);
                }
            }
        }
    }

    /// Mostly the operation's first or last span lies within; only those with a gap need a look at the spans.
    private void addFrom(SegmentFile file) {
        budget.check();
        List<Footer.Operation> table = file.footer().operations();
        BitSet unknown = new BitSet();
        for (int i = 0; i < table.size(); i++) {
            Footer.Operation entry = table.get(i);
            boolean isWanted = service.isEmpty() || service.equals(entry.service());
            if (isWanted && entry.range().hasEndWithin(startNanos, endNanos)) {
                add(operation(entry));
            } else if (isWanted && entry.range().overlaps(startNanos, endNanos) && !found.contains(operation(entry))) {
                unknown.set(i);
            }
        }
        for (int g = 0; g < file.footer().groups().size() && !unknown.isEmpty(); g++) {
            if (file.footer().groups().get(g).overlaps(startNanos, endNanos)) {
                addFrom(file, g, unknown);
            }
        }
    }

    /// @param unknown those that are looked for, by their place in the footer's table; lacks what was found
    private void addFrom(SegmentFile file, int group, BitSet unknown) {
        try (GroupReader reader = file.group(group, budget)) {
            SpanRows rows = new SpanRows(reader);
            long[] starts = rows.starts();
            for (int row = 0; row < starts.length; row++) {
                if (isWithin(starts[row]) && unknown.get(rows.operation(row))) {
                    unknown.clear(rows.operation(row));
                    add(operation(file.footer().operations().get(rows.operation(row))));
                }
            }
        }
    }

    private static Operation operation(Footer.Operation entry) {
        return new Operation(entry.service(), entry.name(), entry.kind());
    }
}
