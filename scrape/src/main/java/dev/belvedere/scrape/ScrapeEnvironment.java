package dev.belvedere.scrape;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.EventLoop;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.MetricStore;
import java.util.List;

/// What scraping works with.
///
/// @param loops scrape targets in clear text; at least one
/// @param transport reaches all other targets, and discovery servers
/// @param disk holds discovery files and credentials
/// @param userAgent `Belvedere/1.2.3`
/// @param addsTypeAndUnit whether series get the labels `__type__` and `__unit__` of what their target says of them
/// @param hostName shown instead of localhost in a target's global URL
public record ScrapeEnvironment(
        MetricStore store,
        Tenant tenant,
        List<EventLoop> loops,
        HttpTransport transport,
        TimeSource time,
        Disk disk,
        MetricRegistry registry,
        String userAgent,
        boolean addsTypeAndUnit,
        String hostName) {

    public ScrapeEnvironment {
        loops = List.copyOf(loops);
        if (loops.isEmpty()) {
            throw new IllegalArgumentException("no event loop to scrape with");
        }
    }

    /// One of the loops, the same for the same number.
    EventLoop loop(long number) {
        return loops.get((int) Math.floorMod(number, (long) loops.size()));
    }
}
