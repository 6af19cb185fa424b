package dev.belvedere.platform.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The loop over the machine's sockets and clock.
///
/// An exchange over a kept connection costs one system call to write, one or two to read and as many waits; the
/// buffers are the loop's and used again and again.
public final class SelectorLoop implements EventLoop {

    private static final System.Logger LOG = System.getLogger(SelectorLoop.class.getName());

    private static final int READ_BYTES = 128 * 1024;

    /// Exchanges that take too long are given up as late as this after their time: looking for them ten times a
    /// second is cheaper than a timer for each.
    private static final long DEADLINE_GRAIN_NANOS = 100_000_000;

    private static final class Timer implements Pending {
        final long atNanos;
        final Runnable task;
        boolean isCancelled;

        Timer(long atNanos, Runnable task) {
            this.atNanos = atNanos;
            this.task = task;
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));
    private final IdleConnections idle = new IdleConnections();
    private final List<PlainExchange> running = new ArrayList<>();
    private final List<SelectionKey> ready = new ArrayList<>();
    private final Consumer<PlainExchange> cancel = this::cancel;
    private final Consumer<SelectionKey> note = ready::add;
    private final SpareBodies spares = new SpareBodies();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private long lookNanos;
    private volatile boolean isClosed;

    private SelectorLoop(String name) throws IOException {
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /// @param name of its thread
    public static SelectorLoop start(String name) {
        try {
            SelectorLoop loop = new SelectorLoop(name);
            loop.thread.start();
            return loop;
        } catch (IOException e) {
            throw new UncheckedIOException("no selector: " + e.getMessage(), e);
        }
    }

    private void run() {
        try {
            while (!isClosed) {
                runTasks();
                runTimers();
                giveUpLate();
                await();
                proceedAll();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the loop ends name=" + thread.getName(), e);
        } finally {
            closeAll();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runSafely(task);
        }
    }

    private void runTimers() {
        long now = System.nanoTime();
        for (Timer first = timers.peek(); first != null && first.atNanos - now <= 0; first = timers.peek()) {
            timers.poll();
            if (!first.isCancelled) {
                runSafely(first.task);
            }
        }
    }

    /// One task's failure is no other's.
    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a task failed name=" + thread.getName(), e);
        }
    }

    private void giveUpLate() {
        long now = System.nanoTime();
        if (running.isEmpty() || now - lookNanos < 0) {
            return;
        }
        lookNanos = now + DEADLINE_GRAIN_NANOS;
        for (PlainExchange exchange : List.copyOf(running)) {
            // A handler told before may have cancelled it.
            if (!exchange.isEnded() && exchange.isPast(now)) {
                fail(
                        exchange,
                        new HttpTimeoutException("no whole answer within "
                                + exchange.request().request().timeout().toMillis() + " ms"));
            }
        }
    }

