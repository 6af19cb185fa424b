package dev.belvedere.scrape;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.storage.metrics.MetricStore;

/// What scraping works with.
///
/// @param transport reaches targets and discovery servers, best a `PlainHttpTransport` in front of a
/// `JdkHttpTransport`;
///     may answer for some of them inside this process
/// @param disk holds discovery files and credentials
/// @param userAgent `Belvedere/1.2.3`
/// @param hostName shown instead of localhost in a target's global URL
public record ScrapeEnvironment(
        MetricStore store,
        Tenant tenant,
        HttpTransport transport,
        TimeSource time,
        Disk disk,
        MetricRegistry registry,
        String userAgent,
        String hostName) {}
