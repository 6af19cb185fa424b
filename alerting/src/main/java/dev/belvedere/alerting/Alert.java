package dev.belvedere.alerting;

import dev.belvedere.model.labels.Labels;
import java.nio.charset.StandardCharsets;

/// A condition that someone shall be told of, as rules send it and notifications show it.
///
/// @param labels what the alert is recognised by, `alertname` among them
/// @param startsAtMillis when it began to fire
/// @param endsAtMillis when it ended; while it fires, until when it holds without being sent again
/// @param generatorUrl where its expression can be seen
public record Alert(Labels labels, Labels annotations, long startsAtMillis, long endsAtMillis, String generatorUrl) {

    public static final String NAME_LABEL = "alertname";

    /// The end of an alert that goes on, where it is kept for later.
    public static final long NOT_ENDED = 0;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int SEPARATOR = 0xff;

    public String name() {
        return labels.get(NAME_LABEL);
    }

    public boolean isResolvedAt(long millis) {
        return endsAtMillis <= millis;
    }

    /// The alert's identity as Prometheus and Alertmanager compute it: FNV-1a over its sorted labels.
    public long fingerprint() {
        return fingerprint(labels);
    }

    public static long fingerprint(Labels labels) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < labels.size(); i++) {
            hash = add(add(hash, labels.name(i)), labels.value(i));
        }
        return hash;
    }

    private static long add(long start, String text) {
        long hash = start;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xff) * FNV_PRIME;
        }
        return (hash ^ SEPARATOR) * FNV_PRIME;
    }

    public Alert endingAt(long millis) {
        return new Alert(labels, annotations, startsAtMillis, millis, generatorUrl);
    }
}
