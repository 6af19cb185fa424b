package dev.belvedere.api.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CompletionException;

/// Sends what is written in pieces and waits for the client to take each before the next.
final class StreamedBody extends OutputStream {

    private static final int PIECE_BYTES = 64 * 1024;

    private final HttpResponseWriter writer;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int filled;

    StreamedBody(HttpResponseWriter writer) {
        this.writer = writer;
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
        boolean isTaken = writer.tryWrite(HttpData.wrap(Arrays.copyOf(piece, filled)));
        filled = 0;
        try {
            if (isTaken) {
                writer.whenConsumed().join();
            }
        } catch (CompletionException e) {
            throw new IOException("the client has gone", e);
        }
        if (!isTaken || !writer.isOpen()) {
            throw new IOException("the client has gone");
        }
    }

    @Override
    public void close() throws IOException {
        if (writer.isOpen()) {
            flush();
            writer.close();
        }
    }
}
