package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Serves routes on one or more addresses: HTTP/1.1 and HTTP/2 in clear text, gRPC framing included.
///
/// Every listener has its own routes; a port says which face a client expects. Handlers run on virtual threads, and
/// an answer of more than 1 KiB is compressed for clients that accept gzip.
public final class HttpServer implements AutoCloseable {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(10);

    /// Time for the last answers to leave: a request counts as ended when its answer is handed over.
    private static final Duration FLUSH = Duration.ofMillis(50);

    /// How often what is kept for requests and was not used meanwhile is given back.
    static final int GIVE_BACK_SECONDS = 10;

    /// Connections that the kernel holds until they are taken.
    private static final int BACKLOG = 1024;

    private final Transport transport;
    private final List<Channel> sockets;
    private final Connections connections;
    private final RequestRunner runner;
    private final List<Listener> listeners;
    private final TimeSource time;

    private HttpServer(
            Transport transport,
            List<Channel> sockets,
            Connections connections,
            RequestRunner runner,
            List<Listener> listeners,
            TimeSource time) {
        this.transport = transport;
        this.sockets = sockets;
        this.connections = connections;
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
        Transport transport = Transport.open();
        Connections connections = new Connections(options, runner, time);
        List<Channel> sockets = new ArrayList<>();
        List<Listener> bound = new ArrayList<>();
        for (Listener listener : listeners) {
            Channel socket;
            try {
                socket = bind(listener, transport, connections);
            } catch (OperationException e) {
                sockets.forEach(Channel::close);
                transport.close();
                runner.close();
                throw e;
            }
            sockets.add(socket);
            int port = ((InetSocketAddress) socket.localAddress()).getPort();
            InetSocketAddress address = new InetSocketAddress(listener.address().getAddress(), port);
            bound.add(new Listener(listener.name(), address, listener.routes()));
        }
        giveBackUnused(transport, connections, listeners);
        return new HttpServer(transport, sockets, connections, runner, List.copyOf(bound), time);
    }

    private static void giveBackUnused(Transport transport, Connections connections, List<Listener> listeners) {
        Set<KeptMemory> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(connections.kept());
        listeners.forEach(listener -> kept.addAll(listener.routes().kept()));
        transport
                .eventLoops()
                .scheduleWithFixedDelay(
                        () -> kept.forEach(KeptMemory::giveBackUnused),
                        GIVE_BACK_SECONDS,
                        GIVE_BACK_SECONDS,
                        TimeUnit.SECONDS);
    }

    private static Channel bind(Listener listener, Transport transport, Connections connections) {
        ChannelFuture bound = new ServerBootstrap()
                .group(transport.eventLoops())
                .channelFactory(transport.serverSockets())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections.of(listener.routes()))
                .bind(listener.address())
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw bindFailure(listener, failure);
        }
        return bound.channel();
    }

    private static OperationException bindFailure(Listener listener, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean isInUse = reason.contains("in use");
        String address = listener.address().getAddress().getHostAddress() + ":"
                + listener.address().getPort();
        return new OperationException(
                isInUse ? "address_in_use" : "bind_failed",
                Fault.USER,
                "could not listen on " + address + " (" + listener.name() + "): " + reason
                        + (isInUse ? "; stop the other process or choose another address" : ""),
                cause);
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
        sockets.forEach(Channel::close);
        long deadline = time.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            while (runner.activeRequests() > 0 && time.nanoTime() < deadline) {
                time.sleep(POLL);
            }
            time.sleep(FLUSH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.close();
        transport.close();
        runner.close();
    }
}
