package dev.belvedere.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/// What a parser may use of the machine for an input of a certain length: memory in proportion to it, and little time.
public final class ParserBudget {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MAX_CPU_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long fixedBytes;
    private final long bytesPerByte;

    private ParserBudget(long fixedBytes, long bytesPerByte) {
        this.fixedBytes = fixedBytes;
        this.bytesPerByte = bytesPerByte;
    }

    /// @param fixedBytes what may be allocated whatever the input: buffers, tables
    /// @param bytesPerByte what may be allocated besides for every byte of the input
    public static ParserBudget of(long fixedBytes, long bytesPerByte) {
        return new ParserBudget(fixedBytes, bytesPerByte);
    }

    /// Runs the parser on the calling thread and fails if it used more. It is run once more before that is believed:
    /// a first run also pays for loading classes.
    public void run(int inputBytes, Runnable parser) {
        if (usesMore(inputBytes, parser).isEmpty()) {
            return;
        }
        String problem = usesMore(inputBytes, parser);
        if (!problem.isEmpty()) {
            throw new AssertionError("an input of " + inputBytes + " bytes " + problem);
        }
    }

    private String usesMore(int inputBytes, Runnable parser) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        parser.run();
        long cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuBefore;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        long allowed = fixedBytes + bytesPerByte * inputBytes;
        if (allocated > allowed) {
            return "made the parser allocate " + allocated + " bytes, more than " + allowed;
        }
        return cpuNanos > MAX_CPU_NANOS ? "took " + TimeUnit.NANOSECONDS.toMillis(cpuNanos) + " ms of CPU" : "";
    }
}
