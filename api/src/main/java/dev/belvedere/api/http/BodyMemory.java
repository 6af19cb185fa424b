package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.concurrent.atomic.AtomicLong;

/// What the bodies of all requests in hand take together: a quarter of the heap, or one body where that is more.
///
/// Without it, as many clients as there may be connections could each send slowly what one may send.
final class BodyMemory {

    private static final int HEAP_SHARE = 4;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    BodyMemory(int maxBodyBytes) {
        this(Runtime.getRuntime().maxMemory() / HEAP_SHARE, maxBodyBytes);
    }

    BodyMemory(long limit, int maxBodyBytes) {
        this.limit = Math.max(limit, maxBodyBytes);
    }

    /// @throws OperationException `overloaded`; then nothing was taken
    void take(int bytes) {
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw new OperationException(
                    "overloaded",
                    Fault.OVERLOAD,
                    "the bodies of the requests in hand take " + limit
                            + " bytes, a quarter of the heap: try again, send smaller batches, or give more heap");
        }
    }

    void giveBack(int bytes) {
        taken.addAndGet(-bytes);
    }
}
