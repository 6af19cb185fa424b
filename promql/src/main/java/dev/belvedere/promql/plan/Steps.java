package dev.belvedere.promql.plan;

/// The moments at which a query is evaluated: from start to end, both inclusive.
///
/// @param stepMillis 0 for an instant query, whose start is its end
public record Steps(long startMillis, long endMillis, long stepMillis) {

    /// How many a range query or a subquery may have; a face may allow less.
    public static final int MAX = 10_000_000;

    public static Steps instant(long atMillis) {
        return new Steps(atMillis, atMillis, 0);
    }

    public boolean isInstant() {
        return stepMillis == 0;
    }

    /// How many there are.
    public long count() {
        return isInstant() ? 1 : endMillis < startMillis ? 0 : (endMillis - startMillis) / stepMillis + 1;
    }

    /// The last moment, which may lie before the end.
    public long lastMillis() {
        return startMillis + (count() - 1) * stepMillis;
    }
}
