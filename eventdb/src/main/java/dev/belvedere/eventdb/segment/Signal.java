package dev.belvedere.eventdb.segment;

import dev.belvedere.eventdb.codec.MalformedBytesException;

/// Logs or spans: which columns and tables a segment has.
public enum Signal {
    LOGS(1, "logs"),
    SPANS(2, "spans");

    private final int number;
    private final String topic;

    Signal(int number, String topic) {
        this.number = number;
        this.topic = topic;
    }

    int number() {
        return number;
    }

    /// The topic of its ingest log, also the first part of its segments' keys.
    public String topic() {
        return topic;
    }

    static Signal of(int number) {
        return switch (number) {
            case 1 -> LOGS;
            case 2 -> SPANS;
            default -> throw new MalformedBytesException("signal " + number + " is not known");
        };
    }
}
