package dev.belvedere.alerting.notify;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;

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
    public record Limits(int maxAlerts) {

        public static final Limits DEFAULT = new Limits(100_000);
    }
}
