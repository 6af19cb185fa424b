package dev.belvedere.eventdb;

import java.time.Duration;

/// How an [EventStore] keeps its data. Values are checked here; the configuration names are in brackets.
///
/// @param logsRetention segments whose newest record is older are removed (`data.logRetention`)
/// @param spansRetention the same for spans (`data.traceRetention`)
/// @param flushBytes a partition's head of this size becomes segments (`data.eventFlushBytes`)
/// @param flushAge a head of this age becomes segments (`data.eventFlushAge`)
/// @param maxHeadBytes writers wait for the flush, or are refused if it fails, beyond (`data.maxEventHeadBytes`)
/// @param maxSegmentBytes compaction makes no larger segments (`data.maxEventSegmentBytes`)
public record EventStoreOptions(
        Duration logsRetention,
        Duration spansRetention,
        long flushBytes,
        Duration flushAge,
        long maxHeadBytes,
        long maxSegmentBytes) {

    public static final EventStoreOptions DEFAULT = new EventStoreOptions(
            Duration.ofDays(30), Duration.ofDays(14), 48L << 20, Duration.ofMinutes(15), 192L << 20, 256L << 20);

    public EventStoreOptions {
        requirePositive("data.logRetention", logsRetention);
        requirePositive("data.traceRetention", spansRetention);
        requirePositive("data.eventFlushAge", flushAge);
        if (flushBytes < 1 || maxHeadBytes < flushBytes || maxSegmentBytes < 1) {
            throw new IllegalArgumentException("data.eventFlushBytes must be positive and at most maxHeadBytes, got "
                    + flushBytes + " and " + maxHeadBytes);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, got " + duration);
        }
    }

    public EventStoreOptions withRetention(Duration logs, Duration spans) {
        return new EventStoreOptions(logs, spans, flushBytes, flushAge, maxHeadBytes, maxSegmentBytes);
    }

    public EventStoreOptions withFlush(long bytes, Duration age) {
        return new EventStoreOptions(
                logsRetention, spansRetention, bytes, age, Math.max(4 * bytes, maxHeadBytes), maxSegmentBytes);
    }
}
