package dev.belvedere.platform.http;

import dev.belvedere.platform.http.EventLoop.AnswerHandler;
import dev.belvedere.platform.http.EventLoop.Pending;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request under way in a loop. Owned by the loop.
final class PlainExchange implements Pending {

    private final RepeatedRequest request;
    private final AnswerHandler handler;
    private final long deadlineNanos;
    private final Consumer<PlainExchange> cancelled;
    private @Nullable PlainConnection connection;
    private boolean isEnded;
    private boolean isOnKept;

    /// Its place among the loop's running exchanges.
    int place;

    PlainExchange(
            RepeatedRequest request, AnswerHandler handler, long deadlineNanos, Consumer<PlainExchange> cancelled) {
        this.request = request;
        this.handler = handler;
        this.deadlineNanos = deadlineNanos;
        this.cancelled = cancelled;
    }

    RepeatedRequest request() {
        return request;
    }

    AnswerHandler handler() {
        return handler;
    }

    boolean isPast(long nowNanos) {
        return nowNanos - deadlineNanos > 0;
    }

    /// The connection it runs over; null before there is one.
    @Nullable
    PlainConnection connection() {
        return connection;
    }

    /// @param isKept whether the connection has served before, so that the server may have closed it meanwhile
    void runsOver(PlainConnection given, boolean isKept) {
        connection = given;
        isOnKept = isKept;
    }

    /// Whether it may begin anew on another connection, since nobody has answered on a kept one.
    boolean isRepeatable() {
        return isOnKept
                && request.isIdempotent()
                && connection != null
                && !connection.answer().hasBegun();
    }

    boolean isEnded() {
        return isEnded;
    }

    void end() {
        isEnded = true;
    }

    @Override
    public void cancel() {
        if (!isEnded) {
            cancelled.accept(this);
        }
    }
}
