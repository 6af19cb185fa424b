package dev.belvedere.demo;

import dev.belvedere.demo.site.Emissions;
import dev.belvedere.demo.site.Schedule;
import dev.belvedere.demo.site.Site;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A running demo site: scrape endpoints on loopback, pushes to a server, incidents on schedule.
///
/// Give the server [#scrapeConfig] and [#ruleFile]; then it sees a whole AI platform over real protocols.
public final class DemoSite implements AutoCloseable {

    private static final String RULES = "rules.yml";
    private static final Duration TICK = Duration.ofSeconds(1);

    /// After a sleep of the machine the site does not relive more than this.
    private static final int MAX_CATCH_UP = 30;

    private final Site site;
    private final TimeSource time;
    private final ScrapeServer scrapeServer;
    private final EmissionPush push;
    private final Thread thread;

    private DemoSite(DemoOptions options, HttpTransport transport, TimeSource time) throws IOException {
        this.time = time;
        site = new Site(options.seed(), new Schedule(options.speed()), time.currentMillis());
        scrapeServer = ScrapeServer.start(site, options.port());
        push = new EmissionPush(transport, options.server(), TimeUnit.MILLISECONDS.toNanos(site.startMillis()));
        thread = Thread.ofVirtual().name("demo-site").unstarted(this::live);
    }

    /// Opens the scrape endpoints. The site begins to live, and to push, with [#begin].
    ///
    /// @throws IOException if the port is taken
    public static DemoSite open(DemoOptions options, HttpTransport transport, TimeSource time) throws IOException {
        return new DemoSite(options, transport, time);
    }

    /// Begins to live; call it once the server takes pushes.
    public void begin() {
        thread.start();
    }

    private void live() {
        try {
            while (true) {
                time.sleep(TICK);
                long due = (time.currentMillis() - site.startMillis()) / 1000;
                long first = Math.max(site.second(), due - MAX_CATCH_UP);
                while (site.second() < due) {
                    Emissions emissions = site.advance();
                    if (site.second() > first) {
                        push.send(emissions, TimeUnit.MILLISECONDS.toNanos(site.startMillis() + 1000 * site.second()));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The port of the scrape endpoints.
    public int port() {
        return scrapeServer.port();
    }

    /// The incidents with their times, for people.
    public String schedule() {
        return site.schedule().describe(site.startMillis());
    }

    /// The section `scrape_configs` that makes a server scrape the site.
    public String scrapeConfig() {
        return ScrapeFragment.of(site, port());
    }

    /// A rule file in Prometheus' format in which an alert fires for each incident.
    public static String ruleFile() {
        try (InputStream resource = DemoSite.class.getResourceAsStream(RULES)) {
            if (resource == null) {
                throw new IllegalStateException("the resource " + RULES + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scrapeServer.close();
    }
}
