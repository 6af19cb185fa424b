package dev.belvedere.api.http;

import dev.belvedere.platform.time.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/// What stands between the sockets of a listener and its requests.
///
/// A connection of HTTP/1.1 has one [RequestReader], a connection of HTTP/2 one for each of its streams.
final class Protocols {

    /// A GET carries its query in its first line.
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /// A body goes from hand to hand in pieces of what was read at once, which is less.
    private static final int MAX_PIECE_BYTES = 1024 * 1024;

    private static final int MAX_STREAMS = 256;

    /// Of a body, and of all bodies of a connection, a client sends so much before it waits to be asked for more.
    private static final int WINDOW_BYTES = 1024 * 1024;

    private static final int INITIAL_CONNECTION_WINDOW_BYTES = 65_535;

    private final HttpServerOptions options;
    private final RequestRunner runner;
    private final Routes routes;
    private final BodyMemory bodies;
    private final AnswerMemory answers;
    private final TimeSource time;

    Protocols(
            HttpServerOptions options,
            RequestRunner runner,
            Routes routes,
            BodyMemory bodies,
            AnswerMemory answers,
            TimeSource time) {
        this.options = options;
        this.runner = runner;
        this.time = time;
        this.routes = routes;
        this.bodies = bodies;
        this.answers = answers;
    }

    /// Sets a new connection up for HTTP/1.1, until its first bytes say otherwise.
    void begin(ChannelPipeline pipeline) {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_PIECE_BYTES);
        pipeline.addLast(
                new ProtocolChoice(this), new HttpRequestDecoder(limits), new AnswerEncoder(answers), reader());
    }

    private RequestReader reader() {
        return new RequestReader(options, runner, routes, bodies, time);
    }

    void changeToHttp2(ChannelPipeline pipeline) {
        pipeline.remove(HttpRequestDecoder.class);
        pipeline.remove(AnswerEncoder.class);
        pipeline.remove(RequestReader.class);
        Http2FrameCodec frames = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .maxHeaderListSize(MAX_HEADER_BYTES)
                        .initialWindowSize(WINDOW_BYTES))
                .build();
        ChannelInitializer<Channel> streams = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), Http2Answers.ALL, reader());
            }
        };
        pipeline.addLast(
                frames,
                new Http2MultiplexHandler(streams),
                new IdleStateHandler(0, 0, options.idleTimeoutMillis(), TimeUnit.MILLISECONDS),
                new IdleHttp2(frames));
        pipeline.write(new DefaultHttp2WindowUpdateFrame(WINDOW_BYTES - INITIAL_CONNECTION_WINDOW_BYTES));
    }

    /// Closes a connection of HTTP/2 on which nothing moves and nobody waits.
    private static final class IdleHttp2 extends ChannelInboundHandlerAdapter {

        private final Http2FrameCodec frames;

        IdleHttp2(Http2FrameCodec frames) {
            this.frames = frames;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent && frames.connection().numActiveStreams() == 0) {
                context.close();
            }
        }

        /// The codec has said good-bye to the client already.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.close();
        }
    }
}
