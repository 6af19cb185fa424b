package dev.belvedere.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Looks at the first bytes of a connection: HTTP/2 begins with a line of its own, everything else is HTTP/1.
///
/// The offer to change from HTTP/1.1 to HTTP/2 (`Upgrade: h2c`) is not taken: RFC 9113 has given it up, and a client
/// that makes it goes on with HTTP/1.1.
final class ProtocolChoice extends ByteToMessageDecoder {

    private static final byte[] HTTP_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Protocols protocols;

    ProtocolChoice(Protocols protocols) {
        this.protocols = protocols;
    }

    /// What was read goes to the handlers behind this one, which stays no longer.
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        int start = bytes.readerIndex();
        int count = Math.min(bytes.readableBytes(), HTTP_2.length);
        int same = 0;
        while (same < count && bytes.getByte(start + same) == HTTP_2[same]) {
            same++;
        }
        if (same == HTTP_2.length) {
            protocols.changeToHttp2(context.pipeline());
        }
        if (same < count || same == HTTP_2.length) {
            context.pipeline().remove(this);
        }
    }
}
