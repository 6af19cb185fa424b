package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes a [Call] of a request, runs its handler on a virtual thread, and has its [Reply] sent.
final class RequestRunner implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RequestRunner.class.getName());
    private static final String UNKNOWN_ROUTE = "unknown";

    private final HttpServerOptions options;
    private final RequestObserver observer;
    private final TimeSource time;
    private final HostCheck hosts;
    private final Cors cors;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger active = new AtomicInteger();

    RequestRunner(HttpServerOptions options, RequestObserver observer, TimeSource time) {
        this.options = options;
        this.observer = observer;
        this.time = time;
        this.hosts = new HostCheck(options.allowedHosts());
        this.cors = new Cors(options.corsOrigin());
    }

    int activeRequests() {
        return active.get();
    }

    /// Answers a request that has come whole, on a thread of its own. By the event loop.
    void serve(Routes routes, Exchange exchange, RequestBody body) {
        if (active.incrementAndGet() > options.maxConcurrentRequests()) {
            active.decrementAndGet();
            body.release();
            refuse(
                    routes,
                    exchange,
                    new OperationException(
                            "overloaded",
                            Fault.OVERLOAD,
                            "more than " + options.maxConcurrentRequests()
                                    + " requests at once: try again, or raise server.maxConcurrentRequests"));
            return;
        }
        long start = time.nanoTime();
        threads.execute(() -> {
            try {
                Replies.send(exchange, run(routes, exchange, body.whole(), start));
            } finally {
                exchange.end();
                body.release();
                active.decrementAndGet();
            }
        });
    }

    /// Answers without having read the request, in the way of the face that it is for. By the event loop.
    void refuse(Routes routes, Exchange exchange, OperationException failure) {
        ErrorRenderer errors = ErrorRenderer.text();
        try {
            String path = RequestTarget.parse(exchange.request().uri()).path();
            errors = routes.find(exchange.method(), path)
                    .map(Routes.Match::errors)
                    .orElse(errors);
        } catch (OperationException e) {
            // Nothing is served there by this method.
        }
        exchange.refuse(Replies.whole(exchange, errors.render(failure)));
    }

    private Reply run(Routes routes, Exchange exchange, byte[] body, long start) {
        String route = UNKNOWN_ROUTE;
        Call call = call(exchange, exchange.request().uri(), Map.of(), Parameters.NONE, body);
        ErrorRenderer errors = ErrorRenderer.text();
        Reply reply;
        try {
            RequestTarget target = RequestTarget.parse(exchange.request().uri());
            hosts.require(target.authority().isEmpty() ? exchange.header("host") : target.authority());
            Optional<Routes.Match> match = routes.find(exchange.method(), target.path());
            if (match.isEmpty()) {
                reply = Reply.text(404, "nothing is served at " + target.path() + "\n");
            } else {
                route = match.get().name();
                errors = match.get().errors();
                call = call(
                        exchange,
                        target.decodedPath(),
                        match.get().pathParameters(),
                        parameters(exchange, target.query(), body),
                        body);
                reply = answer(match.get(), call);
            }
        } catch (MethodNotAllowedException e) {
            reply = errors.render(e).with(e.headers());
        } catch (OperationException e) {
            reply = errors.render(e);
        }
        observer.answered(call, route, reply.status(), start, time.nanoTime() - start);
        return cors.apply(Compression.apply(reply, call.header("accept-encoding")), call.header("origin"));
    }

    private Call call(
            Exchange exchange, String path, Map<String, String> pathParameters, Parameters parameters, byte[] body) {
        return new Call(
                exchange.method(),
                path,
                pathParameters,
                parameters,
                exchange::header,
                body,
                exchange.remoteAddress(),
                exchange,
                new RequestTrace(time));
    }

    /// Of a form and, behind them, of the query.
    private static Parameters parameters(Exchange exchange, String query, byte[] body) {
        Parameters parameters = Parameters.parse(query);
        return Call.mediaType(exchange.header("content-type")).equals(Call.FORM)
                ? Parameters.parse(new String(body, StandardCharsets.UTF_8)).and(parameters)
                : parameters;
    }

    private static Reply answer(Routes.Match match, Call call) {
        try {
            return match.handler().handle(call);
        } catch (OperationException e) {
            if (e.fault() == Fault.BUG || e.fault() == Fault.CORRUPT) {
                LOG.log(System.Logger.Level.ERROR, "request failed route=" + match.name(), e);
            }
            return match.errors().render(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "request failed by a bug route=" + match.name(), e);
            return match.errors()
                    .render(new OperationException(
                            "internal", Fault.BUG, "internal error; the server's log has the details"));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
