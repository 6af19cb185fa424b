package dev.belvedere.api.ingest;

import dev.belvedere.api.http.KeptMemory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps a few costly objects between requests: buffers and decoders. Never waits: when all are in use, another is
/// made, and given up when there is no place for it.
public final class Pool<T> implements KeptMemory {

    private final ArrayBlockingQueue<T> idle;
    private final Supplier<T> maker;

    /// One was lent since [#giveBackUnused] came by.
    private volatile boolean wasUsed;

    public Pool(int maxIdle, Supplier<T> maker) {
        this.idle = new ArrayBlockingQueue<>(maxIdle);
        this.maker = maker;
    }

    /// As many as can be at work at once.
    public static <T> Pool<T> perProcessor(Supplier<T> maker) {
        return new Pool<>(2 * Runtime.getRuntime().availableProcessors(), maker);
    }

    /// Lends an object for the duration of `work`.
    public <R> R with(Function<T, R> work) {
        if (!wasUsed) {
            wasUsed = true;
        }
        @Nullable T pooled = idle.poll();
        T lent = pooled == null ? maker.get() : pooled;
        R result = work.apply(lent);
        // An object whose work failed may be in any state and is not kept.
        idle.offer(lent);
        return result;
    }

    /// As [#with], for work that has no result.
    public void run(Consumer<T> work) {
        with(lent -> {
            work.accept(lent);
            return true;
        });
    }

    int idleCount() {
        return idle.size();
    }

    @Override
    public void giveBackUnused() {
        if (!wasUsed) {
            idle.clear();
        }
        wasUsed = false;
    }
}
