package dev.belvedere.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// CPU time of the measuring thread by units of work, so that a busy machine does not spoil the figures.
///
/// The fields are read and cleared by JMH after each iteration.
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CpuTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public long cpuNanos;
    public long units;

    static long begin() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /// @param began what [#begin] answered before the work
    void end(long began, long done) {
        cpuNanos += THREADS.getCurrentThreadCpuTime() - began;
        units += done;
    }
}
