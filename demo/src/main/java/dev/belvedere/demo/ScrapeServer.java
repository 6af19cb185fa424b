package dev.belvedere.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belvedere.demo.site.Site;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// All scrape endpoints of the site, each under its path of one server on loopback.
final class ScrapeServer implements AutoCloseable {

    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private ScrapeServer(HttpServer server, Site site) {
        this.server = server;
        server.setExecutor(executor);
        server.createContext("/", exchange -> answer(exchange, site));
        server.start();
    }

    static ScrapeServer start(Site site, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new ScrapeServer(HttpServer.create(address, BACKLOG), site);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Site site) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean isKnown = site.endpoints().stream()
                    .anyMatch(endpoint -> endpoint.path().equals(path));
            Optional<List<MetricFamily>> families = site.expose(path);
            if (families.isPresent()) {
                ExpositionFormat format = ExpositionFormat.TEXT_0_0_4;
                send(exchange, 200, format.contentType(), ExpositionWriter.write(families.get(), format));
            } else {
                String said = isKnown ? "the process is down\n" : "nothing is simulated at " + path + "\n";
                send(exchange, isKnown ? 503 : 404, "text/plain", said.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
