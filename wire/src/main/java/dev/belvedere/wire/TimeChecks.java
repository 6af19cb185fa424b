package dev.belvedere.wire;

import java.time.Instant;

/// How times that no clock can have told are refused.
public final class TimeChecks {

    private TimeChecks() {}

    /// @param what lies too far ahead, as the subject of the clause
    public static String tooFarAhead(String what, long nanos, IngestLimits limits) {
        String time = nanos < 0 ? "after the year 2262" : "at " + Instant.ofEpochSecond(0, nanos);
        return what + " " + time + " lies too far in the future: the limit ingest.maxAheadMillis is "
                + limits.maxAheadMillis() + "; check the sender's clock";
    }
}
