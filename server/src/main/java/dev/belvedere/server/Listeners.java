package dev.belvedere.server;

import dev.belvedere.api.http.HttpServer;
import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.api.http.Listener;
import dev.belvedere.api.http.RequestObserver;
import dev.belvedere.api.http.Routes;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.server.config.ListenConfig;
import dev.belvedere.server.config.ListenConfig.Listen;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The sockets. The main listener and configured ones must bind; a default port that another program holds is left
/// out with a warning.
final class Listeners implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final List<HttpServer> servers;

    private Listeners(List<HttpServer> servers) {
        this.servers = servers;
    }

    /// @param routes by the listener's name
    static Listeners bind(ListenConfig config, Map<String, Routes> routes, RequestObserver observer, TimeSource time) {
        List<HttpServer> servers = new ArrayList<>();
        HttpServerOptions options = config.http();
        for (Listen listen : List.of(config.listen(), config.otlpGrpc(), config.otlpHttp(), config.zipkin())) {
            Routes served = routes.get(listen.name());
            if (served == null || listen.address().isEmpty()) {
                continue;
            }
            Listener listener =
                    new Listener(listen.name(), listen.address().get().resolve(), served);
            try {
                servers.add(HttpServer.start(List.of(listener), options, observer, time));
            } catch (OperationException e) {
                if (listen.isRequired()) {
                    servers.forEach(HttpServer::close);
                    throw e;
                }
                LOG.log(System.Logger.Level.WARNING, e.getMessage() + "; going on without it");
            }
        }
        return new Listeners(servers);
    }

    /// Where everything is served.
    InetSocketAddress main() {
        return servers.getFirst().listeners().getFirst().address();
    }

    /// Name to address, as bound.
    Map<String, String> addresses() {
        Map<String, String> addresses = new TreeMap<>();
        for (HttpServer server : servers) {
            for (Listener listener : server.listeners()) {
                addresses.put(listener.name(), text(listener.address()));
            }
        }
        return addresses;
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public void close() {
        List<Thread> closing = servers.stream()
                .map(server -> Thread.ofVirtual().start(server::close))
                .toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
