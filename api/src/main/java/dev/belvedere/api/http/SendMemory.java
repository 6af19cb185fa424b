package dev.belvedere.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Memory outside the heap that long answers are copied into for the socket, kept from one to the next: new memory is
/// mapped page by page and cleared, and goes back to the system when it is freed.
///
/// One buffer is kept, of [#MAX_BYTES] at most. It is its answer's until that was sent; whoever comes meanwhile gets
/// another one. Safe from any thread; nobody waits.
final class SendMemory implements KeptMemory {

    /// What is shorter comes from the allocator, which keeps such itself.
    static final int MIN_BYTES = 128 << 10;

    static final int MAX_BYTES = 2 << 20;

    private final AtomicReference<@Nullable ByteBuf> idle = new AtomicReference<>();

    /// One was wanted since [#giveBackUnused] came by.
    private volatile boolean wasUsed;

    static boolean isFor(int bytes) {
        return bytes >= MIN_BYTES && bytes <= MAX_BYTES;
    }

    /// An empty buffer with room for so many bytes, to be given to [#keep] once its content was sent.
    ByteBuf take(int bytes) {
        wasUsed = true;
        ByteBuf kept = idle.getAndSet(null);
        if (kept != null && kept.capacity() >= bytes) {
            return kept;
        }
        if (kept != null) {
            kept.release();
        }
        int capacity = Math.min(bytes + bytes / 4, MAX_BYTES);
        return Unpooled.directBuffer(capacity, capacity);
    }

    void keep(ByteBuf buffer) {
        if (!idle.compareAndSet(null, buffer.clear())) {
            buffer.release();
        }
    }

    int keptBytes() {
        ByteBuf kept = idle.get();
        return kept == null ? 0 : kept.capacity();
    }

    @Override
    public void giveBackUnused() {
        ByteBuf unused = wasUsed ? null : idle.getAndSet(null);
        if (unused != null) {
            unused.release();
        }
        wasUsed = false;
    }
}
