package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The body of one request: first while it comes in, then whole. Grows with what came, never with what was only
/// announced.
///
/// Its array serves later requests: it is the handler's to read until the answer is given, a streamed one included, and
/// whoever wants bytes of it for longer copies them.
public final class RequestBody {

    /// Taken at once for a body that says it has as much; a longer one begins with this.
    private static final int FIRST_BYTES = 256 * 1024;
    private static final int FIRST_BYTES_UNKNOWN = 8 * 1024;
    private static final byte[] NONE = new byte[0];

    private final BodyMemory memory;
    private final int limit;
    private final long announced;
    private byte[] bytes = NONE;
    private int length;
    private boolean isReleased;

    /// @param announced the `Content-Length`, -1 where none was sent
    /// @throws OperationException `body_too_large`
    RequestBody(BodyMemory memory, int limit, long announced) {
        this.memory = memory;
        this.limit = limit;
        this.announced = announced;
        if (announced > limit) {
            throw tooLarge();
        }
    }

    /// @throws OperationException `body_too_large`, `overloaded`
    void add(ByteBuf piece) {
        int count = piece.readableBytes();
        if (count > limit - length) {
            throw tooLarge();
        }
        if (count > bytes.length - length) {
            grow(length + count);
        }
        piece.readBytes(bytes, length, count);
        length += count;
    }

    private void grow(int needed) {
        long first = announced < 0 ? FIRST_BYTES_UNKNOWN : Math.min(announced, FIRST_BYTES);
        long most = announced < 0 ? limit : announced;
        int size = (int) Math.max(needed, Math.min(most, Math.max(first, 2L * bytes.length)));
        bytes = memory.exchange(bytes, length, size);
    }

    /// All that came: the first [#length] bytes. What lies behind them is none of it.
    public byte[] array() {
        if (isReleased) {
            throw new IllegalStateException("the request was answered: its body is gone");
        }
        return bytes;
    }

    /// How many bytes came; also of a body that is gone.
    public int length() {
        return length;
    }

    public String text() {
        return new String(array(), 0, length, StandardCharsets.UTF_8);
    }

    /// The array is another request's from now on, or nobody's.
    void release() {
        byte[] mine = bytes;
        bytes = NONE;
        isReleased = true;
        memory.giveBack(mine);
    }

    private OperationException tooLarge() {
        return new OperationException(
                "body_too_large",
                Fault.USER,
                "the body has more than " + limit + " bytes: send smaller batches, or raise server.maxBodyBytes");
    }
}
