package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.NotPromptException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a [Call] of a request, runs its handler, on a virtual thread unless the answer is known to be small or the
/// handler has threads of its own, and has its [Reply] sent.
final class RequestRunner implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RequestRunner.class.getName());
    private static final String RETRY_SECONDS = "5";
    private static final String UNKNOWN_ROUTE = "unknown";

    private final HttpServerOptions options;
    private final RequestObserver observer;
    private final TimeSource time;
    private final HostCheck hosts;
    private final Cors cors;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger active = new AtomicInteger();
    private final SmallAnswers small = new SmallAnswers();

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

    /// Answers a request that has come whole: at once where that is known to be quickly done, else on a thread of its
    /// own. By the event loop.
    void serve(Routes routes, Exchange exchange, RequestBody body) {
        int inHand = active.incrementAndGet();
        if (inHand > options.maxConcurrentRequests()) {
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
        Serving serving = new Serving(routes, exchange, body);
        boolean mayBeSmall = inHand == 1 && body.length() <= SmallAnswers.MAX_BODY_BYTES;
        if (!mayBeSmall || !serving.isAnsweredAtOnce()) {
            serving.threads().execute(serving);
        }
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
        exchange.refuse(Replies.whole(exchange, rendered(errors, failure)));
    }

    /// With `Retry-After` where too much is going on for now. What was too slow will be so again.
    private static Reply rendered(ErrorRenderer errors, OperationException failure) {
        Reply reply = errors.render(failure);
        boolean mayPassLater = reply.status() == 503
                && failure.fault() == Fault.OVERLOAD
                && !failure.code().endsWith("timeout")
                && !reply.headers().contains("retry-after");
        return mayPassLater ? reply.with(List.of("retry-after", RETRY_SECONDS)) : reply;
    }

    /// One request that has come whole, until its answer is sent. Used by one thread after the other; the last is
    /// the one that has the reply.
    private final class Serving implements Runnable {

        private final Routes routes;
        private final Exchange exchange;
        private final RequestBody body;
        private final long start = time.nanoTime();
        private String route = UNKNOWN_ROUTE;
        private ErrorRenderer errors = ErrorRenderer.text();
        private @Nullable Call call;

        /// Null until it is found, and where there is none: then `refusal` says why.
        private @Nullable Handler handler;

        private @Nullable Reply refusal;

        /// The reply was sent, or at least tried to.
        private volatile boolean isEnded;

        Serving(Routes routes, Exchange exchange, RequestBody body) {
            this.routes = routes;
            this.exchange = exchange;
            this.body = body;
        }

        /// Answers by the event loop.
        ///
        /// @return false if that is for another thread, as it is if a bug shows
        boolean isAnsweredAtOnce() {
            Optional<Reply> reply;
            try {
                reply = promptReply();
            } catch (RuntimeException | Error e) {
                return false;
            }
            if (reply.isEmpty()) {
                return false;
            }
            Reply prompt = reply.get();
            if (prompt instanceof Reply.Streamed) {
                threads.execute(() -> end(prompt));
            } else {
                end(prompt);
            }
            return true;
        }

        /// Those that its handler wants, or virtual ones.
        Executor threads() {
            if (isForm(exchange)) {
                // To read it may take long.
                return threads;
            }
            try {
                call();
                return handler == null ? threads : handler.threads().orElse(threads);
            } catch (RuntimeException | Error e) {
                // It shows again where it can be answered.
                return threads;
            }
        }

        private Optional<Reply> promptReply() {
            Call asked = call();
            Optional<Question> question = handler == null ? Optional.empty() : handler.question(asked);
            if (handler == null || question.isEmpty() || !small.isKnown(question.get())) {
                return Optional.empty();
            }
            try {
                return Optional.of(answer(handler, asked.prompt(), question));
            } catch (NotPromptException e) {
                small.forget(question.get());
                exchange.forget();
                return Optional.empty();
            }
        }

        @Override
        public void run() {
            try {
                Call asked = call();
                if (handler == null) {
                    end(finished(asked, Objects.requireNonNull(refusal)));
                } else {
                    handle(handler, asked, handler.question(asked));
                }
            } catch (RuntimeException | Error e) {
                if (isEnded) {
                    throw e;
                }
                end(bug(e));
            }
        }

        /// Calls the handler, whose reply may come from another thread later.
        private void handle(Handler by, Call asked, Optional<Question> question) {
            long began = time.nanoTime();
            try {
                by.handle(asked, reply -> end(finishedOrBug(asked, made(reply), question, began)));
            } catch (OperationException e) {
                if (isEnded) {
                    throw e;
                }
                end(finishedOrBug(asked, failed(e), question, began));
            }
        }

        /// What the supplier gives, or the answer to its failure.
        private Reply made(Supplier<Reply> reply) {
            try {
                return reply.get();
            } catch (NotPromptException e) {
                throw e;
            } catch (OperationException e) {
                return failed(e);
            } catch (RuntimeException | Error e) {
                return bug(e);
            }
        }

        private Reply finishedOrBug(Call asked, Reply reply, Optional<Question> question, long began) {
            try {
                return finished(asked, reply, question, began);
            } catch (RuntimeException | Error e) {
                return bug(e);
            }
        }

        private Reply bug(Throwable e) {
            LOG.log(System.Logger.Level.ERROR, "request failed by a bug route=" + route, e);
            return errors.render(
                    new OperationException("internal", Fault.BUG, "internal error; the server's log has the details"));
        }

        private void end(Reply reply) {
            isEnded = true;
            try {
                Replies.send(exchange, reply);
            } finally {
                exchange.end();
                body.release();
                active.decrementAndGet();
            }
        }

        /// The call, made once, with the handler that is to answer it.
        private Call call() {
            Call known = call;
            if (known == null) {
                known = find();
                call = known;
            }
            return known;
        }

        private Call find() {
            try {
                RequestTarget target = RequestTarget.parse(exchange.request().uri());
                hosts.require(target.authority().isEmpty() ? exchange.header("host") : target.authority());
                Optional<Routes.Match> match = routes.find(exchange.method(), target.path());
                if (match.isPresent()) {
                    Routes.Match found = match.get();
                    route = found.name();
                    errors = found.errors();
                    Call read = call(
                            target.decodedPath(), found.pathParameters(), parameters(exchange, target.query(), body));
                    handler = found.handler();
                    return read;
                }
                refusal = Reply.text(404, "nothing is served at " + target.path() + "\n");
            } catch (MethodNotAllowedException e) {
                refusal = errors.render(e).with(e.headers());
            } catch (OperationException e) {
                refusal = rendered(errors, e);
            }
            return call(exchange.request().uri(), Map.of(), Parameters.NONE);
        }

        private Call call(String path, Map<String, String> pathParameters, Parameters parameters) {
            return new Call(
                    exchange.method(),
                    path,
                    pathParameters,
                    parameters,
                    exchange,
                    body,
                    exchange.remoteAddress(),
                    exchange,
                    new RequestTrace(time),
                    false);
        }

        /// The reply to a prompt call.
        ///
        /// @throws NotPromptException if the handler gives up
        private Reply answer(Handler by, Call asked, Optional<Question> question) {
            long began = time.nanoTime();
            return finished(asked, made(new Handling(by, asked)), question, began);
        }

        /// The handler's work on a call. A class, since the first compiler's code makes a lambda that captures
        /// something by a native call.
        private record Handling(Handler by, Call asked) implements Supplier<Reply> {

            @Override
            public Reply get() {
                return by.handle(asked);
            }
        }

        private Reply failed(OperationException failure) {
            if (failure.fault() == Fault.BUG || failure.fault() == Fault.CORRUPT) {
                LOG.log(System.Logger.Level.ERROR, "request failed route=" + route, failure);
            }
            return rendered(errors, failure);
        }

        private Reply finished(Call asked, Reply reply, Optional<Question> question, long began) {
            Reply finished = finished(asked, reply);
            if (question.isPresent()) {
                small.note(question.get(), time.nanoTime() - began);
            }
            return finished;
        }

        private Reply finished(Call asked, Reply reply) {
            observer.answered(asked, route, reply.status(), start, time.nanoTime() - start);
            return cors.apply(Compression.apply(reply, asked.header("accept-encoding")), asked.header("origin"));
        }
    }

    /// Of a form and, behind them, of the query. A body of a GET has no meaning.
    private static Parameters parameters(Exchange exchange, String query, RequestBody body) {
        Parameters parameters = Parameters.parse(query);
        return isForm(exchange) ? Parameters.parse(body.text()).and(parameters) : parameters;
    }

    private static boolean isForm(Exchange exchange) {
        return !exchange.method().equals("GET")
                && Call.mediaType(exchange.header("content-type")).equals(Call.FORM);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
