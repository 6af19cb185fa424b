package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.http.JdkHttpTransport;
import dev.belvedere.platform.http.PlainHttpTransport;
import dev.belvedere.platform.http.SelectorLoop;
import dev.belvedere.platform.time.SystemTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Scrapes a real server over loopback.
class LocalTargetTest {

    @Test
    void a_gzipping_server_is_scraped_and_a_stopped_one_is_down() throws IOException, InterruptedException {
        AtomicReference<String> accept = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            accept.set(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                out.write("a{b=\"c\"} 42\n".getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        String address = "127.0.0.1:" + server.getAddress().getPort();
        ScrapeFixture fixture = new ScrapeFixture();
        try (JdkHttpTransport transport = new JdkHttpTransport();
                ScrapeService service = new ScrapeService(fixture.environment(transport))) {
            service.apply(fixture.config("""
                    global: {scrape_interval: 1m, scrape_timeout: 1m}
                    scrape_configs:
                      - job_name: local
                        static_configs: [{targets: ["%s"]}]
                    """.formatted(address)));
            fixture.pass(Duration.ofMinutes(1));
            assertThat(accept.get()).isEqualTo("gzip");
            assertThat(fixture.values("a").values()).containsExactly(List.of("42.0"));

            server.stop(0);
            fixture.pass(Duration.ofMinutes(1));
            assertThat(fixture.values("up").values()).containsExactly(List.of("1.0", "0.0"));
            assertThat(fixture.values("a").values()).containsExactly(List.of("42.0", "stale"));
        } finally {
            server.stop(0);
        }
    }

    /// The machine's clock and sockets, as the server uses them. A scrape that a busy machine breaks off is only one of
    /// many.
    @Test
    void targets_are_scraped_over_the_loops_own_connections_redirected_or_large() throws Exception {
        AtomicReference<String> body = new AtomicReference<>("a 1\n");
        Semaphore asked = new Semaphore(0);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().set("Location", "/metrics");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/metrics", exchange -> {
            byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
            asked.release();
        });
        server.start();
        ScrapeFixture fixture = new ScrapeFixture();
        try (SelectorLoop loop = SelectorLoop.start("scrape");
                ScrapeService service = new ScrapeService(new ScrapeEnvironment(
                        fixture.store,
                        Tenant.DEFAULT,
                        List.of(loop),
                        new PlainHttpTransport(loop, fixture.network),
                        new SystemTime(),
                        fixture.disk,
                        fixture.registry,
                        "Belvedere/test",
                        false,
                        ""))) {
            service.apply(fixture.config(
                    """
                    global: {scrape_interval: 300ms, scrape_timeout: 300ms}
                    scrape_configs:
                      - job_name: direct
                        static_configs: [{targets: ["%1$s"]}]
                      - job_name: redirected
                        metrics_path: /elsewhere
                        static_configs: [{targets: ["%1$s"]}]
                    """.formatted("127.0.0.1:" + server.getAddress().getPort())));
            asked.acquire(6);
            assertThat(service.targets())
                    .allSatisfy(pool -> assertThat(pool.active())
                            .allSatisfy(target -> assertThat(target.lastError()).doesNotContain("302")));
            body.set("# " + "x".repeat(2 << 20) + "\na 2\n");
            while (fixture.values("a").values().stream().anyMatch(values -> !values.contains("2.0"))
                    || fixture.values("a").size() < 2) {
                asked.acquire();
            }
        } finally {
            server.stop(0);
        }
        assertThat(fixture.values("a").keySet()).hasSize(2);
    }
}
