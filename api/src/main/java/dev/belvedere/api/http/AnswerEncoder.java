package dev.belvedere.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes answers in HTTP/1.1: one in one piece as the bytes of one write, or of two where its body lies ready
/// ([LastingBodies]), any other as Netty does.
///
/// A small answer costs its bytes and not much else: no map of headers, no second buffer, no second promise.
final class AnswerEncoder extends HttpResponseEncoder {

    private static final int MAX_DIGITS = 10;
    private static final byte[] OK_JSON = ascii("HTTP/1.1 200 OK\r\ncontent-type: " + Reply.JSON + "\r\n");
    private static final byte[] ALWAYS = ascii("x-content-type-options: nosniff\r\n");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] LENGTH = ascii("content-length: ");
    private static final byte[] LINE_END = ascii("\r\n");

    private final AnswerMemory memory;
    private byte[] head = new byte[512];
    private int size;

    AnswerEncoder(AnswerMemory memory) {
        this.memory = memory;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof WholeAnswer answer) {
            write(context, answer, promise);
        } else {
            super.write(context, message, promise);
        }
    }

    private void write(ChannelHandlerContext context, WholeAnswer answer, ChannelPromise promise) {
        writeHead(answer);
        ByteBuf body = answer.isLasting() ? memory.lasting().ready(answer.body(), answer.length()) : null;
        int length = size + answer.length();
        if (body != null) {
            context.write(context.alloc().directBuffer(size).writeBytes(head, 0, size));
            context.write(body, promise);
        } else if (SendMemory.isFor(length)) {
            ByteBuf lent = fill(memory.passing().take(length), answer);
            // It is released before the promise is kept or broken.
            promise.addListener(sent -> memory.passing().keep(lent));
            context.write(lent.retainedDuplicate(), promise);
        } else {
            context.write(fill(context.alloc().directBuffer(length), answer), promise);
        }
    }

    private ByteBuf fill(ByteBuf into, WholeAnswer answer) {
        return into.writeBytes(head, 0, size).writeBytes(answer.body(), 0, answer.length());
    }

    private void writeHead(WholeAnswer answer) {
        size = 0;
        if (answer.status() == 200 && answer.contentType().equals(Reply.JSON)) {
            put(OK_JSON);
        } else {
            put("HTTP/1.1 ");
            put(HttpResponseStatus.valueOf(answer.status()).toString());
            put(LINE_END);
            if (!answer.contentType().isEmpty()) {
                header("content-type", answer.contentType());
            }
        }
        put(ALWAYS);
        List<String> more = answer.headers();
        for (int i = 0; i < more.size(); i += 2) {
            header(more.get(i), more.get(i + 1));
        }
        if (answer.announced() >= 0) {
            put(LENGTH);
            putNumber(answer.announced());
            put(LINE_END);
        }
        if (!answer.isKeptAlive()) {
            put(CLOSE);
        }
        put(LINE_END);
    }

    private void header(String name, String value) {
        put(name);
        put(": ");
        put(value);
        put(LINE_END);
    }

    private void put(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, head, size, text.length);
        size += text.length;
    }

    private void put(String text) {
        int length = text.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\t' || c > 0xff || c == 0x7f) {
                throw new IllegalArgumentException("a header with a character of number " + (int) c);
            }
            head[size++] = (byte) c;
        }
    }

    private void putNumber(int number) {
        reserve(MAX_DIGITS);
        int digits = 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        int rest = number;
        for (int at = size + digits - 1; at >= size; at--) {
            head[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    private void reserve(int more) {
        if (head.length - size < more) {
            head = Arrays.copyOf(head, Math.max(size + more, 2 * head.length));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
