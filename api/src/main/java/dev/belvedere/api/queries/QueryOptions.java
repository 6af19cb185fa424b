package dev.belvedere.api.queries;

/// How queries are governed.
///
/// @param maxConcurrent queries that run at once (`query.maxConcurrent`)
/// @param maxComputing of these, as many compute at the same moment, by turns of some milliseconds
///     (`query.maxComputing`)
/// @param maxQueued queries that wait for a place; more are refused (`query.maxQueued`)
/// @param maxPoints steps of a range query, and so points of each of its series (`query.maxPoints`)
/// @param slowMillis queries that take longer are logged as slow; 0 for none (`query.slowQuery`)
/// @param topQueries texts of which statistics are kept (`query.topQueries`)
/// @param maxPlans parsed queries that are kept (`query.maxPlans`)
/// @param cacheBytes for results of range queries; 0 keeps none (`query.cacheBytes`)
public record QueryOptions(
        int maxConcurrent,
        int maxComputing,
        int maxQueued,
        int maxPoints,
        long slowMillis,
        int topQueries,
        int maxPlans,
        long cacheBytes) {

    public static final QueryOptions DEFAULT = new QueryOptions(20, 4, 200, 11_000, 10_000, 500, 1000, 32 << 20);

    /// The same with other room for results.
    public QueryOptions withCacheBytes(long bytes) {
        return new QueryOptions(
                maxConcurrent, maxComputing, maxQueued, maxPoints, slowMillis, topQueries, maxPlans, bytes);
    }
}
