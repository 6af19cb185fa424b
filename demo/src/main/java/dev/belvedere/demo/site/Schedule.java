package dev.belvedere.demo.site;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// When incidents happen: one after the other in a cycle that repeats. A higher speed brings them closer together,
/// but they never overlap, and none is shorter than it takes the rules to see it.
public final class Schedule {

    private static final int CYCLE_SECONDS = 1620;
    private static final int MIN_INCIDENT_SECONDS = 60;
    private static final int MIN_REST_SECONDS = 20;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Map<Incident, Integer> starts = new EnumMap<>(Incident.class);
    private final Map<Incident, Integer> durations = new EnumMap<>(Incident.class);
    private final int cycleSeconds;

    /// @param speed from 1 to 1000
    public Schedule(double speed) {
        if (!(speed >= 1 && speed <= 1000)) {
            throw new IllegalArgumentException("the speed must be between 1 and 1000, got " + speed);
        }
        int end = 0;
        for (Incident incident : Incident.values()) {
            int start = Math.max(end + MIN_REST_SECONDS, (int) (incident.offsetSeconds() / speed));
            int duration = Math.max(MIN_INCIDENT_SECONDS, (int) (incident.durationSeconds() / speed));
            starts.put(incident, start);
            durations.put(incident, duration);
            end = start + duration;
        }
        cycleSeconds = Math.max((int) (CYCLE_SECONDS / speed), end + MIN_REST_SECONDS);
    }

    /// From the start of a cycle, in seconds of real time.
    public int startSeconds(Incident incident) {
        return starts.getOrDefault(incident, 0);
    }

    /// In seconds of real time.
    public int durationSeconds(Incident incident) {
        return durations.getOrDefault(incident, 0);
    }

    public int cycleSeconds() {
        return cycleSeconds;
    }

    /// @param second of real time since the start
    public boolean isActive(Incident incident, long second) {
        long since = secondsSince(incident, second);
        return since >= 0 && since < durationSeconds(incident);
    }

    /// Seconds since the incident began in the present cycle; negative if it is still to come.
    long secondsSince(Incident incident, long second) {
        return second % cycleSeconds - startSeconds(incident);
    }

    /// The schedule for people, one line for each incident.
    public String describe(long startMillis) {
        StringBuilder text = new StringBuilder("Incidents (UTC), repeated every ")
                .append(clock(cycleSeconds))
                .append(":\n");
        for (Incident incident : Incident.values()) {
            int start = startSeconds(incident);
            text.append(String.format(
                    Locale.ROOT,
                    "  +%s  %s  for %s  %s (alert %s)%n",
                    clock(start),
                    CLOCK.format(Instant.ofEpochMilli(startMillis + 1000L * start)),
                    clock(durationSeconds(incident)),
                    incident.what(),
                    incident.alert()));
        }
        return text.toString();
    }

    private static String clock(int seconds) {
        return String.format(Locale.ROOT, "%02d:%02d", seconds / 60, seconds % 60);
    }
}
