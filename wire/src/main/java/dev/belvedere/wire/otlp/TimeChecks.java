package dev.belvedere.wire.otlp;

import dev.belvedere.wire.IngestLimits;
import java.time.Instant;

/// How times that no clock can have told are refused.
final class TimeChecks {

    private TimeChecks() {}

    static String tooFarAhead(String what, long nanos, IngestLimits limits) {
        String time = nanos < 0 ? "after the year 2262" : "at " + Instant.ofEpochSecond(0, nanos);
        return what + " " + time + " lies too far in the future: the limit ingest.maxAheadMillis is "
                + limits.maxAheadMillis() + "; check the sender's clock";
    }
}
