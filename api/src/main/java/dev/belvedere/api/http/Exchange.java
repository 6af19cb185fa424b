package dev.belvedere.api.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One request and its answer.
///
/// Read and answered by the request's thread; what says otherwise is the event loop's.
final class Exchange implements Call.Cancellation, UnaryOperator<String> {

    private final RequestReader reader;
    private final HttpRequest request;
    private final List<Runnable> cancellations = new ArrayList<>(1);
    private boolean isCancelled;

    /// Of the request's thread, like the next.
    private final List<Runnable> ends = new ArrayList<>(1);

    /// The last part of the answer on its way; null if it was not sent.
    private @Nullable ChannelFuture last;

    /// Of the event loop, like all below: something of the answer is on its way.
    private boolean hasBegun;

    /// The event loop has answered for itself: what comes from the request's thread is too late.
    private boolean isRefused;

    /// All of the answer has left.
    private boolean isWritten;

    private volatile boolean isKeptAlive;

    Exchange(RequestReader reader, HttpRequest request) {
        this.reader = reader;
        this.request = request;
        this.isKeptAlive = HttpUtil.isKeepAlive(request);
    }

    HttpRequest request() {
        return request;
    }

    String method() {
        return request.method().name();
    }

    /// A header of the request by any case of its name; `""` where it is absent.
    String header(String name) {
        String value = request.headers().get(name);
        return value == null ? "" : value;
    }

    /// The same for a [Call].
    @Override
    public String apply(String name) {
        return header(name);
    }

    String remoteAddress() {
        return reader.remoteAddress();
    }

    /// Before HTTP/1.1 the end of the connection was the end of an answer whose length is not known.
    boolean takesChunks() {
        return !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    /// Runs the action once the client has gone or the time is over; at once if that has been.
    @Override
    public void onCancel(Runnable action) {
        synchronized (cancellations) {
            if (!isCancelled) {
                cancellations.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void onEnd(Runnable action) {
        ends.add(action);
    }

    /// The request's thread is done: all is over when the answer has left or cannot any more.
    void end() {
        ChannelFuture sent = last;
        for (Runnable action : ends) {
            if (sent == null || sent.isDone()) {
                action.run();
            } else {
                sent.addListener(done -> action.run());
            }
        }
    }

    /// The handler has given up and will be called again: nothing of the first attempt is left.
    void forget() {
        synchronized (cancellations) {
            cancellations.clear();
        }
        ends.forEach(Runnable::run);
        ends.clear();
    }

    /// Nobody waits for the answer any more. By the event loop.
    void cancel() {
        List<Runnable> actions;
        synchronized (cancellations) {
            isCancelled = true;
            actions = List.copyOf(cancellations);
            cancellations.clear();
        }
        actions.forEach(Runnable::run);
    }

    /// Sends a part of the answer, from any thread.
    ///
    /// @return done once the part was handed to the system; failed if the client has gone
    ChannelFuture send(Object part, boolean isLast) {
        ChannelPromise sent = reader.context().newPromise();
        last = isLast ? sent : null;
        try {
            if (reader.context().executor().inEventLoop()) {
                sendByLoop(part, isLast, sent);
            } else {
                reader.context().executor().execute(() -> sendByLoop(part, isLast, sent));
            }
        } catch (RejectedExecutionException e) {
            // The server has stopped.
            drop(part, sent, e);
        }
        return sent;
    }

    private void sendByLoop(Object part, boolean isLast, ChannelPromise sent) {
        if (isRefused) {
            drop(part, sent, new ClosedChannelException());
        } else {
            write(part, isLast, sent);
        }
    }

    private static void drop(Object part, ChannelPromise sent, Exception reason) {
        ReferenceCountUtil.release(part);
        sent.tryFailure(reason);
    }

    /// Answers by the event loop: what the request's thread still sends is dropped.
    void refuse(Object answer) {
        isRefused = true;
        write(answer, true, reader.context().newPromise());
    }

    private void write(Object part, boolean isLast, ChannelPromise sent) {
        hasBegun = true;
        reader.context().writeAndFlush(part, sent);
        if (isLast && sent.isDone()) {
            answered(sent);
        } else if (isLast) {
            sent.addListener(this::answered);
        }
    }

    private void answered(Future<?> sent) {
        isWritten = sent.isSuccess();
        reader.answered(this, isWritten && isKeptAlive);
    }

    boolean hasBegun() {
        return hasBegun;
    }

    boolean isWritten() {
        return isWritten;
    }

    /// The connection ends with this answer, which says so if it has not begun.
    void closeAfterwards() {
        isKeptAlive = false;
    }

    boolean isKeptAlive() {
        return isKeptAlive;
    }

    /// Breaks the answer off so that the client sees it.
    void abort() {
        reader.context().close();
    }
}
