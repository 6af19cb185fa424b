package dev.belvedere.api.http;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Serves routes on one or more addresses: HTTP/1.1 and HTTP/2 in clear text, gRPC framing included.
///
/// Every listener has its own routes; a port says which face a client expects. Handlers run on virtual threads, and
/// an answer of more than 1 KiB is compressed for clients that accept gzip.
public final class HttpServer implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(10);

    /// Time for the last answers to leave: a request counts as ended when its answer is handed over.
    private static final Duration FLUSH = Duration.ofMillis(50);
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /// A body goes from hand to hand in pieces of what was read at once, which is less.
    private static final int MAX_CHUNK_BYTES = 1024 * 1024;

    private final List<Server> servers;
    private final EventLoopGroup eventLoops;
    private final RequestRunner runner;
    private final List<Listener> listeners;
    private final TimeSource time;

    private HttpServer(
            List<Server> servers,
            EventLoopGroup eventLoops,
            RequestRunner runner,
            List<Listener> listeners,
            TimeSource time) {
        this.servers = servers;
        this.eventLoops = eventLoops;
        this.runner = runner;
        this.listeners = listeners;
        this.time = time;
    }

    /// Binds all listeners and begins to answer.
    ///
    /// @throws OperationException `address_in_use` or `bind_failed`, naming the address; then nothing is bound
    public static HttpServer start(
            List<Listener> listeners, HttpServerOptions options, RequestObserver observer, TimeSource time) {
        RequestRunner runner = new RequestRunner(options, observer, time);
        EventLoopGroup eventLoops = eventLoops();
        List<Server> servers = new ArrayList<>();
        List<Listener> bound = new ArrayList<>();
        for (Listener listener : listeners) {
            Server server = build(listener, options, runner, eventLoops);
            try {
                server.start().join();
            } catch (CompletionException e) {
                servers.forEach(Server::close);
                eventLoops.shutdownGracefully();
                runner.close();
                throw bindFailure(listener, e);
            }
            servers.add(server);
            InetSocketAddress address =
                    new InetSocketAddress(listener.address().getAddress(), server.activeLocalPort());
            bound.add(new Listener(listener.name(), address, listener.routes()));
        }
        return new HttpServer(servers, eventLoops, runner, List.copyOf(bound), time);
    }

    /// One for two processors: they only read and write, and a loop that finds several connections ready wakes less
    /// often than several loops with one each.
    private static EventLoopGroup eventLoops() {
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return EventLoopGroups.newEventLoopGroup(count, "http", true);
    }

    private static Server build(
            Listener listener, HttpServerOptions options, RequestRunner runner, EventLoopGroup eventLoops) {
        HttpService service = new HttpService() {
            @Override
            public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
                return runner.serve(listener.routes(), context, request);
            }

            /// Handlers take bodies whole: pieces of them need no stream.
            @Override
            public ExchangeType exchangeType(RoutingContext context) {
                return ExchangeType.RESPONSE_STREAMING;
            }
        };
        ServerBuilder builder = Server.builder()
                .http(listener.address())
                .workerGroup(eventLoops, false)
                .maxNumConnections(options.maxConnections())
                .maxRequestLength(options.maxBodyBytes())
                .errorHandler(runner.errors(listener.routes()))
                .requestTimeoutMillis(options.requestTimeoutMillis())
                .idleTimeoutMillis(options.idleTimeoutMillis())
                .http1MaxHeaderSize(MAX_HEADER_BYTES)
                .http1MaxChunkSize(MAX_CHUNK_BYTES)
                .http2MaxHeaderListSize(MAX_HEADER_BYTES)
                .gracefulShutdownTimeout(Duration.ZERO, STOP_TIMEOUT)
                .disableServerHeader()
                .disableDateHeader();
        return builder.serviceUnder("/", service).build();
    }

    private static OperationException bindFailure(Listener listener, CompletionException e) {
        Throwable cause = e.getCause();
        String reason = String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
        boolean isInUse = reason.contains("in use");
        String address = listener.address().getAddress().getHostAddress() + ":"
                + listener.address().getPort();
        return new OperationException(
                isInUse ? "address_in_use" : "bind_failed",
                Fault.USER,
                "could not listen on " + address + " (" + listener.name() + "): " + reason
                        + (isInUse ? "; stop the other process or choose another address" : ""),
                e);
    }

    /// The listeners with the ports that were really bound.
    public List<Listener> listeners() {
        return listeners;
    }

    /// Requests being answered at this moment.
    public int activeRequests() {
        return runner.activeRequests();
    }

    /// Refuses new connections and lets the requests in hand end for up to two seconds. The threads behind go on
    /// for a moment in the background.
    @Override
    public void close() {
        CompletableFuture<?> stopped =
                CompletableFuture.allOf(servers.stream().map(Server::stop).toArray(CompletableFuture[]::new));
        long deadline = time.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            while (!stopped.isDone() && runner.activeRequests() > 0 && time.nanoTime() < deadline) {
                time.sleep(POLL);
            }
            time.sleep(FLUSH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopped.whenComplete((done, failure) -> eventLoops.shutdownGracefully());
        runner.close();
    }
}
