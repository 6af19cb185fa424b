package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.time.SystemTime;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// HTTP/2 without an upgrade, as gRPC's clients speak it.
class Http2Test {

    private static final int MAX_BODY_BYTES = 3 << 20;

    private final CompletableFuture<Boolean> release = new CompletableFuture<>();
    private final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private HttpServer server;
    private Channel connection;

    /// What came back on one stream.
    private static final class Answer extends ChannelInboundHandlerAdapter {
        final List<Http2Headers> headers = new ArrayList<>();
        final ByteBuf body = Unpooled.buffer();
        final CompletableFuture<Answer> end = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            boolean isLast = false;
            if (frame instanceof Http2HeadersFrame part) {
                headers.add(part.headers());
                isLast = part.isEndStream();
            } else if (frame instanceof Http2DataFrame part) {
                body.writeBytes(part.content());
                isLast = part.isEndStream();
            }
            ReferenceCountUtil.release(frame);
            if (isLast) {
                end.complete(this);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end.completeExceptionally(new IllegalStateException("the stream ended early"));
        }

        String status() {
            return headers.getFirst().status().toString();
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        Routes routes = new Routes();
        routes.face(ErrorRenderer.text())
                .get("/ok", call -> Reply.text(200, "ok of " + call.header("host")))
                .get("/waits", call -> {
                    call.cancellation().onCancel(() -> cancelled.complete(true));
                    release.join();
                    return Reply.text(200, "at last");
                })
                .post("/length", call -> Reply.text(200, "" + call.body().length()))
                .post("/Service/Export", call -> new Reply.Grpc(0, "", bytes(call)))
                .post("/Service/Refuse", call -> new Reply.Grpc(3, "bad", new byte[0]));
        server = HttpServer.start(
                List.of(new Listener("grpc", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)),
                new HttpServerOptions(MAX_BODY_BYTES, 8, 64, 600_000, 600_000, Set.of(), Optional.empty()),
                (call, route, status, begin, duration) -> {},
                new SystemTime());
        connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(server.listeners().getFirst().address())
                .sync()
                .channel();
    }

    private static byte[] bytes(Call call) {
        return Arrays.copyOf(call.body().array(), call.body().length());
    }

    @AfterEach
    void stop() {
        release.complete(true);
        connection.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        server.close();
    }

    private record Stream(Http2StreamChannel channel, Answer answer) {}

    private Stream ask(String method, String path, byte[] body) {
        Answer answer = new Answer();
        Http2StreamChannel stream = new Http2StreamChannelBootstrap(connection)
                .handler(answer)
                .open()
                .syncUninterruptibly()
                .getNow();
        Http2Headers headers = new DefaultHttp2Headers()
                .method(method)
                .path(path)
                .scheme("http")
                .authority("localhost");
        stream.write(new DefaultHttp2HeadersFrame(headers, body.length == 0));
        if (body.length > 0) {
            stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
        }
        stream.flush();
        return new Stream(stream, answer);
    }

    private static Answer answer(Stream stream) throws Exception {
        return stream.answer().end.get(60, TimeUnit.SECONDS);
    }

    @Test
    void streams_of_a_connection_do_not_wait_for_each_other() throws Exception {
        Stream slow = ask("GET", "/waits", new byte[0]);
        Answer quick = answer(ask("GET", "/ok", new byte[0]));
        assertThat(quick.status()).isEqualTo("200");
        assertThat(quick.body.toString(StandardCharsets.UTF_8)).isEqualTo("ok of localhost");
        assertThat(slow.answer().end).isNotDone();
        release.complete(true);
        assertThat(answer(slow).status()).isEqualTo("200");
    }

    @Test
    void grpc_tells_its_status_behind_the_message_or_in_its_place() throws Exception {
        Answer good = answer(ask("POST", "/Service/Export", new byte[] {1, 2}));
        assertThat(good.headers).hasSize(2);
        assertThat(good.headers.getFirst().get("content-type")).hasToString("application/grpc+proto");
        assertThat(good.headers.getLast().get("grpc-status")).hasToString("0");
        assertThat(good.body).isEqualTo(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 2, 1, 2}));
        Answer bad = answer(ask("POST", "/Service/Refuse", new byte[] {1}));
        assertThat(bad.headers).hasSize(1);
        assertThat(bad.headers.getFirst().get("grpc-status")).hasToString("3");
    }

    @Test
    void a_body_larger_than_the_window_arrives_and_one_beyond_the_limit_is_refused() throws Exception {
        Answer whole = answer(ask("POST", "/length", new byte[MAX_BODY_BYTES]));
        assertThat(whole.body.toString(StandardCharsets.UTF_8)).isEqualTo("" + MAX_BODY_BYTES);
        assertThat(answer(ask("POST", "/length", new byte[MAX_BODY_BYTES + 1])).status())
                .isEqualTo("413");
        assertThat(answer(ask("GET", "/ok", new byte[0])).status()).isEqualTo("200");
    }

    @Test
    void a_stream_that_is_reset_cancels_its_request() throws Exception {
        Stream slow = ask("GET", "/waits", new byte[0]);
        while (server.activeRequests() == 0) {
            Thread.onSpinWait();
        }
        slow.channel().close();
        assertThat(cancelled.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(answer(ask("GET", "/ok", new byte[0])).status()).isEqualTo("200");
    }
}