    /// Waits for the next thing to do. What is ready is only noted: done within the selector's own methods, the JVM
    /// would compile all of it into each of them.
    private void await() throws IOException {
        if (!tasks.isEmpty()) {
            selector.selectNow(note);
            return;
        }
        long now = System.nanoTime();
        Timer first = timers.peek();
        long nanos = first == null ? Long.MAX_VALUE : Math.max(0, first.atNanos - now);
        if (!running.isEmpty()) {
            nanos = Math.clamp(lookNanos - now, 0, nanos);
        }
        if (nanos == Long.MAX_VALUE) {
            selector.select(note);
        } else if (nanos == 0) {
            selector.selectNow(note);
        } else {
            selector.select(note, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    @Override
    public Pending after(long delayNanos, Runnable task) {
        Timer timer = new Timer(System.nanoTime() + Math.max(0, delayNanos), task);
        timers.add(timer);
        return timer;
    }

    @Override
    public Pending aside(Runnable task) {
        Thread started = Thread.ofVirtual().name(thread.getName() + " aside").start(task);
        return started::interrupt;
    }

    @Override
    public Pending ask(RepeatedRequest request, AnswerHandler handler) {
        long now = System.nanoTime();
        if (running.isEmpty()) {
            lookNanos = now + DEADLINE_GRAIN_NANOS;
        }
        PlainExchange exchange = new PlainExchange(
                request, handler, now + request.request().timeout().toNanos(), cancel);
        exchange.place = running.size();
        running.add(exchange);
        PlainConnection kept = request.isIdempotent() ? idle.take(request.origin(), now) : null;
        if (kept == null) {
            resolve(exchange);
        } else {
            begin(exchange, kept, true);
        }
        return exchange;
    }

    /// Looks up the address, and connects.
    private void resolve(PlainExchange exchange) {
        URI uri = exchange.request().request().uri();
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        try {
            InetAddress address = InetAddress.ofLiteral(bare);
            execute(() -> connect(exchange, new InetSocketAddress(address, port)));
        } catch (IllegalArgumentException e) {
            aside(() -> {
                InetSocketAddress address = new InetSocketAddress(bare, port);
                execute(() -> connect(exchange, address));
            });
        }
    }

    private void connect(PlainExchange exchange, InetSocketAddress address) {
        if (exchange.isEnded()) {
            return;
        }
        if (address.isUnresolved()) {
            fail(exchange, new UnknownHostException("unknown host " + address.getHostString()));
            return;
        }
        try {
            begin(exchange, new PlainConnection(exchange.request().origin(), address, selector, spares), false);
        } catch (IOException | RuntimeException e) {
            fail(exchange, asIoException(e));
        }
    }

    private void begin(PlainExchange exchange, PlainConnection connection, boolean isKept) {
        exchange.runsOver(connection, isKept);
        try {
            connection.begin(exchange);
        } catch (IOException e) {
            failOrRepeat(exchange, e);
        }
    }

    /// Whatever goes wrong with one connection, the loop and its other connections go on.
    private static IOException asIoException(Exception failure) {
        return failure instanceof IOException io ? io : new IOException(String.valueOf(failure), failure);
    }

    private void proceedAll() {
        for (int i = 0; i < ready.size(); i++) {
            SelectionKey key = ready.get(i);
            // The exchange before may have cancelled this one.
            if (key.isValid()) {
                proceed(key);
            }
        }
        ready.clear();
    }

    private void proceed(SelectionKey key) {
        PlainConnection connection = (PlainConnection) key.attachment();
        PlainExchange exchange = connection.exchange();
        try {
            connection.proceed(buffer.clear());
        } catch (IOException | RuntimeException e) {
            if (exchange == null) {
                idle.remove(connection);
                connection.close();
            } else {
                failOrRepeat(exchange, asIoException(e));
            }
            return;
        }
        if (exchange != null && connection.answer().isDone()) {
            succeed(exchange, connection);
        }
    }

    private void succeed(PlainExchange exchange, PlainConnection connection) {
        leave(exchange);
        try {
            exchange.handler().answered(connection.answer());
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "an answer's handler failed name=" + thread.getName(), e);
        }
        long now = System.nanoTime();
        boolean isReusable = connection.answer().isReusable();
        connection.answer().releaseBody();
        connection.endExchange(now);
        if (!isReusable || !idle.put(connection, now)) {
            connection.close();
        }
    }

    private void failOrRepeat(PlainExchange exchange, IOException reason) {
        boolean isRepeated = exchange.isRepeatable() && !(reason instanceof ResponseTooLargeException);
        if (!isRepeated) {
            fail(exchange, reason);
            return;
        }
        drop(exchange.connection());
        resolve(exchange);
    }

    private void fail(PlainExchange exchange, IOException reason) {
        leave(exchange);
        drop(exchange.connection());
        String message = reason.getMessage();
        IOException told = message == null || message.isEmpty()
                ? new IOException(reason.getClass().getSimpleName(), reason)
                : reason;
        try {
            exchange.handler().failed(told);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a failure's handler failed name=" + thread.getName(), e);
        }
    }

    private void cancel(PlainExchange exchange) {
        leave(exchange);
        drop(exchange.connection());
    }

    private void drop(@Nullable PlainConnection connection) {
        if (connection != null) {
            connection.answer().releaseBody();
            connection.close();
        }
    }

    private void leave(PlainExchange exchange) {
        exchange.end();
        PlainExchange last = running.removeLast();
        if (last != exchange) {
            running.set(exchange.place, last);
            last.place = exchange.place;
        }
    }

    private void closeAll() {
        for (PlainExchange exchange : running) {
            drop(exchange.connection());
        }
        idle.close();
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "could not close the selector", e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
    }
}
