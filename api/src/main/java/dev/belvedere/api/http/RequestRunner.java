package dev.belvedere.api.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Turns an Armeria request into a [Call], runs its handler on a virtual thread, and a [Reply] into an Armeria
/// response.
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

    HttpResponse serve(Routes routes, ServiceRequestContext context, HttpRequest request) {
        if (active.incrementAndGet() > options.maxConcurrentRequests()) {
            active.decrementAndGet();
            return refused(
                    routes,
                    request.headers(),
                    new OperationException(
                            "overloaded",
                            Fault.OVERLOAD,
                            "more than " + options.maxConcurrentRequests()
                                    + " requests at once: try again, or raise server.maxConcurrentRequests"));
        }
        long start = time.nanoTime();
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        request.aggregate().handle((whole, failure) -> {
            if (failure == null) {
                threads.execute(() -> answer.complete(run(routes, context, whole, start)));
            } else {
                active.decrementAndGet();
                answer.complete(refused(routes, request.headers(), unread(failure)));
            }
            return true;
        });
        return HttpResponse.of(answer);
    }

    /// Why a request was not read to its end.
    private OperationException unread(Throwable failure) {
        return failure instanceof ContentTooLargeException
                ? tooLarge()
                : new OperationException(
                        "broken_request", Fault.USER, "the request ended early: " + failure.getMessage());
    }

    private OperationException tooLarge() {
        return new OperationException(
                "body_too_large",
                Fault.USER,
                "the body has more than " + options.maxBodyBytes()
                        + " bytes: send smaller batches, or raise server.maxBodyBytes");
    }

    /// Answers without having read the request, in the way of the face that it is for.
    private HttpResponse refused(Routes routes, RequestHeaders headers, OperationException failure) {
        ErrorRenderer errors = ErrorRenderer.text();
        try {
            String path = headers.path();
            int query = path.indexOf('?');
            errors = routes.find(headers.method().name(), query < 0 ? path : path.substring(0, query))
                    .map(Routes.Match::errors)
                    .orElse(errors);
        } catch (OperationException e) {
            // Nothing is served there by this method.
        }
        return response(errors.render(failure), false);
    }

    /// Answers to bodies that turn out to be too large while they come in.
    ServerErrorHandler errors(Routes routes) {
        return new ServerErrorHandler() {
            @Override
            public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
                return null;
            }

            @Override
            public @Nullable AggregatedHttpResponse renderStatus(
                    @Nullable ServiceRequestContext context,
                    ServiceConfig config,
                    @Nullable RequestHeaders headers,
                    HttpStatus status,
                    @Nullable String description,
                    @Nullable Throwable cause) {
                return headers != null && status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)
                        ? refused(routes, headers, tooLarge()).aggregate().join()
                        : null;
            }
        };
    }

    private HttpResponse run(Routes routes, ServiceRequestContext context, AggregatedHttpRequest request, long start) {
        String route = UNKNOWN_ROUTE;
        Call call = bareCall(context, request);
        ErrorRenderer errors = ErrorRenderer.text();
        Reply reply;
        try {
            hosts.require(Optional.ofNullable(request.headers().authority()).orElse(""));
            Optional<Routes.Match> match = routes.find(call.method(), context.path());
            if (match.isEmpty()) {
                reply = Reply.text(404, "nothing is served at " + context.path() + "\n");
            } else {
                route = match.get().name();
                errors = match.get().errors();
                call = fullCall(
                        call, match.get(), Optional.ofNullable(context.query()).orElse(""));
                reply = answer(match.get(), call);
            }
        } catch (MethodNotAllowedException e) {
            reply = errors.render(e).with(e.headers());
        } catch (OperationException e) {
            reply = errors.render(e);
        } finally {
            active.decrementAndGet();
        }
        observer.answered(call, route, reply.status(), start, time.nanoTime() - start);
        return response(
                cors.apply(Compression.apply(reply, call.header("accept-encoding")), call.header("origin")),
                call.method().equals("HEAD"));
    }

    private Call bareCall(ServiceRequestContext context, AggregatedHttpRequest request) {
        RequestHeaders headers = request.headers();
        return new Call(
                headers.method().name(),
                context.decodedPath(),
                Map.of(),
                Parameters.NONE,
                name -> headers.get(name, ""),
                request.content().array(),
                context.remoteAddress().getAddress().getHostAddress(),
                action -> context.whenRequestCancelling().thenRun(action),
                new RequestTrace(time));
    }

    private static Call fullCall(Call call, Routes.Match match, String query) {
        Parameters parameters = Parameters.parse(query);
        if (call.mediaType().equals(Call.FORM)) {
            parameters = Parameters.parse(call.bodyText()).and(parameters);
        }
        return new Call(
                call.method(),
                call.path(),
                match.pathParameters(),
                parameters,
                call.headers(),
                call.body(),
                call.remoteAddress(),
                call.cancellation(),
                call.trace());
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

    private HttpResponse response(Reply reply, boolean isHead) {
        return switch (reply) {
            case Reply.Whole whole -> whole(whole, isHead);
            case Reply.Streamed streamed ->
                isHead
                        ? HttpResponse.of(
                                headers(streamed, streamed.contentType()).build())
                        : streamed(streamed);
            case Reply.Grpc grpc -> grpc(grpc);
        };
    }

    private static HttpResponse whole(Reply.Whole reply, boolean isHead) {
        ResponseHeadersBuilder headers = headers(reply, reply.contentType());
        headers.contentLength(reply.length());
        return isHead || reply.length() == 0
                ? HttpResponse.of(headers.build())
                : HttpResponse.of(headers.build(), HttpData.wrap(reply.body(), 0, reply.length()));
    }

    private static ResponseHeadersBuilder headers(Reply reply, String contentType) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.valueOf(reply.status()));
        if (!contentType.isEmpty()) {
            headers.set("content-type", contentType);
        }
        headers.set("x-content-type-options", "nosniff");
        List<String> extra = reply.headers();
        for (int i = 0; i < extra.size(); i += 2) {
            headers.add(extra.get(i), extra.get(i + 1));
        }
        return headers;
    }

    private HttpResponse streamed(Reply.Streamed reply) {
        HttpResponseWriter writer = HttpResponse.streaming();
        writer.write(headers(reply, reply.contentType()).build());
        threads.execute(() -> {
            try (StreamedBody body = new StreamedBody(writer)) {
                reply.content().writeTo(body);
            } catch (IOException e) {
                writer.close(e);
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "an answer broke off while it was written", e);
                writer.close(e);
            }
        });
        return writer;
    }

    private static HttpResponse grpc(Reply.Grpc reply) {
        ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                .set("content-type", "application/grpc+proto")
                .build();
        HttpHeaders trailers = HttpHeaders.of(
                "grpc-status",
                Integer.toString(reply.grpcStatus()),
                "grpc-message",
                percentEncoded(reply.grpcMessage()));
        if (reply.grpcStatus() != 0) {
            return HttpResponse.of(
                    headers.toBuilder().add(trailers).endOfStream(true).build());
        }
        ByteBuffer frame = ByteBuffer.allocate(5 + reply.message().length);
        frame.put((byte) 0).putInt(reply.message().length).put(reply.message());
        return HttpResponse.of(headers, HttpData.wrap(frame.array()), trailers);
    }

    /// gRPC's encoding of a status message: everything but printable ASCII, and `%`, as `%XX` of its UTF-8.
    private static String percentEncoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                text.append((char) b);
            } else {
                text.append("%%%02X".formatted(b & 0xff));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
