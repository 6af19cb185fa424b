package dev.belvedere.platform.http;

import java.util.ArrayDeque;
import java.util.Deque;

/// Arrays for the bodies of answers, used again and again. They are lent when a body begins to come, so that there are
/// as many as bodies that come at the same time, however many requests are on their way: mostly one, which stays in
/// the processor's cache. Used by one thread.
final class SpareBodies {

    static final byte[] NONE = {};

    private static final int MAX_SPARES = 16;
    private static final int MAX_BYTES = 1 << 20;

    private final Deque<byte[]> spares = new ArrayDeque<>();

    /// The array that came back last, or [#NONE].
    byte[] lend() {
        byte[] spare = spares.pollFirst();
        return spare == null ? NONE : spare;
    }

    /// Takes an array back, which may be longer than it was, or [#NONE].
    void giveBack(byte[] room) {
        if (room.length > 0 && room.length <= MAX_BYTES && spares.size() < MAX_SPARES) {
            spares.addFirst(room);
        }
    }
}
