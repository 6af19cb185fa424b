package dev.belvedere.api.http;

import dev.belvedere.storage.QueryCancelledException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a [Reply] in HTTP's words.
final class Replies {

    private static final System.Logger LOG = System.getLogger(Replies.class.getName());
    private static final int NO_CONTENT = 204;

    private Replies() {}

    /// Sends the reply; what is streamed is written by the caller's thread.
    static void send(Exchange exchange, Reply reply) {
        switch (reply) {
            case Reply.Whole whole -> exchange.send(whole(exchange, whole), true);
            case Reply.Streamed streamed -> stream(exchange, streamed);
            case Reply.Grpc grpc when grpc.grpcStatus() != 0 -> exchange.send(grpcFailure(exchange, grpc), true);
            case Reply.Grpc grpc -> {
                exchange.send(chunked(exchange, grpcHead()), false);
                exchange.send(new DefaultHttpContent(grpcMessage(grpc)), false);
                exchange.send(grpcTrailers(grpc), true);
            }
        }
    }

    /// The reply in one piece, for refusals: those are never streamed.
    static Object whole(Exchange exchange, Reply reply) {
        return switch (reply) {
            case Reply.Whole whole -> whole(exchange, whole);
            case Reply.Grpc grpc -> grpcFailure(exchange, grpc);
            case Reply.Streamed streamed -> throw new IllegalArgumentException("a failure is not streamed");
        };
    }

    private static WholeAnswer whole(Exchange exchange, Reply.Whole reply) {
        WholeAnswer answer = new WholeAnswer(
                reply.status(),
                reply.contentType(),
                reply.headers(),
                reply.body(),
                reply.length(),
                reply.isLasting(),
                reply.status() == NO_CONTENT ? WholeAnswer.UNANNOUNCED : reply.length(),
                exchange.isKeptAlive());
        return isHead(exchange) ? answer.withoutBody() : answer;
    }

    private static boolean isHead(Exchange exchange) {
        return exchange.method().equals("HEAD");
    }

    static void setHeaders(HttpHeaders headers, String contentType, List<String> more) {
        if (!contentType.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        headers.set("x-content-type-options", "nosniff");
        for (int i = 0; i < more.size(); i += 2) {
            headers.add(more.get(i), more.get(i + 1));
        }
    }

    private static <R extends HttpResponse> R ended(Exchange exchange, R response) {
        HttpUtil.setKeepAlive(response.headers(), HttpVersion.HTTP_1_1, exchange.isKeptAlive());
        return response;
    }

    private static HttpResponse chunked(Exchange exchange, HttpResponse response) {
        if (exchange.takesChunks()) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else {
            exchange.closeAfterwards();
        }
        return ended(exchange, response);
    }

    /// The head of what GET would be answered by.
    private static WholeAnswer headOf(Exchange exchange, Reply.Streamed reply) {
        Reply framed = reply;
        if (exchange.takesChunks()) {
            framed = reply.with(List.of("transfer-encoding", "chunked"));
        } else {
            exchange.closeAfterwards();
        }
        return new WholeAnswer(
                reply.status(),
                reply.contentType(),
                framed.headers(),
                new byte[0],
                0,
                false,
                WholeAnswer.UNANNOUNCED,
                exchange.isKeptAlive());
    }

    private static void stream(Exchange exchange, Reply.Streamed reply) {
        if (isHead(exchange)) {
            exchange.send(headOf(exchange, reply), true);
            return;
        }
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        setHeaders(head.headers(), reply.contentType(), reply.headers());
        exchange.send(chunked(exchange, head), false);
        try (StreamedBody body = new StreamedBody(exchange)) {
            reply.content().writeTo(body);
        } catch (IOException e) {
            exchange.abort();
        } catch (QueryCancelledException e) {
            LOG.log(System.Logger.Level.WARNING, "an answer broke off while it was written: " + e.getMessage());
            exchange.abort();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "an answer broke off while it was written", e);
            exchange.abort();
        }
    }

    private static HttpResponse grpcHead() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto");
        return head;
    }

    private static ByteBuf grpcMessage(Reply.Grpc reply) {
        ByteBuffer frame = ByteBuffer.allocate(5 + reply.message().length);
        frame.put((byte) 0).putInt(reply.message().length).put(reply.message());
        return Unpooled.wrappedBuffer(frame.array());
    }

    private static LastHttpContent grpcTrailers(Reply.Grpc reply) {
        LastHttpContent last = new DefaultLastHttpContent();
        setStatus(last.trailingHeaders(), reply);
        return last;
    }

    /// A failure is told by the headers alone.
    private static FullHttpResponse grpcFailure(Exchange exchange, Reply.Grpc reply) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/grpc+proto");
        setStatus(response.headers(), reply);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
        return ended(exchange, response);
    }

    private static void setStatus(HttpHeaders headers, Reply.Grpc reply) {
        headers.set("grpc-status", Integer.toString(reply.grpcStatus()));
        headers.set("grpc-message", percentEncoded(reply.grpcMessage()));
    }

    /// gRPC's encoding of a status message: everything but printable ASCII, and `%`, as `%XX` of its UTF-8.
    private static String percentEncoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                text.append((char) b);
            } else {
                text.append("%%%02X".formatted(b & 0xff));
            }
        }
        return text.toString();
    }
}
