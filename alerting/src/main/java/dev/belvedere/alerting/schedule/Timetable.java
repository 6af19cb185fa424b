package dev.belvedere.alerting.schedule;

import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Starts tasks when their wall-clock time has come.
///
/// It has a platform thread of its own: virtual threads share carriers with requests, and a few long queries would
/// keep every rule from waking. Cost: one pass over the tasks for each wake-up.
public final class Timetable implements AutoCloseable {

    /// A due time that never comes.
    public static final long NEVER = Long.MAX_VALUE;

    /// At least this often the clock is looked at, since someone may set it.
    private static final long MAX_SLEEP_MILLIS = 1000;

    private static final System.Logger LOG = System.getLogger(Timetable.class.getName());

    /// Something that is due again and again.
    public interface Task {

        /// When to start it next, or [#NEVER]. Must be cheap.
        long dueMillis(long nowMillis);

        /// Hands the work to someone else and moves the due time, before it returns.
        void start(long nowMillis);
    }

    private final TimeSource time;
    private final Thread thread;
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    public Timetable(String name, TimeSource time) {
        this.time = time;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
        thread.start();
    }

    public void add(Task task) {
        tasks.add(task);
        wake();
    }

    public void remove(Task task) {
        tasks.remove(task);
    }

    /// To be called when a task has become due earlier than it said.
    public void wake() {
        thread.interrupt();
    }

    private void run() {
        while (!isClosed) {
            long now = time.currentMillis();
            long next = now + MAX_SLEEP_MILLIS;
            for (Task task : tasks) {
                next = Math.min(next, startIfDue(task, now));
            }
            try {
                time.sleep(Duration.ofMillis(Math.max(1, next - now)));
            } catch (InterruptedException e) {
                // Woken: look again.
            }
        }
    }

    private static long startIfDue(Task task, long now) {
        try {
            if (task.dueMillis(now) <= now) {
                task.start(now);
            }
            return task.dueMillis(now);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a task could not be started", e);
            return NEVER;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        wake();
    }
}
