package dev.belvedere.api.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Long bodies that are sent again and again, beside their arrays also where the system can send from: any other body
/// is copied there for each answer, into memory that has to be cleared first, which for a megabyte takes as long as
/// all else.
///
/// The copies take at most [#MAX_BYTES] together; those that were not sent for longest go first. Safe from any thread.
final class LastingBodies implements KeptMemory {

    /// A shorter one goes to the socket in one buffer with its head.
    static final int MIN_BYTES = 128 << 10;

    static final int MAX_BYTES = 4 << 20;

    private static final class Copy {

        private final byte[] body;
        private final ByteBuf bytes;

        /// It was sent since [#giveBackUnused] came by.
        private boolean wasUsed = true;

        Copy(byte[] body, int length) {
            this.body = body;
            this.bytes = Unpooled.directBuffer(length, length).writeBytes(body, 0, length);
        }
    }

    /// The one sent last comes first.
    @GuardedBy("this")
    private final Deque<Copy> copies = new ArrayDeque<>();

    @GuardedBy("this")
    private int bytes;

    /// The first `length` bytes of an array that never changes, ready to be sent.
    ///
    /// @return released by who sends it; null if the body is too short, or too long
    synchronized @Nullable ByteBuf ready(byte[] body, int length) {
        if (length < MIN_BYTES || length > MAX_BYTES) {
            return null;
        }
        Copy copy = take(body, length);
        if (copy == null) {
            copy = new Copy(body, length);
        }
        copy.wasUsed = true;
        copies.addFirst(copy);
        bytes += length;
        while (bytes > MAX_BYTES) {
            release(copies.removeLast());
        }
        return copy.bytes.retainedDuplicate();
    }

    @GuardedBy("this")
    @SuppressWarnings("ReferenceEquality") // an equal array is another one
    private @Nullable Copy take(byte[] body, int length) {
        for (Iterator<Copy> all = copies.iterator(); all.hasNext(); ) {
            Copy copy = all.next();
            if (copy.body == body && copy.bytes.capacity() == length) {
                all.remove();
                bytes -= length;
                return copy;
            }
        }
        return null;
    }

    /// What is on its way to a socket stays until it was sent.
    @GuardedBy("this")
    private void release(Copy copy) {
        bytes -= copy.bytes.capacity();
        copy.bytes.release();
    }

    synchronized int keptBytes() {
        return bytes;
    }

    @Override
    public synchronized void giveBackUnused() {
        for (Iterator<Copy> all = copies.iterator(); all.hasNext(); ) {
            Copy copy = all.next();
            if (!copy.wasUsed) {
                all.remove();
                release(copy);
            }
            copy.wasUsed = false;
        }
    }
}
