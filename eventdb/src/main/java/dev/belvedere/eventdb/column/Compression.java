package dev.belvedere.eventdb.column;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;

/// Wraps encoded columns in zstd where that makes them smaller. Used by one thread; closing frees native memory.
public final class Compression implements AutoCloseable {

    /// More than any block can hold: a row group has little more than 1 MiB of text or one record of 16 MiB.
    private static final int MAX_CONTENT_BYTES = 64 << 20;

    private static final int MIN_BYTES = 48;
    private static final int LEVEL = 3;

    private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
    private byte[] scratch = new byte[64 * 1024];

    /// Writes the content that `from` holds from `start` on, compressed if that saves a tenth.
    void write(BytesWriter into, byte[] content, int start, int length) {
        if (length >= MIN_BYTES) {
            int bound = (int) Zstd.compressBound(length);
            if (scratch.length < bound) {
                scratch = new byte[bound];
            }
            int compressed = context.compressByteArray(scratch, 0, scratch.length, content, start, length);
            if (compressed + 6 < length - length / 16) {
                into.putByte(Encoding.ZSTD);
                into.putVarint(length);
                into.putRaw(scratch, 0, compressed);
                return;
            }
        }
        into.putRaw(content, start, length);
    }

    /// Reads all that is left as one zstd frame.
    static BytesReader read(BytesReader from) {
        long length = from.getVarint();
        if (length < 0 || length > MAX_CONTENT_BYTES) {
            throw new MalformedBytesException("content of " + length + " bytes before compression");
        }
        byte[] content = new byte[(int) length];
        try {
            long size = Zstd.decompressByteArray(
                    content, 0, content.length, from.array(), from.position(), from.remaining());
            if (size != length) {
                throw new MalformedBytesException("zstd gives " + size + " bytes, " + length + " announced");
            }
        } catch (ZstdException e) {
            throw new MalformedBytesException("zstd: " + e.getMessage());
        }
        return new BytesReader(content);
    }

    @Override
    public void close() {
        context.close();
    }
}
