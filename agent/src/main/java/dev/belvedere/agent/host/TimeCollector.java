package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Locale;

/// The machine's clock, its zone and its clock sources.
final class TimeCollector implements HostCollector {

    private static final String DIRECTORY = "sys/devices/system/clocksource";
    private static final String PREFIX = "clocksource";

    private final HostFiles files;
    private final TimeSource time;

    TimeCollector(HostFiles files, TimeSource time) {
        this.files = files;
        this.time = time;
    }

    @Override
    public String name() {
        return "time";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        out.gauge("node_time_seconds", "Unix time.", time.currentNanos() / 1e9);
        ZoneId zone = ZoneId.systemDefault();
        out.gauge(
                "node_time_zone_offset_seconds",
                "Seconds that local time is ahead of UTC.",
                zone.getRules()
                        .getOffset(Instant.ofEpochMilli(time.currentMillis()))
                        .getTotalSeconds(),
                "time_zone",
                zone.getDisplayName(TextStyle.SHORT, Locale.ROOT));
        for (String directory : files.directories(DIRECTORY)) {
            String path = DIRECTORY + "/" + directory + "/";
            String device = directory.startsWith(PREFIX) ? directory.substring(PREFIX.length()) : directory;
            for (String source : HostFiles.fields(files.text(path + "available_clocksource"))) {
                out.gauge(
                        "node_time_clocksource_available_info",
                        "Clock sources that could be used; always 1.",
                        1,
                        "device",
                        device,
                        "clocksource",
                        source);
            }
            out.gauge(
                    "node_time_clocksource_current_info",
                    "The clock source in use; always 1.",
                    1,
                    "device",
                    device,
                    "clocksource",
                    files.text(path + "current_clocksource").strip());
        }
    }
}
