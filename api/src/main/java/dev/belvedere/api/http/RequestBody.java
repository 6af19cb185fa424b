package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// The body of one request while it comes in. Grows with what came, never with what was only announced.
final class RequestBody {

    /// Taken at once for a body that says it has as much; a longer one begins with this.
    private static final int FIRST_BYTES = 256 * 1024;
    private static final int FIRST_BYTES_UNKNOWN = 8 * 1024;
    private static final byte[] NONE = new byte[0];

    private final BodyMemory memory;
    private final int limit;
    private final long announced;
    private byte[] bytes = NONE;
    private int length;

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
        memory.take(size - bytes.length);
        bytes = Arrays.copyOf(bytes, size);
    }

    int length() {
        return length;
    }

    /// All that came.
    byte[] whole() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /// The memory is somebody else's from now on, or nobody's.
    void release() {
        memory.giveBack(bytes.length);
        bytes = NONE;
        length = 0;
    }

    private OperationException tooLarge() {
        return new OperationException(
                "body_too_large",
                Fault.USER,
                "the body has more than " + limit + " bytes: send smaller batches, or raise server.maxBodyBytes");
    }
}
