package dev.belvedere.alerting.notify;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import java.time.Duration;

/// What notifications need of the rest of the program.
///
/// @param disk holds the files with secrets that receivers name
public record NotificationPorts(
        NotificationLog log,
        HttpTransport transport,
        Disk disk,
        TimeSource time,
        MetricRegistry metrics,
        Limits limits) {

    /// @param maxAlerts alerts known at once (`rules.maxAlerts`)
    /// @param shutdownGrace how long attempts in hand may go on when the server stops; short, since one that waits
    ///     to try again does not end by itself
    public record Limits(int maxAlerts, Duration shutdownGrace) {

        public static final Limits DEFAULT = new Limits(100_000, Duration.ofSeconds(1));

        public Limits withMaxAlerts(int alerts) {
            return new Limits(alerts, shutdownGrace);
        }
    }
}
