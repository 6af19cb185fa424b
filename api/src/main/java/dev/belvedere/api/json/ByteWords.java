package dev.belvedere.api.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Eight bytes of text at once.
final class ByteWords {

    /// So many bytes behind what [#copy] copies are read and written over as well.
    static final int BEYOND = Long.BYTES - 1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ByteWords() {}

    /// @param word the first byte is its lowest
    static void put(byte[] into, int at, long word) {
        LONGS.set(into, at, word);
    }

    static long get(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    /// Copies a text that is so short that a call of `arraycopy` would cost more than its bytes.
    ///
    /// @param into may be the same array if `at` lies at least eight bytes behind `begin`
    static void copy(byte[] from, int begin, byte[] into, int at, int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            LONGS.set(into, at + i, (long) LONGS.get(from, begin + i));
        }
    }
}
