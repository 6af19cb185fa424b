package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The arrays that the bodies of requests lie in.
///
/// What the bodies of all requests in hand take together is at most a quarter of the heap, or one body where that is
/// more. Without it, as many clients as there may be connections could each send slowly what one may send.
///
/// An array that is given back serves a later body: those of [#MIN_KEPT_BYTES] to [#MAX_KEPT_BYTES], whose lengths are
/// powers of two so that they fit each other, at most [#KEPT_BYTES] together and [#PLACES] of a length. It belongs to
/// whoever took it until then, and to nobody else. Safe from any thread; nobody waits.
final class BodyMemory implements KeptMemory {

    private static final int HEAP_SHARE = 4;

    private static final int MIN_KEPT_SHIFT = 13;
    private static final int MAX_KEPT_SHIFT = 20;
    private static final int MIN_KEPT_BYTES = 1 << MIN_KEPT_SHIFT;
    private static final int MAX_KEPT_BYTES = 1 << MAX_KEPT_SHIFT;
    private static final int PLACES = 8;

    /// So much lies ready at most.
    static final int KEPT_BYTES = 2 << 20;

    /// Arrays of one length that nobody has.
    private static final class Idle {

        private final AtomicReferenceArray<byte @Nullable []> arrays = new AtomicReferenceArray<>(PLACES);

        /// One was asked for since [#giveBackUnused] came by.
        private volatile boolean wasUsed;

        byte @Nullable [] poll() {
            if (!wasUsed) {
                wasUsed = true;
            }
            for (int i = 0; i < PLACES; i++) {
                byte[] array = arrays.get(i) == null ? null : arrays.getAndSet(i, null);
                if (array != null) {
                    return array;
                }
            }
            return null;
        }

        boolean offer(byte[] array) {
            for (int i = 0; i < PLACES; i++) {
                if (arrays.compareAndSet(i, null, array)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final long limit;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final Idle[] idle = new Idle[MAX_KEPT_SHIFT - MIN_KEPT_SHIFT + 1];

    BodyMemory(int maxBodyBytes) {
        this(Runtime.getRuntime().maxMemory() / HEAP_SHARE, maxBodyBytes);
    }

    BodyMemory(long limit, int maxBodyBytes) {
        this.limit = Math.max(limit, lengthFor(maxBodyBytes));
        Arrays.setAll(idle, i -> new Idle());
    }

    /// How long the array is that holds so many bytes.
    private static int lengthFor(int bytes) {
        boolean isKept = bytes >= MIN_KEPT_BYTES && bytes <= MAX_KEPT_BYTES;
        return isKept ? 1 << Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) : bytes;
    }

    private static boolean isKept(int length) {
        return length >= MIN_KEPT_BYTES && length <= MAX_KEPT_BYTES && Integer.bitCount(length) == 1;
    }

    private Idle idleOf(int length) {
        return idle[Integer.numberOfTrailingZeros(length) - MIN_KEPT_SHIFT];
    }

    /// Changes an array for one of at least so many bytes, into whose beginning that of the other is copied. What lies
    /// behind is anybody's.
    ///
    /// @throws OperationException `overloaded`; then the array is still the caller's
    byte[] exchange(byte[] array, int filled, int bytes) {
        int length = lengthFor(bytes);
        int more = length - array.length;
        if (taken.addAndGet(more) > limit) {
            taken.addAndGet(-more);
            throw new OperationException(
                    "overloaded",
                    Fault.OVERLOAD,
                    "the bodies of the requests in hand take " + limit
                            + " bytes, a quarter of the heap: try again, send smaller batches, or give more heap");
        }
        byte[] longer = isKept(length) ? idleOf(length).poll() : null;
        if (longer == null) {
            longer = new byte[length];
        } else {
            kept.addAndGet(-length);
        }
        System.arraycopy(array, 0, longer, 0, filled);
        keep(array);
        return longer;
    }

    /// Takes an array back; the caller must not look at it any more.
    void giveBack(byte[] array) {
        taken.addAndGet(-array.length);
        keep(array);
    }

    private void keep(byte[] array) {
        int length = array.length;
        if (!isKept(length)) {
            return;
        }
        boolean hasRoom = kept.addAndGet(length) <= KEPT_BYTES;
        if (!hasRoom || !idleOf(length).offer(array)) {
            kept.addAndGet(-length);
        }
    }

    long keptBytes() {
        return kept.get();
    }

    @Override
    public void giveBackUnused() {
        for (int i = 0; i < idle.length; i++) {
            if (!idle[i].wasUsed) {
                while (idle[i].poll() != null) {
                    kept.addAndGet(-(1L << MIN_KEPT_SHIFT + i));
                }
            }
            idle[i].wasUsed = false;
        }
    }
}
