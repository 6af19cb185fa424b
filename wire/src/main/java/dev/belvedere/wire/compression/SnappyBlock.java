package dev.belvedere.wire.compression;

import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/// Snappy's block format, which remote write and Loki's push use: the length, then the compressed bytes. By Google's
/// own code, called through JNI.
public final class SnappyBlock {

    /// No block unpacks to more than this many times its size: a copy of 64 bytes takes 3.
    private static final int MAX_RATIO = 22;

    private SnappyBlock() {}

    /// The length that the block declares, checked before anything is allocated for it.
    ///
    /// @throws BodyTooLargeException if it is more than `maxBytes`
    /// @throws WireFormatException if there is no length or none that so few bytes can unpack to
    static int declaredLength(byte[] block, int start, int length, int maxBytes) {
        long declared = 0;
        int at = start;
        for (int shift = 0; ; shift += 7) {
            if (at == start + length || shift > 28) {
                throw new WireFormatException(at - start, "not a snappy block: it does not begin with its length");
            }
            byte b = block[at++];
            declared |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                break;
            }
        }
        if (declared > maxBytes) {
            throw BodyTooLargeException.bytes("the snappy body says it unpacks to " + declared + " bytes", maxBytes);
        }
        if (declared > (long) MAX_RATIO * length) {
            throw new WireFormatException(
                    0, "the snappy body says it unpacks to " + declared + " bytes, which " + length + " cannot");
        }
        return (int) declared;
    }

    /// @param into at least [#declaredLength] long, which is checked: the native code writes as much as the block
    /// declares
    /// @return the bytes written into `into`
    static int decompress(byte[] block, int start, int length, byte[] into) {
        declaredLength(block, start, length, into.length);
        try {
            return Snappy.uncompress(block, start, length, into, 0);
        } catch (IOException e) {
            throw new WireFormatException(0, "broken snappy block: " + e.getMessage());
        }
    }

    public static byte[] compress(byte[] bytes, int start, int length) {
        byte[] block = new byte[Snappy.maxCompressedLength(length)];
        try {
            return Arrays.copyOf(block, Snappy.compress(bytes, start, length, block, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
