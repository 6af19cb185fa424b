package dev.belvedere.api.usage;

/// How a metric was queried.
///
/// @param lastMillis when last; 0 for never
public record Usage(long lastMillis, long rules, long dashboards, long api) {

    public static final Usage NEVER = new Usage(0, 0, 0, 0);

    Usage plus(QuerySource source, long nowMillis) {
        return new Usage(
                Math.max(lastMillis, nowMillis),
                rules + (source == QuerySource.RULE ? 1 : 0),
                dashboards + (source == QuerySource.DASHBOARD ? 1 : 0),
                api + (source == QuerySource.API ? 1 : 0));
    }

    Usage plus(Usage other) {
        return new Usage(
                Math.max(lastMillis, other.lastMillis),
                rules + other.rules,
                dashboards + other.dashboards,
                api + other.api);
    }
}
