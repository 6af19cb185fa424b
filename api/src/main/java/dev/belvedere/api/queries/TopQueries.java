package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What queries of each tenant cost since the start, by text. When there are too many texts, the one that cost least
/// goes. Safe from any thread.
final class TopQueries {

    /// Longer texts are cut.
    private static final int MAX_TEXT_LENGTH = 2000;

    record Cost(QueryLanguage language, String text, Total total) {

        /// Whether the text may have been longer.
        boolean isCut() {
            return text.length() >= MAX_TEXT_LENGTH;
        }
    }

    /// @param count how often it was asked
    /// @param failures of these
    /// @param worstNanos the longest of all elapsed times
    /// @param computeNanos elapsed time without waiting for a place or a turn
    /// @param samplesRead samples decoded from storage
    /// @param bytesRead of logs and traces
    /// @param steps asked for; of these `stepsKept` were not worked out anew
    record Total(
            long count,
            long failures,
            long totalNanos,
            long worstNanos,
            long computeNanos,
            long samplesRead,
            long bytesRead,
            long steps,
            long stepsKept,
            long lastMillis) {

        static final Total NONE = new Total(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Total plus(FinishedQuery query) {
            return new Total(
                    count + 1,
                    failures + (query.isFailure() ? 1 : 0),
                    totalNanos + query.totalNanos(),
                    Math.max(worstNanos, query.totalNanos()),
                    computeNanos + query.computeNanos(),
                    samplesRead + query.samplesRead(),
                    bytesRead + query.bytesRead(),
                    steps + query.cost().steps(),
                    stepsKept + query.cost().stepsKept(),
                    query.endMillis());
        }
    }

    /// By what the list is ordered.
    enum Order {
        TOTAL(Comparator.comparingLong((Cost c) -> c.total().totalNanos())),
        WORST(Comparator.comparingLong((Cost c) -> c.total().worstNanos())),
        COMPUTE(Comparator.comparingLong((Cost c) -> c.total().computeNanos())),
        COUNT(Comparator.comparingLong((Cost c) -> c.total().count())),
        SAMPLES(Comparator.comparingLong((Cost c) -> c.total().samplesRead())),
        BYTES(Comparator.comparingLong((Cost c) -> c.total().bytesRead()));

        private final Comparator<Cost> ascending;

        Order(Comparator<Cost> ascending) {
            this.ascending = ascending;
        }
    }

    private record Key(Tenant tenant, QueryLanguage language, String text) {

        // By hand: a young server interprets what is generated for a record.
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && language == that.language
                    && text.equals(that.text)
                    && tenant.equals(that.tenant);
        }

        @Override
        public int hashCode() {
            return text.hashCode() + 31 * tenant.hashCode();
        }
    }

    private final int maxTexts;

    @GuardedBy("this")
    private final Map<Key, Total> byKey = new HashMap<>();

    TopQueries(int maxTexts) {
        this.maxTexts = maxTexts;
    }

    synchronized void add(FinishedQuery query) {
        if (maxTexts == 0) {
            return;
        }
        String text = query.description().text();
        Key key = new Key(
                query.description().tenant(),
                query.description().language(),
                text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text);
        byKey.put(key, byKey.getOrDefault(key, Total.NONE).plus(query));
        if (byKey.size() > maxTexts) {
            byKey.entrySet().stream()
                    .filter(e -> !e.getKey().equals(key))
                    .min(Comparator.comparingLong(e -> e.getValue().totalNanos()))
                    .ifPresent(least -> byKey.remove(least.getKey()));
        }
    }

    /// Those of a tenant, the largest first.
    List<Cost> list(Tenant tenant, Order order, int limit) {
        List<Cost> all = new ArrayList<>();
        synchronized (this) {
            byKey.forEach((key, total) -> {
                if (key.tenant().equals(tenant)) {
                    all.add(new Cost(key.language(), key.text(), total));
                }
            });
        }
        all.sort(order.ascending.reversed().thenComparing(Cost::text));
        return all.size() > limit ? List.copyOf(all.subList(0, limit)) : all;
    }
}
