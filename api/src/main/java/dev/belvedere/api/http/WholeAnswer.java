package dev.belvedere.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/// An answer in one piece on its way to the socket: nearly all are. HTTP/1.1 writes it by itself ([AnswerEncoder]), for
/// HTTP/2 it becomes a message of Netty's.
///
/// @param headers name, value, name, value, ...; without content type and length
/// @param length how many bytes of the body are sent
/// @param isLasting whether the array is never changed again, and likely to be sent again
/// @param announced the `Content-Length`; [#UNANNOUNCED] for none
record WholeAnswer(
        int status,
        String contentType,
        List<String> headers,
        byte[] body,
        int length,
        boolean isLasting,
        int announced,
        boolean isKeptAlive) {

    static final int UNANNOUNCED = -1;

    /// The same without its body, as HEAD is answered.
    WholeAnswer withoutBody() {
        return new WholeAnswer(status, contentType, headers, body, 0, false, announced, isKeptAlive);
    }

    FullHttpResponse message() {
        ByteBuf content = length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body, 0, length);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        Replies.setHeaders(response.headers(), contentType, headers);
        if (announced >= 0) {
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, announced);
        }
        return response;
    }
}
