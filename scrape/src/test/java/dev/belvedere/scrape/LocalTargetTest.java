package dev.belvedere.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.belvedere.platform.http.JdkHttpTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Scrapes a real server over loopback.
@Timeout(60)
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
                    scrape_configs:
                      - job_name: local
                        static_configs: [{targets: ["%s"]}]
                    """.formatted(address)));
            fixture.pass(Duration.ofMinutes(1), 1);
            assertThat(accept.get()).isEqualTo("gzip");
            assertThat(fixture.values("a").values()).containsExactly(List.of("42.0"));

            server.stop(0);
            fixture.pass(Duration.ofMinutes(1), 1);
            assertThat(fixture.values("up").values()).containsExactly(List.of("1.0", "0.0"));
            assertThat(fixture.values("a").values()).containsExactly(List.of("42.0", "stale"));
        } finally {
            server.stop(0);
        }
    }
}
