package dev.belvedere.eventdb.query;

import dev.belvedere.eventdb.frame.SpanFrame;
import dev.belvedere.eventdb.head.HeadSnapshot;
import dev.belvedere.eventdb.segment.Footer;
import dev.belvedere.eventdb.segment.GroupReader;
import dev.belvedere.eventdb.segment.RowGroup;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.SpanRows;
import dev.belvedere.eventdb.store.Reading;
import dev.belvedere.eventdb.store.SegmentHandle;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.TraceSearch;
import dev.belvedere.storage.events.TraceStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Finds the traces of a search: heads first, then row groups from the newest on, until no older one can hold a
/// better trace. Used by one thread.
final class TraceFinder {

    private final Tenant tenant;
    private final TraceSearch search;
    private final QueryBudget budget;
    private final NewestTraces newest;

    private record Candidate(SegmentFile file, int group, long maxNanos, boolean[] isWanted) {}

    TraceFinder(Tenant tenant, TraceSearch search, QueryBudget budget) {
        this.tenant = tenant;
        this.search = search;
        this.budget = budget;
        this.newest = new NewestTraces(search.limit());
    }

    List<TraceId> find(Reading<SpanFrame, TraceId> reading) {
        reading.heads().forEach(this::searchHead);
        List<Candidate> candidates = new ArrayList<>();
        for (SegmentHandle handle : reading.segments()) {
            addCandidates(handle.file(), candidates);
        }
        candidates.sort(Comparator.comparingLong(Candidate::maxNanos).reversed());
        for (Candidate candidate : candidates) {
            if (candidate.maxNanos() < newest.lowestNanos()) {
                break;
            }
            searchGroup(candidate);
        }
        return newest.ids();
    }

    private void searchHead(HeadSnapshot<SpanFrame, TraceId> head) {
        for (int row = 0; row < head.size(); row++) {
            if ((row & 1023) == 0) {
                budget.check();
            }
            long start = head.nanos()[row];
            if (start >= search.startNanos()
                    && start < search.endNanos()
                    && start >= newest.lowestNanos()
                    && head.tenant(row).equals(tenant)
                    && matches(head.frame(row), head.rows()[row])) {
                newest.add(head.keyList().get(head.keys()[row]).key(), start);
            }
        }
    }

    private boolean matches(SpanFrame frame, int row) {
        if (!isDurationWanted(frame.durationNanos(row))) {
            return false;
        }
        if (!search.service().isEmpty() || !search.operation().isEmpty()) {
            TraceStore.Operation operation = frame.operation(row);
            if (!isOperationWanted(operation.service(), operation.name())) {
                return false;
            }
        }
        return search.attributes().isEmpty() || search.matches(frame.span(row));
    }

    private boolean isDurationWanted(long nanos) {
        return nanos >= search.minDurationNanos() && nanos <= search.maxDurationNanos();
    }

    private boolean isOperationWanted(String service, String name) {
        return (search.service().isEmpty() || search.service().equals(service))
                && (search.operation().isEmpty() || search.operation().equals(name));
    }

    private void addCandidates(SegmentFile file, List<Candidate> into) {
        List<Footer.Operation> operations = file.footer().operations();
        boolean[] isWanted = new boolean[operations.size()];
        boolean hasWanted = false;
        for (int i = 0; i < isWanted.length; i++) {
            Footer.Operation operation = operations.get(i);
            isWanted[i] = isOperationWanted(operation.service(), operation.name());
            hasWanted |= isWanted[i];
        }
        if (hasWanted) {
            for (int i = 0; i < file.footer().groups().size(); i++) {
                RowGroup group = file.footer().groups().get(i);
                if (group.overlaps(search.startNanos(), search.endNanos())) {
                    into.add(new Candidate(file, i, group.maxNanos(), isWanted));
                }
            }
        }
    }

    private void searchGroup(Candidate candidate) {
        try (GroupReader group = candidate.file().group(candidate.group(), budget)) {
            searchRows(new SpanRows(group), candidate.isWanted());
        }
    }

    private void searchRows(SpanRows rows, boolean[] isOperationWanted) {
        long[] starts = rows.starts();
        long[] durations = rows.durations();
        for (int row = 0; row < starts.length; row++) {
            if (starts[row] >= search.startNanos()
                    && starts[row] < search.endNanos()
                    && starts[row] >= newest.lowestNanos()
                    && isDurationWanted(durations[row])
                    && isOperationWanted[rows.operation(row)]
                    && hasAttributes(rows, row)) {
                newest.add(rows.traceId(row), starts[row]);
            }
        }
    }

    private boolean hasAttributes(SpanRows rows, int row) {
        for (Map.Entry<String, String> wanted : search.attributes().entrySet()) {
            if (!rows.mayHaveAttribute(row, wanted.getKey(), wanted.getValue())) {
                return false;
            }
        }
        return search.attributes().isEmpty() || search.matches(rows.span(row));
    }
}
