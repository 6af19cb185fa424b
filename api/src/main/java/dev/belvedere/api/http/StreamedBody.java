package dev.belvedere.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// Sends what is written in pieces and waits for the system to take each before the next.
final class StreamedBody extends OutputStream {

    private static final int PIECE_BYTES = 64 * 1024;

    private final Exchange exchange;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int filled;
    private boolean isBroken;

    StreamedBody(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void write(int b) throws IOException {
        if (filled == piece.length) {
            flush();
        }
        piece[filled++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == piece.length) {
                flush();
            }
            int count = Math.min(left, piece.length - filled);
            System.arraycopy(bytes, at, piece, filled, count);
            filled += count;
            at += count;
            left -= count;
        }
    }

    @Override
    public void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        ChannelFuture sent =
                exchange.send(new DefaultHttpContent(Unpooled.wrappedBuffer(Arrays.copyOf(piece, filled))), false);
        filled = 0;
        if (!sent.awaitUninterruptibly().isSuccess()) {
            isBroken = true;
            throw new IOException("the client has gone", sent.cause());
        }
    }

    /// Ends the answer, unless it broke: then there is no end to be told.
    @Override
    public void close() throws IOException {
        if (!isBroken) {
            flush();
            exchange.send(LastHttpContent.EMPTY_LAST_CONTENT, true);
        }
    }
}
