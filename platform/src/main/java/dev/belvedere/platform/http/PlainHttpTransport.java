package dev.belvedere.platform.http;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// The network for callers that block: what is in clear text goes over a loop's connections, which are kept; what
/// needs TLS or a proxy goes to another transport. Not for the loop's own thread, which would wait for itself.
public final class PlainHttpTransport implements HttpTransport {

    /// The loop ends an exchange in time: only one that has ended itself is waited for longer.
    private static final long GRACE_NANOS = 1_000_000_000;

    private final EventLoop loop;
    private final HttpTransport others;

    /// @param others for https and proxies
    public PlainHttpTransport(EventLoop loop, HttpTransport others) {
        this.loop = loop;
        this.others = others;
    }

    @Override
    public OutboundRequest.Response send(OutboundRequest request) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + request.timeout().toNanos();
        return Redirects.follow(
                request,
                current -> RepeatedRequest.isPossible(current)
                        ? exchange(current == request ? current : current.within(deadlineNanos - System.nanoTime()))
                        : others.send(current.withoutRedirects()));
    }

    private OutboundRequest.Response exchange(OutboundRequest request) throws IOException, InterruptedException {
        RepeatedRequest repeated = RepeatedRequest.of(request);
        CompletableFuture<OutboundRequest.Response> response = new CompletableFuture<>();
        AtomicReference<EventLoop.Pending> exchange = new AtomicReference<>();
        loop.execute(() -> exchange.set(loop.ask(repeated, new EventLoop.AnswerHandler() {
            @Override
            public void answered(EventLoop.Answer answer) {
                response.complete(answer.copy());
            }

            @Override
            public void failed(IOException reason) {
                response.completeExceptionally(reason);
            }
        })));
        try {
            return response.get(request.timeout().toNanos() + GRACE_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("the event loop is closed, or busy with something else");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            loop.execute(() -> {
                EventLoop.Pending begun = exchange.get();
                if (begun != null) {
                    begun.cancel();
                }
            });
            throw e;
        }
    }
}
