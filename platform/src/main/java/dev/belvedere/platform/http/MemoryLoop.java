package dev.belvedere.platform.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The loop over any clock and any transport, the twin of [SelectorLoop] for tests and simulation.
///
/// It sleeps on the clock only while nothing is asked and nothing happens aside: on a manual clock that is the moment
/// at which everything that was to happen has happened.
public final class MemoryLoop implements EventLoop {

    private record Timer(long atNanos, long number, Runnable task, AtomicBoolean isCancelled) implements Pending {
        @Override
        public void cancel() {
            isCancelled.set(true);
        }
    }

    private record TransportAnswer(OutboundRequest.Response copy) implements Answer {
        @Override
        public int status() {
            return copy.status();
        }

        @Override
        public String header(String lowerCaseName) {
            return copy.header(lowerCaseName);
        }

        @Override
        public byte[] body() {
            return copy.body();
        }

        @Override
        public int bodyLength() {
            return copy.body().length;
        }
    }

    private final TimeSource time;
    private final HttpTransport network;
    private final Thread thread;

    @GuardedBy("this")
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @GuardedBy("this")
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparing(Timer::number));

    @GuardedBy("this")
    private long timerCount;

    @GuardedBy("this")
    private int asideCount;

    @GuardedBy("this")
    private boolean isAsleep;

    @GuardedBy("this")
    private boolean isClosed;

    private MemoryLoop(TimeSource time, HttpTransport network) {
        this.time = time;
        this.network = network;
        this.thread = Thread.ofVirtual().name("memory loop").unstarted(this::run);
    }

    public static MemoryLoop start(TimeSource time, HttpTransport network) {
        MemoryLoop loop = new MemoryLoop(time, network);
        loop.thread.start();
        return loop;
    }

    private void run() {
        while (true) {
            try {
                Runnable next = awaitNext();
                if (next == null) {
                    return;
                }
                next.run();
            } catch (InterruptedException e) {
                // Something new to do.
            }
        }
    }

    /// @return null if the loop is closed
    private @Nullable Runnable awaitNext() throws InterruptedException {
        Duration wait;
        synchronized (this) {
            while (true) {
                if (isClosed) {
                    return null;
                }
                Runnable task = tasks.poll();
                if (task != null) {
                    return task;
                }
                while (!timers.isEmpty() && timers.peek().isCancelled.get()) {
                    timers.poll();
                }
                Timer first = timers.peek();
                if (first != null && first.atNanos - time.nanoTime() <= 0) {
                    timers.poll();
                    return first.task;
                }
                if (first != null && asideCount == 0) {
                    wait = Duration.ofNanos(first.atNanos - time.nanoTime());
                    isAsleep = true;
                    break;
                }
                wait();
            }
        }
        try {
            time.sleep(wait);
        } finally {
            synchronized (this) {
                isAsleep = false;
                // One that came too late to end the sleep.
                Thread.interrupted();
            }
        }
        return () -> {};
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
        wakeLocked();
    }

    @GuardedBy("this")
    private void wakeLocked() {
        notifyAll();
        if (isAsleep) {
            thread.interrupt();
        }
    }

    @Override
    public synchronized Pending after(long delayNanos, Runnable task) {
        Timer timer = new Timer(time.nanoTime() + Math.max(0, delayNanos), timerCount++, task, new AtomicBoolean());
        timers.add(timer);
        return timer;
    }

    @Override
    public synchronized Pending aside(Runnable task) {
        asideCount++;
        Thread started = Thread.ofVirtual().start(() -> {
            try {
                task.run();
            } finally {
                endAside();
            }
        });
        return started::interrupt;
    }

    private synchronized void endAside() {
        asideCount--;
        wakeLocked();
    }

    @Override
    public Pending ask(RepeatedRequest request, AnswerHandler handler) {
        AtomicBoolean isCancelled = new AtomicBoolean();
        Pending sent = aside(() -> {
            Runnable told;
            try {
                TransportAnswer answer =
                        new TransportAnswer(network.send(request.request().withoutRedirects()));
                told = () -> handler.answered(answer);
            } catch (IOException e) {
                told = () -> handler.failed(e);
            } catch (InterruptedException e) {
                return;
            }
            Runnable outcome = told;
            execute(() -> {
                if (!isCancelled.get()) {
                    outcome.run();
                }
            });
        });
        return () -> {
            isCancelled.set(true);
            sent.cancel();
        };
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        wakeLocked();
    }
}
