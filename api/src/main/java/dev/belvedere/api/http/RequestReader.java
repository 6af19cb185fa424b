package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the requests of a connection, one after the other: of HTTP/1.1 all of them, of HTTP/2 those of a stream,
/// which is one.
///
/// The next request is looked at when the last one is answered; what a client sends ahead waits here, and beyond
/// [#MAX_HELD] parts in the client's system. Used by the event loop alone.
final class RequestReader extends ChannelInboundHandlerAdapter {

    private static final System.Logger LOG = System.getLogger(RequestReader.class.getName());
    private static final int MAX_HELD = 16;

    /// Time for the answer that says that the time is over.
    private static final long LAST_WORD_MILLIS = 1000;

    private static final FullHttpResponse CONTINUE =
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);

    private final HttpServerOptions options;
    private final RequestRunner runner;
    private final Routes routes;
    private final BodyMemory bodies;
    private final TimeSource time;
    private final ArrayDeque<Object> held = new ArrayDeque<>(0);

    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private @Nullable RequestBody body;

    /// The request in hand has not come whole.
    private boolean isReading;

    /// When the request in hand began, or the connection had none any more.
    private long sinceNanos;

    private @Nullable ScheduledFuture<?> check;
    private String remoteAddress = "";

    RequestReader(HttpServerOptions options, RequestRunner runner, Routes routes, BodyMemory bodies, TimeSource time) {
        this.options = options;
        this.runner = runner;
        this.routes = routes;
        this.bodies = bodies;
        this.time = time;
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not on a connection");
        }
        return context;
    }

    String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        remoteAddress = address(added.channel());
        sinceNanos = time.nanoTime();
        checkIn(period());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (check != null) {
            check.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext on, Object message) {
        if (!held.isEmpty() || exchange != null && !isReading) {
            held.add(message);
            if (held.size() == MAX_HELD) {
                on.channel().config().setAutoRead(false);
            }
        } else {
            take(message);
        }
    }

    private void take(Object message) {
        try {
            if (message instanceof HttpRequest head) {
                begin(head);
            }
            if (message instanceof HttpContent content && exchange != null) {
                add(exchange, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest head) {
        Exchange begun = new Exchange(this, head);
        exchange = begun;
        isReading = true;
        sinceNanos = time.nanoTime();
        if (isBroken(begun, head)) {
            return;
        }
        try {
            body = new RequestBody(bodies, options.maxBodyBytes(), HttpUtil.getContentLength(head, -1L));
            if (HttpUtil.is100ContinueExpected(head)) {
                context().writeAndFlush(CONTINUE.retainedDuplicate());
            }
        } catch (OperationException e) {
            if (HttpUtil.is100ContinueExpected(head)) {
                // The body that the client asks about will not come.
                begun.closeAfterwards();
            }
            refuse(begun, e);
        }
    }

    /// Refuses what is no HTTP: what comes behind it cannot be understood either.
    private boolean isBroken(Exchange read, HttpObject part) {
        if (part.decoderResult().isSuccess()) {
            return false;
        }
        Throwable cause = part.decoderResult().cause();
        String reason = cause instanceof TooLongFrameException
                ? "the request's first line or its headers are too long"
                : "this is no request of HTTP: " + cause.getMessage();
        read.closeAfterwards();
        if (read.isWritten()) {
            context().close();
        } else if (!read.hasBegun()) {
            refuse(read, new OperationException("broken_request", Fault.USER, reason));
        }
        return true;
    }

    private void add(Exchange to, HttpContent content) {
        if (isBroken(to, content)) {
            return;
        }
        if (body != null) {
            try {
                body.add(content.content());
            } catch (OperationException e) {
                refuse(to, e);
            }
        }
        if (content instanceof LastHttpContent) {
            isReading = false;
            if (body != null) {
                RequestBody whole = body;
                body = null;
                runner.serve(routes, to, whole);
            } else if (to.isWritten()) {
                next();
            }
        }
    }

    /// Answers at once; the rest of the body goes by.
    private void refuse(Exchange refused, OperationException failure) {
        dropBody();
        runner.refuse(routes, refused, failure);
    }

    private void dropBody() {
        if (body != null) {
            body.release();
            body = null;
        }
    }

    /// The answer has left, or could not.
    void answered(Exchange written, boolean goesOn) {
        if (!goesOn) {
            context().close();
        } else if (written == exchange && !isReading) {
            next();
        }
    }

    private void next() {
        exchange = null;
        sinceNanos = time.nanoTime();
        while (!held.isEmpty() && (exchange == null || isReading)) {
            take(held.remove());
        }
        if (held.isEmpty()) {
            context().channel().config().setAutoRead(true);
        }
    }

    private void checkIn(long millis) {
        check = context().executor().schedule(this::checkTime, Math.max(1, millis), TimeUnit.MILLISECONDS);
    }

    /// How often the time is looked at; to set a timer for each request would cost more.
    private long period() {
        return Math.min(options.idleTimeoutMillis(), options.requestTimeoutMillis());
    }

    private void checkTime() {
        Exchange inHand = exchange;
        long limit = inHand == null ? options.idleTimeoutMillis() : options.requestTimeoutMillis();
        long left = limit - TimeUnit.NANOSECONDS.toMillis(time.nanoTime() - sinceNanos);
        if (left > 0) {
            checkIn(Math.min(left, period()));
        } else if (inHand == null) {
            context().close();
        } else {
            expire(inHand);
        }
    }

    private void expire(Exchange late) {
        late.closeAfterwards();
        late.cancel();
        if (!late.hasBegun()) {
            refuse(
                    late,
                    new OperationException(
                            "timeout",
                            Fault.OVERLOAD,
                            "the request took more than " + options.requestTimeoutMillis()
                                    + " ms: ask for less, or raise server.requestTimeout"));
            checkIn(LAST_WORD_MILLIS);
        } else {
            context().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        dropBody();
        while (!held.isEmpty()) {
            ReferenceCountUtil.release(held.remove());
        }
        if (exchange != null) {
            exchange.cancel();
            exchange = null;
        }
        gone.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext on, Throwable failure) {
        if (failure instanceof IOException) {
            LOG.log(System.Logger.Level.DEBUG, "connection lost remote=" + remoteAddress, failure);
        } else {
            LOG.log(System.Logger.Level.WARNING, "connection closed after a failure remote=" + remoteAddress, failure);
        }
        on.close();
    }

    private static String address(Channel connection) {
        SocketAddress address = connection.parent() instanceof SocketChannel socket
                ? socket.remoteAddress()
                : connection.remoteAddress();
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "";
    }
}
