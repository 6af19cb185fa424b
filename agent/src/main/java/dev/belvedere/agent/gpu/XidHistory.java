package dev.belvedere.agent.gpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// The XID errors of one GPU: the last, those of the last five minutes, and how many there were in all. Safe from any
/// thread.
final class XidHistory {

    static final Duration WINDOW = Duration.ofMinutes(5);

    /// The driver tells some errors more than once.
    private static final long REPEAT_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int MAX_KEPT = 10_000;

    private record Happening(int xid, long nanos) {}

    @GuardedBy("this")
    private final Deque<Happening> recent = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<Integer, Long> totals = new TreeMap<>();

    @GuardedBy("this")
    private int last;

    /// @param nanos elapsed time
    /// @return false if this only repeats what was told within two seconds
    synchronized boolean add(int xid, long nanos) {
        for (Happening happening : recent) {
            if (happening.xid() == xid && nanos - happening.nanos() < REPEAT_NANOS) {
                return false;
            }
        }
        last = xid;
        totals.merge(xid, 1L, Long::sum);
        recent.addLast(new Happening(xid, nanos));
        if (recent.size() > MAX_KEPT) {
            recent.removeFirst();
        }
        return true;
    }

    /// Empty if there has been none.
    synchronized OptionalInt last() {
        return last == 0 ? OptionalInt.empty() : OptionalInt.of(last);
    }

    /// How often each XID came in the last five minutes.
    synchronized Map<Integer, Integer> counts(long nanos) {
        recent.removeIf(happening -> nanos - happening.nanos() > WINDOW.toNanos());
        Map<Integer, Integer> counts = new TreeMap<>();
        recent.forEach(happening -> counts.merge(happening.xid(), 1, Integer::sum));
        return counts;
    }

    /// How often each XID came since the agent started.
    synchronized Map<Integer, Long> totals() {
        return new TreeMap<>(totals);
    }
}
