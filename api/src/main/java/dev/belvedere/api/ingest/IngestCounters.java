package dev.belvedere.api.ingest;

import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import java.util.Locale;

/// What one face took in and refused.
public final class IngestCounters {

    /// What is counted.
    public enum Signal {
        SAMPLES,
        LOG_RECORDS,
        SPANS
    }

    private final Counter accepted;
    private final Counter rejected;
    private final Counter bytes;

    /// @param protocol a short name of the face, e.g. `remote_write`
    public IngestCounters(MetricRegistry metrics, String protocol, Signal signal) {
        String noun = signal.name().toLowerCase(Locale.ROOT);
        accepted = metrics.counter(
                "belvedere_ingest_" + noun + "_total",
                "Accepted " + noun.replace('_', ' ') + ", by the protocol they came by.",
                "protocol",
                protocol);
        rejected = metrics.counter(
                "belvedere_ingest_rejected_" + noun + "_total",
                "Refused " + noun.replace('_', ' ') + ", by the protocol they came by.",
                "protocol",
                protocol);
        bytes = metrics.counter(
                "belvedere_ingest_received_bytes_total",
                "Bytes of ingest requests as they came, compressed or not, by protocol.",
                "protocol",
                protocol);
    }

    public void count(long acceptedCount, long rejectedCount, int receivedBytes) {
        accepted.add(acceptedCount);
        rejected.add(rejectedCount);
        bytes.add(receivedBytes);
    }
}
