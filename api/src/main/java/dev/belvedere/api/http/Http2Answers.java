package dev.belvedere.api.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/// Hands answers of a stream of HTTP/2 on to Netty's codec as messages of its own. Safe for all streams.
@ChannelHandler.Sharable
final class Http2Answers extends ChannelOutboundHandlerAdapter {

    static final Http2Answers ALL = new Http2Answers();

    private Http2Answers() {}

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message instanceof WholeAnswer answer ? answer.message() : message, promise);
    }
}
