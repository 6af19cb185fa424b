package dev.belvedere.platform.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One connection that speaks HTTP/1.1 in clear text, an exchange at a time, and never blocks. Owned by its loop.
///
/// The selection key always waits for something to read, also between exchanges: so a server that closes an idle
/// connection is noticed, and an exchange changes nothing in the kernel's list of interests.
final class PlainConnection implements AutoCloseable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final String origin;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final AnswerReader answer;
    private ByteBuffer unsent = NOTHING;
    private @Nullable PlainExchange exchange;
    private long idleSinceNanos;

    /// Begins to connect.
    ///
    /// @param spares have room for the bodies of answers
    PlainConnection(String origin, InetSocketAddress address, Selector selector, SpareBodies spares)
            throws IOException {
        this.origin = origin;
        this.answer = new AnswerReader(spares);
        this.channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean isConnected = channel.connect(address);
            key = channel.register(selector, isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    String origin() {
        return origin;
    }

    /// The exchange in hand, null between two.
    @Nullable
    PlainExchange exchange() {
        return exchange;
    }

    AnswerReader answer() {
        return answer;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /// Sends a request, or has it sent once the connection stands.
    void begin(PlainExchange next) throws IOException {
        exchange = next;
        answer.begin(next.request().request());
        unsent = ByteBuffer.wrap(next.request().bytes());
        if (channel.isConnected()) {
            write();
        }
    }

    /// The exchange in hand is over.
    void endExchange(long nowNanos) {
        exchange = null;
        unsent = NOTHING;
        idleSinceNanos = nowNanos;
    }

    /// Does what the socket is ready for.
    ///
    /// @param buffer to read into, empty
    void proceed(ByteBuffer buffer) throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            write();
        } else if (key.isWritable()) {
            write();
        }
        if (key.isReadable()) {
            read(buffer);
        }
    }

    private void write() throws IOException {
        channel.write(unsent);
        int wanted = unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer);
        if (exchange == null) {
            throw new SocketException(count < 0 ? "closed by the server" : "an answer without a request");
        }
        if (count < 0) {
            answer.end();
        } else {
            answer.feed(buffer.flip());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }
}
