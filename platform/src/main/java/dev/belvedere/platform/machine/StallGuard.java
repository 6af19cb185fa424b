package dev.belvedere.platform.machine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes calls that may never return (drivers, network file systems) on a thread of its own, one at a time.
///
/// Once a call is overdue, every further one is refused at once until that call has returned after all: a hung
/// driver costs one thread, not one for each attempt. The thread ends by itself when it has had nothing to do.
public final class StallGuard {

    public static final String STALLED = "call_stalled";

    private static final long IDLE_SECONDS = 30;

    private final String name;
    private final ThreadPoolExecutor executor;

    @GuardedBy("this")
    private @Nullable Future<?> overdue;

    /// @param name of the thread, and in messages
    public StallGuard(String name) {
        this.name = name;
        executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /// @throws OperationException with the code [#STALLED] if the call, or an earlier one, has not returned in
    ///     time; whatever unchecked exception the call itself throws
    public synchronized <T> T call(Supplier<T> call, Duration timeout) {
        if (overdue != null && !overdue.isDone()) {
            throw stalled("an earlier call has still not returned");
        }
        overdue = null;
        Future<T> answer = executor.submit(call::get);
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            overdue = answer;
            throw stalled("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            overdue = answer;
            Thread.currentThread().interrupt();
            throw stalled("interrupted while waiting");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(name, e.getCause());
        }
    }

    private OperationException stalled(String what) {
        return new OperationException(
                STALLED, Fault.DEPENDENCY, name + ": " + what + "; it is asked again once the call has returned");
    }
}
