package dev.belvedere.wire.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.WireFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// A body with its `Content-Encoding` undone, never beyond a limit. Reused: after [#release] the buffer of one request
/// serves the next.
public final class UnpackedBody {

    /// A buffer that grew beyond this for one request is given back after it.
    private static final int MAX_KEPT_BYTES = 4 << 20;

    private static final int MIN_BYTES = 8 * 1024;

    /// Frames that want a larger window are refused: no level up to 19 asks for more.
    private static final int MAX_ZSTD_WINDOW_LOG = 23;

    /// Header and trailer.
    private static final int MIN_GZIP_BYTES = 18;

    private static final VarHandle LITTLE_ENDIAN_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int maxBytes;
    private byte[] own = new byte[MIN_BYTES];
    private byte[] array = own;
    private int length;

    public UnpackedBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// The unpacked bytes: the first [#length] count. Valid until the next [#unpack].
    public byte[] array() {
        return array;
    }

    public int length() {
        return length;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    /// Lets go of the body, and of a buffer that one large request made grow.
    public void release() {
        if (own.length > MAX_KEPT_BYTES) {
            own = new byte[MIN_BYTES];
        }
        array = own;
        length = 0;
    }

    /// @param encoding as in the header `Content-Encoding`; `""` and `identity` keep the body as it is
    /// @throws BodyTooLargeException if it is, or says it becomes, larger than the limit
    /// @throws WireFormatException if it is not what `encoding` says
    /// @throws OperationException `unsupported_media_type` for another encoding
    public UnpackedBody unpack(byte[] body, int start, int bodyLength, String encoding) {
        switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> keep(body, start, bodyLength);
            case "snappy" -> {
                int declared = SnappyBlock.declaredLength(body, start, bodyLength, maxBytes);
                if (own.length < declared) {
                    own = new byte[Math.max(declared, Math.min(2 * own.length, maxBytes))];
                }
                length = SnappyBlock.decompress(body, start, bodyLength, own);
                array = own;
            }
            case "gzip", "x-gzip" -> {
                refuse("gzip", gzipTrailer(body, start, bodyLength));
                inflate(body, start, bodyLength, "gzip", GZIPInputStream::new);
            }
            case "deflate" -> inflate(body, start, bodyLength, "deflate", in -> deflate(in, body, start, bodyLength));
            case "zstd" -> {
                refuse("zstd", bodyLength == 0 ? 0 : Zstd.getFrameContentSize(body, start, bodyLength));
                inflate(body, start, bodyLength, "zstd", UnpackedBody::zstd);
            }
            default ->
                throw new OperationException(
                        "unsupported_media_type",
                        Fault.USER,
                        "the content encoding \"" + encoding
                                + "\" is not known here: use snappy, gzip, zstd, deflate or none");
        }
        return this;
    }

    private void keep(byte[] body, int start, int bodyLength) {
        if (bodyLength > maxBytes) {
            throw BodyTooLargeException.bytes("the body has " + bodyLength + " bytes", maxBytes);
        }
        array = start == 0 ? body : Arrays.copyOfRange(body, start, start + bodyLength);
        length = bodyLength;
    }

    /// Refuses a body that says of itself that it is too large, before a byte of it is unpacked.
    ///
    /// @param declared a lower bound of its size; less than 1 where it tells none
    private void refuse(String encoding, long declared) {
        if (declared > maxBytes) {
            throw tooLarge(encoding);
        }
    }

    private BodyTooLargeException tooLarge(String encoding) {
        return BodyTooLargeException.bytes("the " + encoding + " body unpacks to more bytes", maxBytes);
    }

    /// What a gzip file says at its end: the size of its last member, modulo 2^32. 0 for other bytes.
    private static long gzipTrailer(byte[] body, int start, int length) {
        boolean isGzip = length > MIN_GZIP_BYTES && body[start] == 0x1f && (body[start + 1] & 0xff) == 0x8b;
        return isGzip ? Integer.toUnsignedLong((int) LITTLE_ENDIAN_INT.get(body, start + length - Integer.BYTES)) : 0;
    }

    private interface Opening {
        InputStream open(InputStream packed) throws IOException;
    }

    private void inflate(byte[] body, int start, int bodyLength, String encoding, Opening opening) {
        int size = 0;
        try (InputStream in = opening.open(new ByteArrayInputStream(body, start, bodyLength))) {
            while (true) {
                if (size == own.length) {
                    own = Arrays.copyOf(own, (int) Math.min(2L * size, maxBytes + 1L));
                }
                int read = in.read(own, size, own.length - size);
                if (read < 0) {
                    break;
                }
                size += read;
                if (size > maxBytes) {
                    throw tooLarge(encoding);
                }
            }
        } catch (IOException e) {
            throw new WireFormatException(size, "broken " + encoding + " body: " + e.getMessage());
        }
        array = own;
        length = size;
    }

    private static InputStream zstd(InputStream packed) throws IOException {
        return new ZstdInputStreamNoFinalizer(packed).setLongMax(MAX_ZSTD_WINDOW_LOG);
    }

    /// `deflate` means zlib's format, and yet some clients send the bare stream.
    private static InputStream deflate(InputStream packed, byte[] body, int start, int length) {
        boolean isZlib = length >= 2
                && (body[start] & 0x0f) == 8
                && ((body[start] & 0xff) << 8 | body[start + 1] & 0xff) % 31 == 0;
        Inflater inflater = new Inflater(!isZlib);
        return new InflaterInputStream(packed, inflater) {
            @Override
            public void close() throws IOException {
                super.close();
                inflater.end();
            }
        };
    }
}
