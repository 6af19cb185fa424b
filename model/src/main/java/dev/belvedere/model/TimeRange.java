package dev.belvedere.model;

/// Both ends inclusive, in milliseconds since the Unix epoch.
public record TimeRange(long startMillis, long endMillis) {

    /// All of time that the engines can hold.
    public static final TimeRange ALWAYS = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    public TimeRange {
        if (endMillis < startMillis) {
            throw new IllegalArgumentException("end " + endMillis + " lies before start " + startMillis);
        }
    }

    public boolean contains(long millis) {
        return millis >= startMillis && millis <= endMillis;
    }

    public boolean overlaps(long otherStartMillis, long otherEndMillis) {
        return otherStartMillis <= endMillis && otherEndMillis >= startMillis;
    }
}
